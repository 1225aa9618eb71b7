// SPDX-License-Identifier: Apache-2.0
// timers: a hundred thousand goroutines sleep for ten milliseconds, all at once; one op is a sleeper.

package main

import (
	"sync"
	"time"
)

const (
	kSleepers    = 100_000
	kTimersSleep = 10 * time.Millisecond
)

func timersCases() []*benchCase {
	return []*benchCase{{
		workload: "timers",
		params:   params{{"sleep_ms", "10"}},
		unit:     "sleeper",
		group:    kSyncAndTime,
		needs:    []string{"G1", "G2", "T1", "T5", "W1"},
		fixedOps: kSleepers,
		pass:     func(ops uint64, _ parkedSampler) tally { return sleepAll(ops) },
		expect:   func(ops uint64) tally { return tally{count: ops} },
	}}
}

func sleepAll(sleepers uint64) tally {
	marks := freshMarks(sleepers)
	var all sync.WaitGroup
	all.Add(len(marks))
	for i := range marks {
		mark := &marks[i]
		go func() {
			time.Sleep(kTimersSleep)
			*mark++
			all.Done()
		}()
	}
	all.Wait()
	return tally{count: countMarks(marks)}
}
