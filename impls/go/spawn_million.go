// SPDX-License-Identifier: Apache-2.0
// spawn_million: a million goroutines; one op is a goroutine, from its start to its join.
//
// mode=spawn: each adds one to a counter and ends. mode=parked: each parks on a channel, and only
// when all of them have come is the channel closed; so a million are alive at once. The first pass
// of the process is the cold figure, the later ones, which reuse stacks, are the warm one.

package main

import (
	"sync"
	"sync/atomic"
)

const kMillion = 1_000_000

// kSamplePoints is how often RSS is read while the goroutines of a memory pass are spawned.
const kSamplePoints = 10

func spawnMillionCases() []*benchCase {
	expect := func(ops uint64) tally { return tally{count: ops} }
	return []*benchCase{
		{
			workload: "spawn_million",
			params:   params{{"mode", "spawn"}},
			unit:     "goroutine",
			needs:    []string{"goroutine", "wait_group"},
			fixedOps: kMillion,
			coldPass: true,
			pass:     func(ops uint64, _ parkedSampler) tally { return spawnAndEnd(ops) },
			expect:   expect,
		},
		{
			workload: "spawn_million",
			params:   params{{"mode", "parked"}},
			unit:     "goroutine",
			needs:    []string{"goroutine", "channel", "wait_group"},
			fixedOps: kMillion,
			coldPass: true,
			memory:   true,
			pass:     spawnAndPark,
			expect:   expect,
		},
	}
}

func spawnAndEnd(goroutines uint64) tally {
	var ended atomic.Uint64
	var group sync.WaitGroup
	group.Add(int(goroutines))
	for i := uint64(0); i < goroutines; i++ {
		go func() {
			ended.Add(1)
			group.Done()
		}()
	}
	group.Wait()
	return tally{count: ended.Load()}
}

// spawnAndPark never waits for the parked ones while it spawns: a rendezvous at each sample would
// change the schedule that is measured. So a sample counts as parked the few that are still on their
// way; their stacks are resident already, and the lag is about the same at every point.
func spawnAndPark(goroutines uint64, sample parkedSampler) tally {
	gate := make(chan struct{})
	var released atomic.Uint64
	var arrived, ended sync.WaitGroup
	arrived.Add(int(goroutines))
	ended.Add(int(goroutines))
	body := func() {
		arrived.Done()
		if _, open := <-gate; !open {
			released.Add(1)
		}
		ended.Done()
	}
	spawned := uint64(0)
	for point := uint64(1); point <= kSamplePoints; point++ {
		for until := goroutines * point / kSamplePoints; spawned < until; spawned++ {
			go body()
		}
		if sample != nil {
			sample(spawned)
		}
	}
	arrived.Wait()
	close(gate)
	ended.Wait()
	return tally{count: released.Load()}
}
