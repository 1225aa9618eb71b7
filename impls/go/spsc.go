// SPDX-License-Identifier: Apache-2.0
// spsc: one sender, one receiver, one channel; one op is an item.

package main

import (
	"strconv"
	"sync"
)

func spscCases() []*benchCase {
	var cases []*benchCase
	for _, capacity := range []int{0, 127} {
		capacity := capacity
		cases = append(cases, &benchCase{
			workload: "spsc",
			params:   params{{"capacity", strconv.Itoa(capacity)}},
			unit:     "item",
			group:    kChannels,
			needs:    []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "W1"},
			pass:     func(ops uint64, _ parkedSampler) tally { return spsc(ops, capacity) },
			expect:   sumOfItems,
		})
	}
	return cases
}

// sumOfItems is the tally of workloads that move the items 0 to ops-1.
func sumOfItems(ops uint64) tally { return tally{count: ops, sum: ops * (ops - 1) / 2} }

func spsc(items uint64, capacity int) (got tally) {
	channel := make(chan uint64, capacity)
	var sender sync.WaitGroup
	sender.Add(1)
	go func() {
		for i := uint64(0); i < items; i++ {
			channel <- i
		}
		close(channel)
		sender.Done()
	}()
	for item := range channel {
		got.sum += item
		got.count++
	}
	sender.Wait()
	return got
}
