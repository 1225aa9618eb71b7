// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"runtime"
	"sync"
)

var _ = list("edge", "H7_read_write_mutex_orders_readers_and_writers", func(bool) {
	var mutex sync.RWMutex
	var done sync.WaitGroup
	done.Add(4)
	value := 0
	for i := 0; i < 4; i++ {
		go func(i int) {
			for k := 0; k < 3; k++ {
				if i%2 == 0 {
					mutex.Lock()
					value++
					runtime.Gosched()
					mutex.Unlock()
				} else {
					mutex.RLock()
					keep(value)
					runtime.Gosched()
					mutex.RUnlock()
				}
			}
			done.Done()
		}(i)
	}
	done.Wait()
})

var _ = list("edge", "H8_once_orders_every_return", func(bool) {
	var once sync.Once
	value := 0
	both(func(int) { once.Do(func() { value = 1 }); keep(value) })
})

var _ = list("edge", "H8_signal_orders_wait", func(bool) {
	var mutex sync.Mutex
	cond := sync.NewCond(&mutex)
	ready, value := false, 0
	beside(func() {
		mutex.Lock()
		for !ready {
			cond.Wait()
		}
		mutex.Unlock()
		keep(value)
	}, func() {
		runtime.Gosched()
		value = 1
		mutex.Lock()
		ready = true
		cond.Signal()
		mutex.Unlock()
	})
})

var _ = list("edge", "H8_cancel_orders_done", func(bool) {
	work, cancel := context.WithCancel(context.Background())
	value := 0
	beside(func() { <-work.Done(); keep(value) }, func() { value = 1; cancel() })
})

var _ = list("non_edge", "N8_readers_are_not_ordered", func(bool) {
	var mutex sync.RWMutex
	value := 0
	both(func(int) { mutex.RLock(); value++; mutex.RUnlock() })
})

var _ = list("seeded", "write_under_a_read_lock", func(racy bool) {
	var mutex sync.RWMutex
	hits := 0
	both(func(int) {
		if racy {
			mutex.RLock()
			hits++
			mutex.RUnlock()
		} else {
			mutex.Lock()
			hits++
			mutex.Unlock()
		}
	})
})

var _ = list("seeded", "result_is_read_after_cancel", func(racy bool) {
	work, cancel := context.WithCancel(context.Background())
	var written passed
	var done sync.WaitGroup
	done.Add(1)
	steps := 0
	go func() { <-work.Done(); steps++; written.set(); done.Done() }()
	cancel()
	if racy {
		written.wait()
	} else {
		done.Wait()
	}
	keep(steps)
	done.Wait()
})

var _ = list("seeded", "begun_is_taken_for_done", func(racy bool) {
	var once sync.Once
	var begun passed
	value := 0
	beside(func() { once.Do(func() { begun.set(); value = 1 }) }, func() {
		begun.wait()
		if !racy {
			once.Do(func() {})
		}
		keep(value)
	})
})
