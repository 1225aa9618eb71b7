// SPDX-License-Identifier: Apache-2.0
// broadcast_close: a thousand goroutines wait to receive from one channel; it is closed and wakes them all,
// again and again with a new channel; one op is a goroutine that was woken.

package main

import "sync"

const (
	kBroadcastWaiters = 1000
	kBroadcastWakes   = 100_000 // so many that starting the waiters is no part of the figure
)

func broadcastCloseCases() []*benchCase {
	return []*benchCase{{
		workload: "broadcast_close",
		params:   params{{"waiters", "1000"}},
		unit:     "wake-up",
		group:    kChannels,
		needs:    []string{"G1", "G2", "C2", "C5", "C10", "C13", "W1", "W3"},
		fixedOps: kBroadcastWakes,
		pass:     func(ops uint64, _ parkedSampler) tally { return broadcastClose(ops) },
		expect:   func(ops uint64) tally { return tally{count: ops} },
	}}
}

func broadcastClose(ops uint64) (got tally) {
	waiters := uint64(kBroadcastWaiters)
	if waiters > ops {
		waiters = ops
	}
	gates := make([]chan int, (ops+waiters-1)/waiters)
	for i := range gates {
		gates[i] = make(chan int)
	}
	var waiting, over sync.WaitGroup
	waiting.Add(int(waiters))
	over.Add(int(waiters))
	wakes := make([]uint64, waiters)
	for self := uint64(0); self < waiters; self++ {
		go func(self uint64) {
			woken := uint64(0)
			for turn := self; turn < ops; turn += waiters {
				waiting.Done()
				if _, open := <-gates[turn/waiters]; !open {
					woken++
				}
			}
			wakes[self] = woken
			over.Done()
		}(self)
	}
	left := ops
	for _, gate := range gates {
		waiting.Wait() // all have said that they wait; the last of them does in a moment
		next := waiters
		if left -= waiters; left < waiters {
			next = left
		}
		waiting.Add(int(next))
		close(gate)
	}
	over.Wait()
	for _, each := range wakes {
		got.count += each
	}
	return got
}
