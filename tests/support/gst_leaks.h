#pragma once

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace stip::test {

/// A test after which no GStreamer object may be alive that was not before it (environment:
/// GST_TRACERS=leaks). Without the tracer it fails: a check that does not run is none.
class GstTest : public ::testing::Test {
 protected:
  void SetUp() override;
  void TearDown() override;

 private:
  std::set<const void*> before_;
};

}  // namespace stip::test
