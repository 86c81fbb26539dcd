#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace stip {

/// One tensor of a torch.save archive, as its pickle describes it.
struct PickledTensor {
  std::string storage;            ///< the storage's key: the archive's record data/<key>
  std::int64_t storage_size = 0;  ///< values in the storage
  std::int64_t offset = 0;        ///< of the first value
  std::vector<std::int64_t> shape;
  std::vector<std::int64_t> stride;
};

/// Reads the pickle of a checkpoint `{'net_param': OrderedDict of float tensors}`, or of such a
/// dictionary alone (what state_dict() gives), and nothing else.
///
/// A pickle is a program: Python's own reader calls whatever it names. This one knows the three
/// names such a checkpoint needs (OrderedDict, _rebuild_tensor_v2, FloatStorage) and interprets
/// them itself; any other name, opcode or structure is refused. Throws kWrongKind, naming what was
/// found.
std::vector<std::pair<std::string, PickledTensor>> read_checkpoint_pickle(const std::string& bytes);

}  // namespace stip
