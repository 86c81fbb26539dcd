// A libnvcuvid.so.1 that decodes nothing: without it GStreamer's plugin nvcodec registers no
// element, not even cudaupload.
#define UNUSED(name)                                            \
  extern "C" __attribute__((visibility("default"))) int name(); \
  int name() { return 801; /* CUDA_ERROR_NOT_SUPPORTED */ }

UNUSED(cuvidCreateDecoder)
UNUSED(cuvidCreateVideoParser)
UNUSED(cuvidCtxLock)
UNUSED(cuvidCtxLockCreate)
UNUSED(cuvidCtxLockDestroy)
UNUSED(cuvidCtxUnlock)
UNUSED(cuvidDecodePicture)
UNUSED(cuvidDestroyDecoder)
UNUSED(cuvidDestroyVideoParser)
UNUSED(cuvidGetDecoderCaps)
UNUSED(cuvidMapVideoFrame64)
UNUSED(cuvidParseVideoData)
UNUSED(cuvidUnmapVideoFrame64)
