// SPDX-License-Identifier: Apache-2.0
// wait_group: five workers wait for a start and say that they are done, one waits for all; one op is a round.

package main

import "sync"

const kWaitGroupWorkers = 5

func waitGroupCases() []*benchCase {
	return []*benchCase{{
		workload: "wait_group",
		params:   params{{"workers", "5"}},
		unit:     "round",
		group:    kSyncAndTime,
		needs:    []string{"G1", "G2", "W1", "W3"},
		pass:     func(ops uint64, _ parkedSampler) tally { return waitInRounds(ops) },
		expect:   func(ops uint64) tally { return tally{count: ops, sum: ops * kWaitGroupWorkers} },
	}}
}

func waitInRounds(ops uint64) (got tally) {
	var start [2]sync.WaitGroup // who has come to the end of a round has left its start
	var end, over sync.WaitGroup
	over.Add(kWaitGroupWorkers)
	rounds := make([]uint64, kWaitGroupWorkers)
	start[0].Add(1)
	for self := range rounds {
		go func(own *uint64) {
			done := uint64(0)
			for ; done < ops; done++ {
				start[done%2].Wait()
				end.Done()
			}
			*own = done
			over.Done()
		}(&rounds[self])
	}
	for round := uint64(0); round < ops; round++ {
		end.Add(kWaitGroupWorkers)
		start[(round+1)%2].Add(1)
		start[round%2].Done()
		end.Wait()
		got.count++
	}
	over.Wait()
	for _, own := range rounds {
		got.sum += own
	}
	return got
}
