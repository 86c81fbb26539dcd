#pragma once

#include <cstddef>

// CUDA's copies into shared memory that go on while the thread does something else. Here they
// happen when the thread waits for them and no sooner.
void __pipeline_memcpy_async(void* shared, const void* global, std::size_t bytes,
                             std::size_t zero_fill = 0);
void __pipeline_commit();
void __pipeline_wait_prior(std::size_t prior);
