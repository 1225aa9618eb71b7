// SPDX-License-Identifier: Apache-2.0
// hog: ping-pong beside a third goroutine that computes for a microsecond and then lets others run; one op is
// a round trip.

package main

import (
	"runtime"
	"sync"
	"sync/atomic"
)

const kHogSliceNs = 1_000

func hogCases() []*benchCase {
	var slice burner
	return []*benchCase{{
		workload:  "hog",
		params:    params{{"slice_ns", "1000"}},
		unit:      "round trip",
		group:     kScheduling,
		competing: true,
		needs:     []string{"G1", "G2", "C1", "C2", "C8", "R6", "W1"},
		prepare:   func() { slice = newBurner(kHogSliceNs) },
		pass:      func(ops uint64, _ parkedSampler) tally { return hog(ops, slice) },
		expect:    func(ops uint64) tally { return tally{count: ops, sum: ops * (ops + 1) / 2} },
	}}
}

func hog(ops uint64, slice burner) tally {
	var over uint32
	var slices uint64
	var neighbour sync.WaitGroup
	neighbour.Add(1)
	go func() {
		ash := uint64(1)
		for atomic.LoadUint32(&over) == 0 {
			ash = slice.burn(ash)
			slices++
			runtime.Gosched()
		}
		keptAsh ^= ash
		neighbour.Done()
	}()
	got := pingPong(ops, 0)
	atomic.StoreUint32(&over, 1)
	neighbour.Wait()
	got.shares, got.snapshot = []uint64{got.count, slices}, true
	return got
}
