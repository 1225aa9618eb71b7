// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

// both starts two goroutines and waits for them.
func both(body func(i int)) {
	var done sync.WaitGroup
	done.Add(2)
	for i := 0; i < 2; i++ {
		go func(i int) { body(i); done.Done() }(i)
	}
	done.Wait()
}

// beside runs `body` in a goroutine and `here` in this one.
func beside(body, here func()) {
	var done sync.WaitGroup
	done.Add(1)
	go func() { body(); done.Done() }()
	here()
	done.Wait()
}

var _ = list("seeded", "loop_variable_is_captured", func(racy bool) {
	var done sync.WaitGroup
	done.Add(2)
	index := 0
	for ; index < 2; index++ {
		if racy {
			go func() { runtime.Gosched(); keep(index); done.Done() }()
		} else {
			go func(index int) { runtime.Gosched(); keep(index); done.Done() }(index)
		}
	}
	done.Wait()
})

var _ = list("seeded", "outer_error_is_assigned", func(racy bool) {
	failure := 0
	var failures [2]int
	both(func(i int) {
		if racy {
			failure = i
		} else {
			failures[i] = i
		}
	})
	keep(failure)
})

var _ = list("seeded", "pointer_is_copied_not_the_value", func(racy bool) {
	config := new(int)
	given := config
	if !racy {
		copied := *config
		given = &copied
	}
	beside(func() { keep(*given) }, func() { *config = 2 })
})

var _ = list("seeded", "result_is_read_before_wait", func(racy bool) {
	var done sync.WaitGroup
	done.Add(1)
	result := 0
	go func() { result = 42; done.Done() }()
	if !racy {
		done.Wait()
	}
	keep(result)
	done.Wait()
})

var _ = list("seeded", "field_is_set_after_start", func(racy bool) {
	request := struct{ id, deadline int }{id: 1}
	if !racy {
		request.deadline = 10
	}
	beside(func() { keep(request.deadline) }, func() {
		if racy {
			request.deadline = 10
		}
	})
})

var _ = list("seeded", "send_then_mutate", func(racy bool) {
	given := make(chan *int, 1)
	value := 1
	beside(func() { keep(*<-given) }, func() {
		if !racy {
			value = 2
		}
		given <- &value
		if racy {
			value = 2
		}
	})
})

var _ = list("seeded", "buffer_is_filled_again_after_send", func(racy bool) {
	full := make(chan *[4]int, 1)
	empty := make(chan int, 1)
	var one [4]int
	beside(func() {
		for i := 0; i < 2; i++ {
			keep((<-full)[0])
			empty <- 0
		}
	}, func() {
		for i := 0; i < 2; i++ {
			one[0] = i
			full <- &one
			if !racy {
				<-empty
			}
		}
		for i := 0; racy && i < 2; i++ {
			<-empty
		}
	})
})

var _ = list("seeded", "write_after_close", func(racy bool) {
	ready := make(chan int)
	value := 0
	beside(func() {
		if !racy {
			value = 42
		}
		close(ready)
		if racy {
			value = 42
		}
	}, func() { <-ready; keep(value) })
})

var _ = list("seeded", "buffered_channel_in_the_wrong_direction", func(racy bool) {
	capacity := 0
	if racy {
		capacity = 1
	}
	channel := make(chan int, capacity)
	var written passed
	value := 0
	beside(func() { value = 1; written.set(); <-channel }, func() {
		if racy {
			written.wait()
		}
		channel <- 0
		keep(value)
	})
})

var _ = list("seeded", "semaphore_for_several_guards_one_value", func(racy bool) {
	capacity := 1
	if racy {
		capacity = 3
	}
	slots := make(chan int, capacity)
	value := 0
	both(func(int) { slots <- 0; value++; <-slots })
})

var _ = list("seeded", "answer_is_sent_before_the_work", func(racy bool) {
	answers := make(chan int, 3)
	var results [3]int
	var done sync.WaitGroup
	done.Add(3)
	for i := 0; i < 3; i++ {
		go func(i int) {
			early := racy && i == 1
			if !early {
				results[i] = 1
			}
			answers <- 0
			if early {
				results[i] = 1
			}
			done.Done()
		}(i)
	}
	for i := 0; i < 3; i++ {
		<-answers
	}
	keep(results[0] + results[1] + results[2])
	done.Wait()
})

var _ = list("seeded", "select_leaves_with_the_default", func(racy bool) {
	ready := make(chan int, 1)
	var written, read passed
	value := 0
	beside(func() {
		value = 1
		written.set()
		if racy {
			read.wait()
		}
		ready <- 0
	}, func() {
		if racy {
			written.wait()
			select {
			case <-ready:
			default:
			}
			keep(value)
			read.set()
			<-ready
		} else {
			<-ready
			keep(value)
		}
	})
})

var _ = list("seeded", "one_message_for_two_readers", func(racy bool) {
	ready := make(chan int, 1)
	var sent passed
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	for i := 0; i < 2; i++ {
		go func(i int) {
			if i == 0 || !racy {
				<-ready
			} else {
				sent.wait()
			}
			keep(value)
			done.Done()
		}(i)
	}
	value = 1
	ready <- 0
	sent.set()
	if !racy {
		ready <- 0
	}
	done.Wait()
})

var _ = list("seeded", "counter_without_lock", func(racy bool) {
	var mutex sync.Mutex
	count := 0
	both(func(int) {
		if !racy {
			mutex.Lock()
			defer mutex.Unlock()
		}
		count++
	})
})

var _ = list("seeded", "reader_takes_no_lock", func(racy bool) {
	var mutex sync.Mutex
	value := 0
	both(func(i int) {
		if i == 0 || !racy {
			mutex.Lock()
			defer mutex.Unlock()
		}
		if i == 0 {
			value = 1
		} else {
			keep(value)
		}
	})
})

var _ = list("seeded", "two_locks_for_one_value", func(racy bool) {
	var first, second sync.Mutex
	value := 0
	both(func(i int) {
		mutex := &first
		if racy && i == 1 {
			mutex = &second
		}
		mutex.Lock()
		value++
		mutex.Unlock()
	})
})

var _ = list("seeded", "value_is_used_after_unlock", func(racy bool) {
	var mutex sync.Mutex
	value := 0
	both(func(int) {
		mutex.Lock()
		value++
		mine := value
		mutex.Unlock()
		if racy {
			mine = value
		}
		keep(mine)
	})
})

var _ = list("seeded", "double_checked_initialisation", func(racy bool) {
	var mutex sync.Mutex
	var ordered atomic.Bool
	plain, value := false, 0
	ready := func() bool {
		if racy {
			return plain
		}
		return ordered.Load()
	}
	both(func(int) {
		if !ready() {
			mutex.Lock()
			if !ready() {
				value = 5
				plain = true
				if !racy {
					ordered.Store(true)
				}
			}
			mutex.Unlock()
		}
		keep(value)
	})
})

var _ = list("seeded", "failed_try_lock_is_ignored", func(racy bool) {
	var locked, tried passed
	var mutex sync.Mutex
	value := 0
	beside(func() { mutex.Lock(); value = 1; locked.set(); tried.wait(); mutex.Unlock() }, func() {
		locked.wait()
		taken := mutex.TryLock()
		if racy {
			keep(value)
		}
		tried.set()
		if !racy {
			if !taken {
				mutex.Lock()
			}
			keep(value)
			mutex.Unlock()
		}
	})
})

var _ = list("seeded", "flag_publishes_nothing", func(racy bool) {
	var seen passed
	ready := make(chan int, 1)
	value := 0
	beside(func() { value = 1; seen.set(); ready <- 0 }, func() {
		if racy {
			seen.wait()
		} else {
			<-ready
		}
		keep(value)
	})
})

var _ = list("seeded", "wait_group_is_added_too_late", func(racy bool) {
	var group sync.WaitGroup
	var waited, written passed
	value := 0
	if !racy {
		group.Add(1)
	}
	beside(func() {
		if racy {
			waited.wait()
			group.Add(1)
		}
		value = 1
		group.Done()
		written.set()
	}, func() {
		group.Wait()
		waited.set()
		if racy {
			written.wait()
		}
		keep(value)
	})
})

var _ = list("seeded", "done_is_called_before_the_write", func(racy bool) {
	var group sync.WaitGroup
	group.Add(1)
	value := 0
	beside(func() {
		if !racy {
			value = 1
		}
		group.Done()
		if racy {
			value = 1
		}
	}, func() { group.Wait(); keep(value) })
})

var _ = list("seeded", "group_counts_one_too_few", func(racy bool) {
	var group, end sync.WaitGroup
	group.Add(1)
	end.Add(2)
	first, second := 0, 0
	if !racy {
		group.Add(1)
	}
	go func() { first = 1; group.Done(); end.Done() }()
	go func() {
		second = 1
		if !racy {
			group.Done()
		}
		end.Done()
	}()
	group.Wait()
	keep(first)
	keep(second)
	end.Wait()
})

var _ = list("seeded", "patience_stands_in_for_a_wait", func(racy bool) {
	var done sync.WaitGroup
	done.Add(1)
	value := 0
	go func() { value = 1; done.Done() }()
	for i := 0; i < 100; i++ {
		runtime.Gosched()
	}
	if !racy {
		done.Wait()
	}
	keep(value)
	done.Wait()
})

var _ = list("seeded", "map_is_filled_by_two", func(racy bool) {
	var mutex sync.Mutex
	ages := map[int]int{}
	both(func(i int) {
		if !racy {
			mutex.Lock()
			defer mutex.Unlock()
		}
		ages[i] = i
	})
})

var _ = list("seeded", "vector_is_appended_by_two", func(racy bool) {
	found := make(chan int, 2)
	results := make([]int, 0, 4)
	both(func(i int) {
		if racy {
			results = append(results, i)
		} else {
			found <- i
		}
	})
	if !racy {
		results = append(results, <-found, <-found)
	}
	keep(len(results))
})

var _ = list("seeded", "list_is_read_while_it_grows", func(racy bool) {
	names := make([]int, 1, 4)
	snapshot := []int{0}
	beside(func() {
		seen := snapshot
		if racy {
			seen = names
		}
		keep(seen[len(seen)-1])
	}, func() { names = append(names, 2) })
})

var _ = list("seeded", "cache_is_filled_on_demand", func(racy bool) {
	var mutex sync.Mutex
	var cached *int
	both(func(i int) {
		if !racy {
			mutex.Lock()
			defer mutex.Unlock()
		}
		if cached == nil {
			cached = new(int)
		}
		keep(*cached)
	})
})
