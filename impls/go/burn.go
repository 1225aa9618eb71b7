// SPDX-License-Identifier: Apache-2.0
// Burn: a wanted number of nanoseconds of CPU work that touches no memory and never parks.
//
// Marsaglia's xorshift64 (https://www.jstatsoft.org/v08/i14/): each step needs the one before, so a
// CPU cannot overlap them. The step count is fitted once per process, before the first pass.

package main

import "time"

const (
	kBurnTrialSteps = 20_000
	kBurnTrials     = 25
)

// keptAsh makes the result of every burn visible. Written by the collector between passes only.
var keptAsh uint64

// burner does `steps` steps per burn; its zero value does nothing.
type burner struct{ steps uint64 }

// newBurner fits the number of steps to `ns`. The fastest trial counts: noise only ever adds time.
func newBurner(ns float64) burner {
	trial := burner{kBurnTrialSteps}
	fastest := time.Duration(1<<63 - 1)
	ash := uint64(1)
	for i := 0; i < kBurnTrials; i++ {
		start := time.Now()
		ash = trial.burn(ash)
		if elapsed := time.Since(start); elapsed < fastest {
			fastest = elapsed
		}
	}
	keptAsh ^= ash
	steps := ns * kBurnTrialSteps / float64(fastest.Nanoseconds())
	return burner{uint64(steps + 0.5)}
}

// burn returns the generator's next state; feed it to the next burn. State 0 would stay 0.
func (b burner) burn(state uint64) uint64 {
	for i := uint64(0); i < b.steps; i++ {
		state ^= state << 13
		state ^= state >> 7
		state ^= state << 17
	}
	return state
}
