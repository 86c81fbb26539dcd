// A build without gstreamer-cuda: no GPU's memory is offered, and none comes.
#include "gpu_memory.h"
#include "stip/error.h"

namespace stip::gst {
namespace {

[[noreturn]] void refuse() {
  throw Error(ErrorCode::kFailed,
              "This build knows no memory of GPUs (gstreamer-cuda was absent).");
}

}  // namespace

GpuPtr open_gpu(int) { return nullptr; }
void offer_context(GstElement*, const Gpu&) {}
bool answer_context(GstElement*, GstQuery*, const GpuPtr&) { return false; }
void check_gpu(GstBuffer*, const Gpu&) { refuse(); }
GstBufferPool* new_gpu_pool(const Gpu&) { refuse(); }
GpuCopies::GpuCopies(GstBuffer*) { refuse(); }
GpuCopies::~GpuCopies() = default;
void GpuCopies::rows(const RowBlock&) {}
void GpuCopies::finish() {}

}  // namespace stip::gst
