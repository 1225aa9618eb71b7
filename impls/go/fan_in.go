// SPDX-License-Identifier: Apache-2.0
// fan_in: ten sources with a channel each, ten forwarders into one channel; one op is an item.

package main

import "sync"

const (
	kFanInSources  = 10
	kFanInCapacity = 15
)

func fanInCases() []*benchCase {
	return []*benchCase{{
		workload:  "fan_in",
		unit:      "item",
		group:     kChannels,
		competing: true,
		needs:     []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "W1"},
		pass:      func(ops uint64, _ parkedSampler) tally { return fanIn(ops) },
		expect:    sumOfItems,
	}}
}

// quota is how many of the ops 0 to ops-1 belong to one of `parties` that take turns.
func quota(party, parties, ops uint64) uint64 { return (ops + parties - 1 - party) / parties }

func fanIn(items uint64) tally {
	merged := make(chan uint64, kFanInCapacity)
	var users sync.WaitGroup
	users.Add(2 * kFanInSources)
	for source := uint64(0); source < kFanInSources; source++ {
		own := make(chan uint64, kFanInCapacity)
		go func(item uint64) {
			for ; item < items; item += kFanInSources {
				own <- item
			}
			close(own)
			users.Done()
		}(source)
		go func() {
			for item := range own {
				merged <- item
			}
			users.Done()
		}()
	}
	go func() {
		users.Wait()
		close(merged)
	}()
	got := tally{snapshot: true}
	seen := make([]uint64, kFanInSources)
	for item := range merged {
		got.sum += item
		got.count++
		source := item % kFanInSources
		seen[source]++
		if seen[source] == quota(source, kFanInSources, items) && got.shares == nil {
			got.shares = append(got.shares, seen...)
		}
	}
	return got
}
