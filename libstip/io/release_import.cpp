#include "io/release_import.h"

#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "io/release_checkpoint.h"

namespace stip {
namespace {

// Runs `work` on a checkpoint's tensors; says whose they were when they do not fit.
template <typename Work>
void with_checkpoint(const std::string& checkpoint, Work&& work) {
  guard_torch("importing", [&] {
    const auto tensors = read_release_checkpoint(checkpoint);
    try {
      work(tensors);
    } catch (const Error& error) {
      throw Error(error.code(), checkpoint + ": " + error.what(), error.detail());
    }
  });
}

}  // namespace

void import_release_generator(const std::string& checkpoint, const ModelFileHeader& header,
                              const std::string& model_file) {
  with_checkpoint(checkpoint, [&](const auto& tensors) {
    auto generator = generator_from_release(tensors, header.config);
    save_model_file(model_file, generator, header);
  });
}

void check_release_discriminator(const std::string& checkpoint, const ModelConfig& model,
                                 const DiscriminatorConfig& config) {
  with_checkpoint(checkpoint,
                  [&](const auto& tensors) { discriminator_from_release(tensors, model, config); });
}

}  // namespace stip
