// SPDX-License-Identifier: Apache-2.0
// mutex: goroutines lock one mutex, count, and unlock it, until all is counted; one op is a lock and its unlock.

package main

import (
	"strconv"
	"sync"
)

func mutexCases() []*benchCase {
	var cases []*benchCase
	for _, goroutines := range []int{1, 10} {
		goroutines := goroutines
		cases = append(cases, &benchCase{
			workload:  "mutex",
			params:    params{{"goroutines", strconv.Itoa(goroutines)}},
			unit:      "lock and unlock",
			group:     kSyncAndTime,
			competing: true,
			needs:     []string{"G1", "G2", "M1", "W1"},
			pass:      func(ops uint64, _ parkedSampler) tally { return lockInTurns(ops, goroutines) },
			expect:    func(ops uint64) tally { return tally{count: ops, sum: ops * (ops + 1) / 2} },
		})
	}
	return cases
}

func lockInTurns(ops uint64, goroutines int) (got tally) {
	var mutex sync.Mutex
	var counter, sum uint64
	var over sync.WaitGroup
	over.Add(goroutines)
	got.shares = make([]uint64, goroutines)
	for self := range got.shares {
		go func(share *uint64) {
			own := uint64(0) // not counted in place: the shares of neighbours are on one cache line
			for more := true; more; {
				mutex.Lock()
				if more = counter < ops; more {
					counter++
					sum += counter
					own++
				}
				mutex.Unlock()
			}
			*share = own
			over.Done()
		}(&got.shares[self])
	}
	over.Wait()
	got.sum = sum
	for _, share := range got.shares {
		got.count += share
	}
	return got
}
