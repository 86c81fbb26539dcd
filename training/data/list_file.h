#pragma once

#include <string>
#include <vector>

namespace stip::training {

/// One clip of a list file.
struct ListedClip {
  std::string name;                ///< for messages: the line and the list
  std::vector<std::string> files;  ///< pictures, earliest first
};

/// True for the name of a list file: *.txt.
bool is_list_name(const std::string& path);

/// Reads a list file in one of the STIP release's formats, a clip a line (`end` is not used):
///   dir/,begin              ucfsport: {i}.png from `begin` on
///   dir/,begin,end          sjtu4k: the same
///   dir/,prefix,begin,end   human36m: {prefix}{i:06d}.jpg, every fifth number from `begin` on
/// `dir` is looked for beside the list, and beside the list's folder (as the release has it).
/// `frames` pictures a clip; 0: as many as there are. Throws kNotFound, kUnreadable; kWrongKind
/// naming the line that is of another form; kNotFound naming a picture that is missing.
std::vector<ListedClip> read_list_file(const std::string& path, int frames);

}  // namespace stip::training
