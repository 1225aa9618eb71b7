// SPDX-License-Identifier: Apache-2.0
// yield: goroutines that do nothing but let each other run; one op is a yield.

package main

import (
	"runtime"
	"strconv"
	"sync"
)

const kYields = 1_000_000 // with 1,000, so that starting them is no part of the figure

func yieldCases() []*benchCase {
	var cases []*benchCase
	for _, goroutines := range []int{10, 1000} {
		goroutines := goroutines
		one := &benchCase{
			workload:  "yield",
			params:    params{{"goroutines", strconv.Itoa(goroutines)}},
			unit:      "yield",
			group:     kScheduling,
			competing: true,
			needs:     []string{"G1", "G2", "R6", "W1"},
			pass:      func(ops uint64, _ parkedSampler) tally { return yieldInTurns(ops, goroutines) },
			expect:    func(ops uint64) tally { return tally{count: ops} },
		}
		if goroutines == 1000 {
			one.fixedOps = kYields
		}
		cases = append(cases, one)
	}
	return cases
}

func yieldInTurns(ops uint64, goroutines int) tally {
	turns := newTurns(goroutines)
	var start, over sync.WaitGroup
	start.Add(1)
	over.Add(goroutines)
	for self := 0; self < goroutines; self++ {
		go func(self int) {
			start.Wait()
			own := quota(uint64(self), uint64(goroutines), ops)
			for done := uint64(1); done <= own; done++ {
				runtime.Gosched()
				turns.had(self, done)
			}
			turns.end()
			over.Done()
		}(self)
	}
	start.Done()
	over.Wait()
	return tally{count: turns.total(), shares: turns.picture, snapshot: true}
}
