// SPDX-License-Identifier: Apache-2.0
// spawn_million: a million goroutines; one op is a goroutine, from its start to its join.
//
// mode=spawn: each marks itself and ends. mode=parked: each parks on a channel, and only when all of
// them have come is the channel closed; so a million are alive at once. The first pass of the process
// is the cold figure, the later ones, which reuse stacks, are the warm one.

package main

import "sync"

const kMillion = 1_000_000

// marks are one byte for each goroutine: proof that it ran once, without a shared counter. Kept between
// passes, so that a warm pass does not fault the pages in again.
var marks []uint8

func freshMarks(count uint64) []uint8 {
	if uint64(cap(marks)) < count {
		marks = make([]uint8, count)
	}
	marks = marks[:count]
	for i := range marks {
		marks[i] = 0
	}
	return marks
}

func countMarks(marks []uint8) (count uint64) {
	for _, mark := range marks {
		if mark == 1 {
			count++
		}
	}
	return count
}

func spawnMillionCases() []*benchCase {
	expect := func(ops uint64) tally { return tally{count: ops} }
	return []*benchCase{
		{
			workload: "spawn_million",
			params:   params{{"mode", "spawn"}},
			unit:     "goroutine",
			group:    kSpawnAndMemory,
			needs:    []string{"G1", "G2", "C2", "C5", "C10", "W1"},
			fixedOps: kMillion,
			coldPass: true,
			pass:     func(ops uint64, _ parkedSampler) tally { return spawnAndEnd(ops) },
			expect:   expect,
		},
		{
			workload: "spawn_million",
			params:   params{{"mode", "parked"}},
			unit:     "goroutine",
			group:    kSpawnAndMemory,
			needs:    []string{"G1", "G2", "C2", "C5", "C10", "W1"},
			fixedOps: kMillion,
			coldPass: true,
			memory:   true,
			pass:     spawnAndPark,
			expect:   expect,
		},
	}
}

func spawnAndEnd(goroutines uint64) tally {
	marks := freshMarks(goroutines)
	var all sync.WaitGroup
	all.Add(len(marks))
	for i := range marks {
		mark := &marks[i]
		go func() {
			*mark++
			all.Done()
		}()
	}
	all.Wait()
	return tally{count: countMarks(marks)}
}

// spawnAndPark spawns in steps and lets each step arrive before the next one, in every pass of every
// lane: a sample then knows how many are parked, and a pass that samples runs the same text as one that
// does not.
func spawnAndPark(goroutines uint64, sample parkedSampler) tally {
	if sample == nil {
		sample = func(uint64) {}
	}
	marks := freshMarks(goroutines)
	gate := make(chan int)
	var all sync.WaitGroup
	all.Add(len(marks))
	spawned := uint64(0)
	sample(0)
	for _, until := range sampleSteps(goroutines) {
		var arrived sync.WaitGroup
		arrived.Add(int(until - spawned))
		for ; spawned < until; spawned++ {
			mark := &marks[spawned]
			go func() {
				arrived.Done()
				if _, open := <-gate; !open {
					*mark++
				}
				all.Done()
			}()
		}
		arrived.Wait()
		sample(spawned)
	}
	close(gate)
	all.Wait()
	return tally{count: countMarks(marks)}
}
