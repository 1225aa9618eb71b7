// SPDX-License-Identifier: Apache-2.0
// ping_pong: two goroutines, two channels; one op is a round trip.
//
// ping carries 0..n-1, pong brings each value back plus one; so the received values add up to
// n(n+1)/2. It measures the hand-over from goroutine to goroutine, not the throughput of a channel.

package main

import (
	"strconv"
	"sync"
)

func pingPongCases() []*benchCase {
	var cases []*benchCase
	for _, capacity := range []int{0, 1} {
		capacity := capacity
		cases = append(cases, &benchCase{
			workload: "ping_pong",
			params:   params{{"capacity", strconv.Itoa(capacity)}},
			unit:     "round trip",
			group:    kChannels,
			needs:    []string{"G1", "G2", "C1", "C2", "C8", "C9", "W1"},
			pass: func(ops uint64, _ parkedSampler) tally {
				return pingPong(ops, capacity)
			},
			expect: func(ops uint64) tally {
				return tally{count: ops, sum: ops * (ops + 1) / 2}
			},
		})
	}
	return cases
}

func pingPong(rounds uint64, capacity int) tally {
	ping := make(chan uint64, capacity)
	pong := make(chan uint64, capacity)
	var result tally
	var players sync.WaitGroup
	players.Add(2)
	go func() {
		defer players.Done()
		var count, sum uint64
		for i := uint64(0); i < rounds; i++ {
			ping <- i
			sum += <-pong
			count++
		}
		result.count, result.sum = count, sum
	}()
	go func() {
		defer players.Done()
		for i := uint64(0); i < rounds; i++ {
			pong <- <-ping + 1
		}
	}()
	players.Wait()
	return result
}
