// SPDX-License-Identifier: Apache-2.0
// mpmc: `side` senders and as many receivers share one channel; one op is an item.

package main

import (
	"strconv"
	"sync"
)

const kMpmcCapacity = 127

func mpmcCases() []*benchCase {
	var cases []*benchCase
	for _, side := range []int{4, 64} {
		side := side
		cases = append(cases, &benchCase{
			workload:  "mpmc",
			params:    params{{"side", strconv.Itoa(side)}},
			unit:      "item",
			group:     kChannels,
			competing: true,
			needs:     []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "W1"},
			pass:      func(ops uint64, _ parkedSampler) tally { return mpmc(ops, side) },
			expect:    sumOfItems,
		})
	}
	return cases
}

func mpmc(items uint64, side int) tally {
	channel := make(chan uint64, kMpmcCapacity)
	var senders, receivers sync.WaitGroup
	senders.Add(side)
	receivers.Add(side)
	sums := make([]uint64, side)
	got := tally{shares: make([]uint64, side)}
	for first := 0; first < side; first++ {
		go func(item uint64) {
			for ; item < items; item += uint64(side) {
				channel <- item
			}
			senders.Done()
		}(uint64(first))
	}
	for self := 0; self < side; self++ {
		go func(self int) {
			var count, sum uint64 // not in place: the sums of neighbours are on one cache line
			for item := range channel {
				sum += item
				count++
			}
			got.shares[self], sums[self] = count, sum
			receivers.Done()
		}(self)
	}
	senders.Wait()
	close(channel)
	receivers.Wait()
	for self := range sums {
		got.count += got.shares[self]
		got.sum += sums[self]
	}
	return got
}
