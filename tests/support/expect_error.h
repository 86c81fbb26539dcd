#pragma once

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "stip/error.h"

/// `statement` throws stip::Error with this code, and its sentence contains `text`.
#define EXPECT_STIP_ERROR(statement, expected_code, text)                            \
  try {                                                                              \
    statement;                                                                       \
    ADD_FAILURE() << #statement " threw nothing";                                    \
  } catch (const stip::Error& stip_error) {                                          \
    EXPECT_EQ(static_cast<int>(stip_error.code()), static_cast<int>(expected_code)); \
    EXPECT_THAT(stip_error.what(), testing::HasSubstr(text));                        \
  }
