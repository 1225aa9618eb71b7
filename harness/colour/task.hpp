// SPDX-License-Identifier: Apache-2.0
// Task: the coroutine that a goroutine body is in the stackless colour.
//
// A Task does nothing until it is either awaited (`AWAIT f(x)`: it runs in the awaiter's goroutine
// and passes its exception on) or started as a goroutine (nobody waits for it; an exception that
// escapes ends the program). Which of the two is decided before it first runs, so both share two
// words of its frame.
#pragma once

#include <coroutine>
#include <cstddef>
#include <exception>
#include <utility>

#include "harness/colour/frame_pool.hpp"
#include "harness/contract/trampoline.hpp"
#include "harness/portable/uncaught.hpp"

namespace gauntlet {

/// What is left to do when a goroutine's frame is gone: end its closure, tell the runtime.
struct Epilogue {
  void (*run)(Epilogue* self) noexcept;
};

class [[nodiscard("a Task that nobody awaits never runs: write AWAIT")]] Task {
 public:
  class promise_type;
  using Handle = std::coroutine_handle<promise_type>;

  explicit Task(Handle coroutine) : coroutine_(coroutine) {}
  Task(Task&& other) noexcept : coroutine_(std::exchange(other.coroutine_, nullptr)) {}
  Task& operator=(Task&&) = delete;
  ~Task() {
    if (coroutine_) coroutine_.destroy();
  }

  class Awaiter;
  Awaiter operator co_await() && noexcept;

  /// Makes it a goroutine, to be continued by the runtime; `epilogue` runs when it has ended.
  std::coroutine_handle<> release_as_goroutine(Epilogue* epilogue) &&;

 private:
  Handle coroutine_;
};

class Task::promise_type {
 public:
  promise_type() noexcept {}
  promise_type(const promise_type&) = delete;
  promise_type& operator=(const promise_type&) = delete;
  ~promise_type() {
    if (awaiter_) exception_.~exception_ptr();
  }

  Task get_return_object() { return Task(Handle::from_promise(*this)); }
  std::suspend_always initial_suspend() noexcept { return {}; }
  void return_void() noexcept {}

  void unhandled_exception() noexcept {
    if (!awaiter_) end_program_uncaught();
    exception_ = std::current_exception();
  }

  struct Final {
    bool await_ready() const noexcept { return false; }
    void await_suspend(Handle ended) const noexcept {
      if (ended.promise().awaiter_) {
        Trampoline::continue_with(ended.promise().awaiter_);
        return;
      }
      Epilogue* epilogue = ended.promise().epilogue_;
      ended.destroy();  // And this awaiter with it.
      epilogue->run(epilogue);
    }
    void await_resume() const noexcept {}
  };
  Final final_suspend() noexcept { return {}; }

  static void* operator new(std::size_t bytes) { return FramePool::allocate(bytes); }
  static void operator delete(void* frame, std::size_t bytes) noexcept {
    FramePool::release(frame, bytes);
  }

 private:
  friend class Task;

  void be_awaited_by(std::coroutine_handle<> awaiter) noexcept {
    awaiter_ = awaiter;
    ::new (&exception_) std::exception_ptr();
  }

  std::coroutine_handle<> awaiter_{};  // Null in a goroutine; says which member of the union lives.
  union {
    std::exception_ptr exception_;
    Epilogue* epilogue_;
  };
};

class [[nodiscard("AWAIT it")]] Task::Awaiter {
 public:
  explicit Awaiter(Handle awaited) noexcept : awaited_(awaited) {}
  bool await_ready() const noexcept { return false; }
  void await_suspend(std::coroutine_handle<> awaiter) const noexcept {
    awaited_.promise().be_awaited_by(awaiter);
    Trampoline::continue_with(awaited_);
  }
  void await_resume() const {
    if (awaited_.promise().exception_) [[unlikely]]
      std::rethrow_exception(std::move(awaited_.promise().exception_));
  }

 private:
  Handle awaited_;  // Owned by the Task, which lives until the end of the co_await expression.
};

inline Task::Awaiter Task::operator co_await() && noexcept { return Awaiter(coroutine_); }

inline std::coroutine_handle<> Task::release_as_goroutine(Epilogue* epilogue) && {
  coroutine_.promise().epilogue_ = epilogue;
  return std::exchange(coroutine_, nullptr);
}

}  // namespace gauntlet
