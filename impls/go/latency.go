// SPDX-License-Identifier: Apache-2.0
// Latency: how long each of many ops waited, as exact percentiles by nearest rank; no wait is put into a bucket.

package main

import (
	"math"
	"sort"
)

// latency is in ns.
type latency []int64

type latencyCounters struct {
	P50  int64 `json:"latency_p50_ns"`
	P90  int64 `json:"latency_p90_ns"`
	P99  int64 `json:"latency_p99_ns"`
	P999 int64 `json:"latency_p99_9_ns"`
	Max  int64 `json:"latency_max_ns"`
}

func (waits latency) mean() float64 {
	var sum float64
	for _, wait := range waits {
		sum += float64(wait)
	}
	return sum / float64(len(waits))
}

// counters sorts the waits, of which there is at least one.
func (waits latency) counters() *latencyCounters {
	sort.Slice(waits, func(i, j int) bool { return waits[i] < waits[j] })
	percentile := func(percent float64) int64 {
		// Less a hair, because 99.9 % of 1,000 is 999 and not what a binary fraction makes of it.
		rank := int(math.Ceil(percent/100*float64(len(waits)) - 1e-6))
		if rank < 1 {
			rank = 1
		}
		return waits[rank-1]
	}
	return &latencyCounters{percentile(50), percentile(90), percentile(99), percentile(99.9), waits[len(waits)-1]}
}
