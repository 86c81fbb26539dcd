#include "stip/error.h"

#include <utility>

namespace stip {

Error::Error(ErrorCode code, const std::string& message, std::string detail)
    : std::runtime_error(message), code_(code), detail_(std::move(detail)) {}

// Here, not in the header: the type's identity then lives in libstip.so alone, and an Error thrown
// in the torch module is caught as one in the plugin.
Error::~Error() = default;

}  // namespace stip
