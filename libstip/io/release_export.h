#pragma once

#include <string>

namespace stip {

/// Writes a model file's weights as a generator checkpoint of the release: a torch.save archive of
/// {'net_param': OrderedDict of float tensors} under the release's names, atomically. The weights
/// that the release stores but never uses (`merge`, every cell's `conv_last`) are zeros, so that
/// its strict load_state_dict() takes the file. Throws what reading a model file throws;
/// kWriteFailed.
void export_release_generator(const std::string& model_file, const std::string& checkpoint);

}  // namespace stip
