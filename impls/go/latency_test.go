// SPDX-License-Identifier: Apache-2.0
// Tests of the percentiles.

package main

import "testing"

func Test_percentiles_are_by_nearest_rank(t *testing.T) {
	var waits latency
	for i := int64(1000); i >= 1; i-- {
		waits = append(waits, i)
	}
	if mean := waits.mean(); mean != 500.5 {
		t.Errorf("mean is %v", mean)
	}
	if got, want := *waits.counters(), (latencyCounters{500, 900, 990, 999, 1000}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
	if got, want := *(latency{7}).counters(), (latencyCounters{7, 7, 7, 7, 7}); got != want {
		t.Errorf("got %v, want %v", got, want)
	}
}
