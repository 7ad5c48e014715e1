// ExecuTorch's thread pool, which all its kernels and delegates share.
//
// The wheel has the library but not its header, which needs pthreadpool's. So the two functions that are called are
// declared here as in extension/threadpool/threadpool.h of ExecuTorch 1.5; a build of ExecuTorch's sources has the
// header.
#pragma once

#if __has_include(<executorch/extension/threadpool/threadpool.h>) && __has_include(<pthreadpool.h>)

#include <executorch/extension/threadpool/threadpool.h>

#else

#include <cstddef>
#include <cstdint>

namespace executorch::extension::threadpool {

// Only ever seen through the pointer that get_threadpool returns.
class ThreadPool {
 public:
  ThreadPool() = delete;
  size_t get_thread_count() const;
  // Must not be called while an inference runs.
  bool _unsafe_reset_threadpool(uint32_t threads);
};

// Null if the processor cannot be read.
ThreadPool* get_threadpool();

}  // namespace executorch::extension::threadpool

#endif
