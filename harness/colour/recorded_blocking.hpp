// SPDX-License-Identifier: Apache-2.0
// A runtime whose goroutines are on record: R's five verbs, each with a note in the census. Blocking colour.
//
// It is a runtime like R, so everything above it (channels, select, timers) is recorded without knowing.
// Needs nothing from R: the record's address travels in the goroutine's closure and in its handle, and in
// a thread-local that is set anew after every park and yield, for the goroutine may be on another thread.
#pragma once

#include <concepts>
#include <cstddef>
#include <memory>
#include <source_location>
#include <type_traits>
#include <utility>

#include "harness/contract/runtime.hpp"
#include "harness/portable/census.hpp"
#include "harness/portable/uncaught.hpp"

namespace gauntlet {

template <class R>
struct Recorded : R {
  static constexpr bool is_recorded = true;

  struct Handle {
    typename R::Handle inner{};
    GoroutineRecord* record = nullptr;  ///< Null: R's verbs were used directly, nothing is known.
    explicit operator bool() const { return static_cast<bool>(inner); }
  };

  template <class F>
  static void run(const RunConfig& config, F&& root,
                  std::source_location site = std::source_location::current()) {
    Census::begin_run();
    R::run(config, Body(std::forward<F>(root), site, /*is_root=*/true));
  }

  template <class F>
  static void go(F&& job, std::source_location site = std::source_location::current()) {
    R::go(Body(std::forward<F>(job), site));
  }

  static void yield() {
    GoroutineRecord* self = Census::current();
    R::yield();
    Census::set_current(self);
  }

  static void suspend(auto&& try_park) {
    GoroutineRecord* self = Census::current();
    if (self == nullptr) {
      R::suspend([&](typename R::Handle inner) { return try_park(Handle{inner, nullptr}); });
      return;
    }
    // May run on another stack, when this goroutine is off its own.
    R::suspend([&try_park, self](typename R::Handle inner) {
      self->parks();
      if (!try_park(Handle{inner, self})) {
        self->runs();
        return false;
      }
      // Published: from here on the goroutine may run, end, and this frame be gone.
      Census::one_less_busy();
      return true;
    });
    Census::set_current(self);
    self->runs();
  }

  static void resume(Handle handle) {
    if (handle.record != nullptr) {
      handle.record->is_woken();
      Census::one_more_busy();  // Before it runs, and may park again.
    }
    R::resume(handle.inner);
  }

  // R's shorter way would go around the record.
  static void suspend_unlocking() = delete;

 private:
  struct Job {
    virtual ~Job() = default;
    virtual void call() = 0;
    virtual const void* captures() const = 0;
    virtual std::size_t bytes() const = 0;
  };
  template <class F>
  struct JobOf final : Job {
    explicit JobOf(auto&& from) : job(std::forward<decltype(from)>(from)) {}
    void call() override { job(); }
    const void* captures() const override { return &job; }
    std::size_t bytes() const override { return sizeof(job); }
    F job;
  };

  /// A goroutine's closure and its record; R sees one type of it, however many lambdas a program has: starting
  /// a goroutine is most of what some lanes make a compiler read. Moved by R until it runs. The captures end before
  /// it leaves the record. What was moved from holds nothing: a handle to a channel that stayed behind would
  /// count as held.
  class Body {
   public:
    template <class F>
      requires(!std::same_as<std::decay_t<F>, Body>)
    Body(F&& job, std::source_location site, bool is_root = false)
        : job_(std::make_unique<JobOf<std::decay_t<F>>>(std::forward<F>(job))),
          record_(new GoroutineRecord(site, is_root)) {
      Census::enter(*record_);
    }
    Body(Body&& other) noexcept = default;
    Body& operator=(Body&&) = delete;

    void operator()() {
      GoroutineRecord& self = *record_;
      self.has_closure(job_->captures(), job_->bytes());
      Census::set_current(&self);
      self.runs();
      try {
        job_->call();
      } catch (...) {
        end_program_uncaught();
      }
      job_.reset();
      self.has_closure(nullptr, 0);
      Census::set_current(nullptr);
      record_.reset();
    }

   private:
    struct Leave {
      void operator()(GoroutineRecord* record) const {
        Census::leave(*record);
        delete record;
      }
    };
    std::unique_ptr<Job> job_;
    std::unique_ptr<GoroutineRecord, Leave> record_;
  };
};

}  // namespace gauntlet
