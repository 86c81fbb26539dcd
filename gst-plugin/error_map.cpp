#include "error_map.h"

namespace stip::gst {

ElementError element_error(ErrorCode code, Phase phase) {
  if (phase == Phase::kRunning && code != ErrorCode::kOutOfMemory) {
    return {GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED};
  }
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNewerVersion:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_SETTINGS};
    case ErrorCode::kMissingModule:
      return {GST_LIBRARY_ERROR, GST_LIBRARY_ERROR_INIT};
    case ErrorCode::kNotFound:
    case ErrorCode::kNoDevice:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NOT_FOUND};
    case ErrorCode::kUnreadable:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_OPEN_READ};
    case ErrorCode::kCorrupt:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_READ};
    case ErrorCode::kOutOfMemory:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_NO_SPACE_LEFT};
    case ErrorCode::kWriteFailed:
      return {GST_RESOURCE_ERROR, GST_RESOURCE_ERROR_WRITE};
    case ErrorCode::kWrongKind:
      return {GST_STREAM_ERROR, GST_STREAM_ERROR_WRONG_TYPE};
    case ErrorCode::kInterrupted:  // by us, and never told
    case ErrorCode::kFailed:
      break;
  }
  return {GST_STREAM_ERROR, GST_STREAM_ERROR_FAILED};
}

std::string with_consequence(const char* problem, const char* consequence) {
  std::string sentence = problem;
  if (!sentence.empty() && sentence.back() == '.') sentence.pop_back();
  return sentence + "; " + consequence + ".";
}

}  // namespace stip::gst
