// SPDX-License-Identifier: Apache-2.0
// idle_wake: one goroutine sleeps for a millisecond, again and again; one op is a wake-up, its time is what is
// above the millisecond.

package main

import "time"

const kIdleSleep = time.Millisecond

func idleWakeCases() []*benchCase {
	return []*benchCase{{
		workload: "idle_wake",
		params:   params{{"sleep_us", "1000"}},
		unit:     "wake-up",
		group:    kScheduling,
		needs:    []string{"G1", "T1"},
		pass: func(ops uint64, _ parkedSampler) (got tally) {
			for ; got.count < ops; got.count++ {
				time.Sleep(kIdleSleep)
			}
			got.asked = time.Duration(ops) * kIdleSleep
			return got
		},
		expect: func(ops uint64) tally { return tally{count: ops} },
	}}
}
