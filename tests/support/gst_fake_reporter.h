#pragma once

#include <string>
#include <vector>

#include "reporter.h"

namespace stip::test {

/// Remembers what a Stream has to say.
class FakeReporter : public gst::Reporter {
 public:
  bool guarded(gst::Phase phase, const std::function<void()>& body) override {
    try {
      body();
    } catch (const Error& error) {
      errors.emplace_back(error.what());
      phases.push_back(phase);
      return false;
    }
    return true;
  }
  void prediction_failed(const Error& error) override { failures.emplace_back(error.what()); }
  void memory_saved(const Error& error) override { failures.emplace_back(error.what()); }
  void qos_skipped(const gst::QosSkip& skip) override { skips.push_back(skip); }
  void message(GstStructure* content) override {
    messages.emplace_back(gst_structure_get_name(content));
    gst_structure_free(content);
  }
  void ended() override {}
  void handled() override {}

  std::vector<std::string> messages;

  std::vector<std::string> errors;
  std::vector<gst::Phase> phases;
  std::vector<std::string> failures;
  std::vector<gst::QosSkip> skips;
};

}  // namespace stip::test
