// SPDX-License-Identifier: Apache-2.0
// Unit tests of the read-write mutex's state machine; sync_explored.cpp searches its schedules.
#include "harness/portable/rw_mutex_core.hpp"

#include <gtest/gtest.h>

#include <vector>

#include "property_tests/harness/fake_runtime.hpp"

namespace gauntlet {
namespace {

using Core = RwMutexCore<FakeRuntime>;
using Goroutine = Core::Locker;
using Resumed = std::vector<int>;

/// True: locked. False: parked as `number`.
bool lock(Core& core, Goroutine& self, int number) {
  if (core.start_lock(self)) return true;
  core.stay_parked(self, number);
  return false;
}
bool rlock(Core& core, Goroutine& self, int number) {
  if (core.start_rlock(self)) return true;
  core.stay_parked(self, number);
  return false;
}

/// 1 was woken and comes too late: the mutex is held for writing again, 2 waits, and so does 1 once more. `wait`: one of the above.
void lose_a_race(Core& core, bool (*wait)(Core&, Goroutine&, int), Goroutine& one, Goroutine& two) {
  ASSERT_TRUE(core.try_lock());
  ASSERT_FALSE(wait(core, one, 1));
  core.unlock();
  ASSERT_EQ(FakeRuntime::resumed(), Resumed{1});
  ASSERT_TRUE(core.try_lock());
  ASSERT_FALSE(wait(core, two, 2));
  ASSERT_FALSE(wait(core, one, 1));
}

TEST(RWMutexCore, M3_readers_hold_it_together) {
  Core core;
  Goroutine one;
  Goroutine two;
  EXPECT_TRUE(rlock(core, one, 1));
  EXPECT_TRUE(rlock(core, two, 2));
  EXPECT_FALSE(core.try_lock());
  core.runlock();
  EXPECT_FALSE(core.try_lock());
  core.runlock();
  EXPECT_TRUE(core.try_lock());
}

TEST(RWMutexCore, M3_writer_keeps_everyone_out) {
  Core core;
  ASSERT_TRUE(core.try_lock());
  Goroutine reader;
  Goroutine writer;
  EXPECT_FALSE(core.try_rlock());
  EXPECT_FALSE(core.try_lock());
  EXPECT_FALSE(rlock(core, reader, 1));
  EXPECT_FALSE(lock(core, writer, 2));
  EXPECT_EQ(WaitPlace::describe_all(),
            "read-write mutex (locked): 1 wait to write, 1 wait to read\n");
}

TEST(RWMutexCore, M3_reader_that_comes_after_a_waiting_writer_waits_behind_it) {
  Core core;
  Goroutine writer;
  Goroutine late;
  ASSERT_TRUE(core.try_rlock());
  ASSERT_FALSE(lock(core, writer, 1));
  EXPECT_FALSE(core.try_rlock());
  EXPECT_FALSE(rlock(core, late, 2));
  EXPECT_EQ(WaitPlace::describe_all(),
            "read-write mutex (1 readers): 1 wait to write, 1 wait to read\n");
  core.runlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(writer.ok);  // Handed over: no newcomer came between.
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
  EXPECT_TRUE(rlock(core, late, 2));
  core.runlock();
  EXPECT_TRUE(core.try_lock());
}

TEST(RWMutexCore, M3_only_the_last_reader_lets_the_writer_in) {
  Core core;
  Goroutine writer;
  ASSERT_TRUE(core.try_rlock());
  ASSERT_TRUE(core.try_rlock());
  ASSERT_FALSE(lock(core, writer, 1));
  core.runlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});
  core.runlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
}

TEST(RWMutexCore, M3_leaving_writer_wakes_all_waiting_readers_before_the_next_writer) {
  Core core;
  Goroutine writer;
  Goroutine reader;
  Goroutine another;
  ASSERT_TRUE(core.try_lock());
  ASSERT_FALSE(lock(core, writer, 1));
  ASSERT_FALSE(rlock(core, reader, 2));
  ASSERT_FALSE(rlock(core, another, 3));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{2, 3}));
  EXPECT_TRUE(rlock(core, reader, 2));
  EXPECT_FALSE(core.try_rlock());  // The writer still waits, and is seen again.
  EXPECT_TRUE(rlock(core, another, 3));
  core.runlock();
  core.runlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(writer.ok);
  core.unlock();
  EXPECT_TRUE(core.try_rlock());
}

TEST(RWMutexCore, M3_whoever_runs_goes_on_while_the_woken_are_on_their_way) {
  Core core;
  Goroutine writer;
  Goroutine reader;
  ASSERT_TRUE(core.try_lock());
  ASSERT_FALSE(rlock(core, reader, 1));
  ASSERT_FALSE(lock(core, writer, 2));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(core.try_lock());
  core.unlock();
  EXPECT_TRUE(core.try_rlock());
  core.runlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{});  // Nobody is woken twice.
}

TEST(RWMutexCore, M3_reader_that_lost_once_is_handed_the_mutex_with_all_others) {
  Core core;
  Goroutine reader;
  Goroutine late;
  ASSERT_NO_FATAL_FAILURE(lose_a_race(core, rlock, reader, late));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), (Resumed{1, 2}));
  EXPECT_TRUE(reader.ok);
  EXPECT_TRUE(late.ok);
  EXPECT_FALSE(core.try_lock());  // Both have it.
  core.runlock();
  core.runlock();
  EXPECT_TRUE(core.try_lock());
}

TEST(RWMutexCore, M3_writer_that_lost_once_goes_before_other_writers) {
  Core core;
  Goroutine one;
  Goroutine two;
  ASSERT_NO_FATAL_FAILURE(lose_a_race(core, lock, one, two));
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{1});
  EXPECT_TRUE(one.ok);
  EXPECT_FALSE(core.try_lock());  // It was never free.
  core.unlock();
  EXPECT_EQ(FakeRuntime::resumed(), Resumed{2});
  EXPECT_TRUE(lock(core, two, 2));
  core.unlock();
  EXPECT_TRUE(core.try_lock());
}

TEST(RWMutexCore, M3_unlocking_what_is_not_locked_panics) {
  Core core;
  EXPECT_THROW(core.unlock(), Panic);
  EXPECT_THROW(core.runlock(), Panic);
  ASSERT_TRUE(core.try_rlock());
  EXPECT_THROW(core.unlock(), Panic);
  core.runlock();
  ASSERT_TRUE(core.try_lock());
  EXPECT_THROW(core.runlock(), Panic);
  core.unlock();
  EXPECT_TRUE(core.try_lock());
}

}  // namespace
}  // namespace gauntlet
