// SPDX-License-Identifier: Apache-2.0
// ring: a token goes round `size` goroutines over unbuffered channels; one op is a hop.

package main

import "sync"

const (
	kRingSize = 1000
	kRingHops = 200_000 // so many that starting the ring is no part of the figure
)

func ringCases() []*benchCase {
	return []*benchCase{{
		workload: "ring",
		params:   params{{"size", "1000"}},
		unit:     "hop",
		group:    kChannels,
		needs:    []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C10", "C12", "W1"},
		fixedOps: kRingHops,
		pass:     func(ops uint64, _ parkedSampler) tally { return ring(ops) },
		expect:   func(ops uint64) tally { return tally{count: ops, sum: ops * (ops + 1) / 2} },
	}}
}

func ring(hops uint64) (got tally) {
	links := make([]chan uint64, kRingSize)
	for i := range links {
		links[i] = make(chan uint64)
	}
	seen := make([]tally, kRingSize)
	var players, lastHop sync.WaitGroup
	players.Add(kRingSize)
	lastHop.Add(1)
	for self := range links {
		go func(own *tally, from <-chan uint64, to chan<- uint64) {
			for token := range from {
				own.sum += token
				own.count++
				if token == hops {
					lastHop.Done()
				} else {
					to <- token + 1
				}
			}
			players.Done()
		}(&seen[self], links[self], links[(self+1)%kRingSize])
	}
	links[0] <- 1
	lastHop.Wait()
	for _, link := range links {
		close(link)
	}
	players.Wait()
	for _, each := range seen {
		got.count += each.count
		got.sum += each.sum
	}
	return got
}
