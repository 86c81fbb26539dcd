#pragma once

#include <stdexcept>
#include <string>

namespace stip {

/// What went wrong, coarse enough for a caller to act on. The element maps each to one GStreamer
/// domain and code; stip-train to its exit code.
enum class ErrorCode {
  kInvalidArgument,  ///< a number, size, option or configuration outside what is accepted
  kNotFound,         ///< the file or the named model is not there (or none was named)
  kUnreadable,       ///< the file is there but cannot be opened or read (permission, a folder, I/O)
  kCorrupt,          ///< the file is empty, truncated or damaged
  kWrongKind,        ///< a sound file of another kind, or a network that this build does not know
  kNewerVersion,     ///< written by a newer version of this library
  kMissingModule,    ///< a module (for a GPU, OpenCV for flow) cannot be loaded
  kNoDevice,         ///< the device asked for is not there or cannot be used
  kOutOfMemory,      ///< host or device memory ran out
  kWriteFailed,      ///< a file could not be written (full disk, permission)
  kInterrupted,      ///< predict() was given up: PredictorOptions::given_up
  kFailed            ///< the network failed while running, or another unexpected failure
};

/// The only exception this library throws. what() is one sentence for the user: what was given,
/// what is accepted, what to do. detail() may add a second, technical one (empty if there is none).
class Error : public std::runtime_error {
 public:
  Error(ErrorCode code, const std::string& message, std::string detail = {});
  ~Error() override;

  ErrorCode code() const noexcept { return code_; }
  const std::string& detail() const noexcept { return detail_; }

 private:
  ErrorCode code_;
  std::string detail_;
};

}  // namespace stip
