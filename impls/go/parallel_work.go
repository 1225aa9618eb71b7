// SPDX-License-Identifier: Apache-2.0
// parallel_work: goroutines that compute for ten microseconds each; one op is a goroutine.

package main

import "sync"

const kParallelWorkNs = 10_000

func parallelWorkCases() []*benchCase {
	var work burner
	return []*benchCase{{
		workload: "parallel_work",
		params:   params{{"work_ns", "10000"}},
		unit:     "goroutine",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "W1"},
		prepare:  func() { work = newBurner(kParallelWorkNs) },
		pass: func(ops uint64, _ parkedSampler) tally {
			return burnInGoroutines(ops, func(int) burner { return work })
		},
		expect: func(ops uint64) tally { return tally{count: ops} },
	}}
}

// burnInGoroutines starts one goroutine per op; workOf says what it has to do.
func burnInGoroutines(ops uint64, workOf func(int) burner) tally {
	marks := freshMarks(ops)
	var all sync.WaitGroup
	all.Add(len(marks))
	for i := range marks {
		mark := &marks[i]
		work := workOf(i)
		seed := uint64(i) + 1
		go func() {
			if work.burn(seed) != 0 { // never 0; so no compiler drops the work
				*mark++
			}
			all.Done()
		}()
	}
	all.Wait()
	return tally{count: countMarks(marks)}
}
