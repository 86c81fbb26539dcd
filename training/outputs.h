#pragma once

#include <string>
#include <vector>

namespace stip::training {

/// A file or folder that a command is about to write, and the option that names it. An empty path:
/// the option was not given.
struct OutputFile {
  std::string option;
  std::string path;
};

/// To be called before anything is written. Throws kInvalidArgument, naming both, if an output is
/// also an input, by whatever name or link, or two outputs are one file. A folder among the inputs
/// stands for itself and for the pictures, videos and archives below it, a list file for itself and
/// its pictures; an input that does not exist is passed over.
void check_outputs(const std::vector<OutputFile>& outputs, const std::vector<std::string>& inputs);

/// For what takes long: throws kWriteFailed, saying why, if the file cannot be made where it is
/// named. Nothing is left behind, and a file that is there stays as it is.
void check_writable(const OutputFile& file);

/// The same for a folder, which need not be there yet, and neither the ones above it.
void check_writable_folder(const OutputFile& folder);

}  // namespace stip::training
