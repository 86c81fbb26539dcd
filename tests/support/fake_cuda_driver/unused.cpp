// What libgstcuda looks up in libcuda.so.1 and nothing here calls. (Without cuda.h, whose
// declarations these are not.)
#define UNUSED(name)                                            \
  extern "C" __attribute__((visibility("default"))) int name(); \
  int name() { return 801; /* CUDA_ERROR_NOT_SUPPORTED */ }

UNUSED(cuCtxDisablePeerAccess)
UNUSED(cuCtxEnablePeerAccess)
UNUSED(cuGLGetDevices_v2)
UNUSED(cuGraphicsGLRegisterBuffer)
UNUSED(cuGraphicsGLRegisterImage)
UNUSED(cuGraphicsMapResources)
UNUSED(cuGraphicsResourceGetMappedPointer_v2)
UNUSED(cuGraphicsResourceSetMapFlags_v2)
UNUSED(cuGraphicsSubResourceGetMappedArray)
UNUSED(cuGraphicsUnmapResources)
UNUSED(cuGraphicsUnregisterResource)
UNUSED(cuLaunchKernel)
UNUSED(cuMemAlloc_v2)
UNUSED(cuModuleGetFunction)
UNUSED(cuModuleLoadData)
UNUSED(cuModuleUnload)
UNUSED(cuTexObjectCreate)
UNUSED(cuTexObjectDestroy)
