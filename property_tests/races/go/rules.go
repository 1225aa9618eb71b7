// SPDX-License-Identifier: Apache-2.0

package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

var _ = list("edge", "H1_go_orders_what_came_before", func(bool) {
	var done sync.WaitGroup
	done.Add(1)
	value := 1
	go func() { keep(value); done.Done() }()
	done.Wait()
})

func sendOrders(capacity int) {
	channel := make(chan int, capacity)
	value := 0
	go func() { value = 1; channel <- 0 }()
	<-channel
	keep(value)
	value = 2
}

var _ = list("edge", "H2_send_orders_a_receive_without_buffer", func(bool) { sendOrders(0) })
var _ = list("edge", "H2_send_orders_a_receive_from_a_buffer", func(bool) { sendOrders(3) })

var _ = list("edge", "H2_blocked_senders_bring_their_past", func(bool) {
	channel := make(chan int, 1)
	var values [4]int
	for i := 0; i < 4; i++ {
		go func(i int) { values[i] = 1; channel <- i }(i)
	}
	for i := 0; i < 4; i++ {
		keep(values[<-channel])
	}
})

var _ = list("edge", "H3_close_orders_a_receive", func(bool) {
	channel := make(chan int, 1)
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	go func() { runtime.Gosched(); value = 1; close(channel) }()
	for i := 0; i < 2; i++ {
		go func() { <-channel; keep(value); done.Done() }()
	}
	done.Wait()
})

var _ = list("edge", "H3_close_orders_the_end_of_a_range", func(bool) {
	channel := make(chan int, 1)
	value := 0
	go func() { channel <- 1; value = 1; close(channel) }()
	for range channel {
	}
	keep(value)
})

var _ = list("edge", "H4_receive_orders_a_send_without_buffer", func(bool) {
	channel := make(chan int)
	value := 0
	go func() { value = 1; <-channel }()
	channel <- 0
	keep(value)
})

var _ = list("edge", "H5_channel_of_capacity_one_is_a_mutex", func(bool) {
	one := make(chan int, 1)
	var done sync.WaitGroup
	done.Add(4)
	value := 0
	for i := 0; i < 4; i++ {
		go func() {
			for k := 0; k < 3; k++ {
				one <- 0
				value++
				runtime.Gosched()
				<-one
			}
			done.Done()
		}()
	}
	done.Wait()
})

func selectedReceive(capacity int) {
	channel := make(chan int, capacity)
	silent := make(chan int)
	value := 0
	go func() { value = 1; channel <- 1 }()
	select {
	case <-silent:
	case <-channel:
	}
	keep(value)
}

var _ = list("edge", "H6_selected_receive_is_ordered_by_the_send", func(bool) { selectedReceive(0) })
var _ = list("edge", "H6_selected_receive_from_a_buffer_is_ordered", func(bool) { selectedReceive(3) })

var _ = list("edge", "H6_selected_send_orders_its_receive", func(bool) {
	channel := make(chan int)
	silent := make(chan int)
	value := 0
	go func() {
		value = 1
		select {
		case <-silent:
		case channel <- 1:
		}
	}()
	<-channel
	keep(value)
})

var _ = list("edge", "H6_close_orders_a_selected_receive", func(bool) {
	channel := make(chan int)
	silent := make(chan int)
	value := 0
	go func() { runtime.Gosched(); value = 1; close(channel) }()
	select {
	case <-silent:
	case <-channel:
	}
	keep(value)
})

func underLock(lock func(*sync.Mutex)) {
	var mutex sync.Mutex
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	for i := 0; i < 2; i++ {
		go func() {
			for k := 0; k < 5; k++ {
				lock(&mutex)
				value++
				runtime.Gosched()
				mutex.Unlock()
			}
			done.Done()
		}()
	}
	done.Wait()
}

var _ = list("edge", "H7_unlock_orders_lock", func(bool) { underLock((*sync.Mutex).Lock) })
var _ = list("edge", "H7_unlock_orders_try_lock", func(bool) {
	underLock(func(mutex *sync.Mutex) {
		for !mutex.TryLock() {
			runtime.Gosched()
		}
	})
})

var _ = list("edge", "H8_done_orders_wait", func(bool) {
	var group, done sync.WaitGroup
	group.Add(3)
	done.Add(2)
	var values [3]int
	for i := 0; i < 3; i++ {
		go func(i int) { runtime.Gosched(); values[i] = 1; group.Done() }(i)
	}
	for i := 0; i < 2; i++ {
		go func() {
			group.Wait()
			keep(values[0] + values[1] + values[2])
			done.Done()
		}()
	}
	done.Wait()
})

var _ = list("edge", "H9_atomics_order", func(bool) {
	var ready atomic.Bool
	value := 0
	go func() { value = 1; ready.Store(true) }()
	for !ready.Load() {
		runtime.Gosched()
	}
	keep(value)
})

var _ = list("non_edge", "N1_end_of_a_goroutine_orders_nothing", func(bool) {
	var ended passed
	value := 0
	go func() { value = 1; ended.set() }()
	ended.wait()
	for i := 0; i < 10; i++ {
		runtime.Gosched()
	}
	keep(value)
})

var _ = list("non_edge", "N1_end_of_a_goroutine_does_not_order_the_next", func(bool) {
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	for i := 0; i < 2; i++ {
		go func() { value++; done.Done() }()
	}
	done.Wait()
})

var _ = list("non_edge", "N2_buffered_receive_does_not_order_a_send", func(bool) {
	channel := make(chan int, 1)
	var received passed
	value := 0
	go func() { value = 1; <-channel; received.set() }()
	channel <- 0
	received.wait()
	keep(value)
})

var _ = list("non_edge", "N3_length_orders_nothing", func(bool) {
	channel := make(chan int, 1)
	value := 0
	go func() { value = 1; channel <- 0 }()
	for len(channel) == 0 {
		runtime.Gosched()
	}
	keep(value)
})

var _ = list("non_edge", "N4_send_that_panics_sees_nothing", func(bool) {
	channel := make(chan int, 1)
	var closed passed
	value := 0
	go func() { value = 1; close(channel); closed.set() }()
	closed.wait()
	func() {
		defer func() { _ = recover() }()
		channel <- 0
	}()
	keep(value)
})

var _ = list("non_edge", "N5_channel_of_two_is_no_mutex", func(bool) {
	slots := make(chan int, 2)
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	for i := 0; i < 2; i++ {
		go func() { slots <- 0; value++; <-slots; done.Done() }()
	}
	done.Wait()
})

var _ = list("non_edge", "N6_failed_try_lock_orders_nothing", func(bool) {
	var locked, tried passed
	var mutex sync.Mutex
	value := 0
	go func() { mutex.Lock(); value = 1; locked.set(); tried.wait(); mutex.Unlock() }()
	locked.wait()
	mutex.TryLock()
	keep(value)
	tried.set()
})

var _ = list("non_edge", "N6_branch_not_taken_orders_nothing", func(bool) {
	taken := make(chan int)
	left := make(chan int, 1)
	var selected passed
	value := 0
	go func() {
		value = 1
		select {
		case taken <- 1:
		case <-left:
		}
		selected.set()
	}()
	go func() { <-taken }()
	selected.wait()
	left <- 1
	keep(value)
})

var _ = list("non_edge", "N7_sends_on_a_full_buffer_are_not_ordered", func(bool) {
	channel := make(chan int, 1)
	var done sync.WaitGroup
	done.Add(2)
	value := 0
	channel <- 0
	for i := 0; i < 2; i++ {
		go func() { channel <- 1; value++; done.Done() }()
	}
	for i := 0; i < 20; i++ {
		runtime.Gosched()
	}
	for i := 0; i < 3; i++ {
		<-channel
	}
	done.Wait()
})
