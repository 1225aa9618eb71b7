// SPDX-License-Identifier: Apache-2.0
// deep_park: ping-pong of two goroutines that go down fifty calls before they wait; one op is a round trip.

package main

import "sync"

const kDeepParkDepth = 50

func deepParkCases() []*benchCase {
	return []*benchCase{{
		workload: "deep_park",
		params:   params{{"depth", "50"}},
		unit:     "round trip",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "G5", "C1", "C2", "C8", "W1"},
		pass:     func(ops uint64, _ parkedSampler) tally { return deepPark(ops) },
		expect: func(ops uint64) tally {
			return tally{count: ops, sum: ops*(ops-1)/2 + 2*kDeepParkDepth*ops}
		},
	}}
}

func dive(depth int, channel <-chan uint64) uint64 {
	if depth == 0 {
		return <-channel
	}
	return dive(depth-1, channel) + 1
}

func deepPark(ops uint64) (got tally) {
	ping, pong := make(chan uint64), make(chan uint64)
	var players sync.WaitGroup
	players.Add(2)
	go func() {
		for i := uint64(0); i < ops; i++ {
			ping <- i
			got.sum += dive(kDeepParkDepth, pong)
			got.count++
		}
		players.Done()
	}()
	go func() {
		for i := uint64(0); i < ops; i++ {
			pong <- dive(kDeepParkDepth, ping)
		}
		players.Done()
	}()
	players.Wait()
	return got
}
