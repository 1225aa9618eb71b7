// SPDX-License-Identifier: Apache-2.0
// steal_imbalance: one goroutine starts all others, every 64th computes as long as the 63 between; one op is
// a goroutine.

package main

const (
	kLightNs    = 1_000
	kHeavyNs    = 64_000
	kHeavyEvery = 64
)

func stealImbalanceCases() []*benchCase {
	var light, heavy burner
	return []*benchCase{{
		workload: "steal_imbalance",
		unit:     "goroutine",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "W1"},
		prepare:  func() { light, heavy = newBurner(kLightNs), newBurner(kHeavyNs) },
		pass: func(ops uint64, _ parkedSampler) tally {
			return burnInGoroutines(ops, func(i int) burner {
				if i%kHeavyEvery == 0 {
					return heavy
				}
				return light
			})
		},
		expect: func(ops uint64) tally { return tally{count: ops} },
	}}
}
