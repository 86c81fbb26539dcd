#include "io/release_import.h"

#include "base/torch_guard.h"
#include "io/model_weights.h"
#include "io/release_checkpoint.h"

namespace stip {

void import_release_generator(const std::string& checkpoint, const ModelFileHeader& header,
                              const std::string& model_file) {
  guard_torch("importing", [&] {
    auto generator = generator_from_release(read_release_checkpoint(checkpoint), header.config);
    save_model_file(model_file, generator, header);
  });
}

void check_release_discriminator(const std::string& checkpoint, const ModelConfig& model,
                                 const DiscriminatorConfig& config) {
  guard_torch("importing",
              [&] { discriminator_from_release(read_release_checkpoint(checkpoint), model, config); });
}

}  // namespace stip
