// SPDX-License-Identifier: Apache-2.0
// Memory: what parked goroutines take: resident bytes at each sample, and memory maps when all are parked.

package main

import (
	"bytes"
	"os"
)

// sampleSteps says how many are parked at each sample: powers of ten from a hundred, then tenths of all.
func sampleSteps(all uint64) []uint64 {
	var steps []uint64
	for count := uint64(100); count < all/10; count *= 10 {
		steps = append(steps, count)
	}
	for tenth := uint64(1); tenth <= 10; tenth++ {
		steps = append(steps, all*tenth/10)
	}
	return steps
}

// memory is filled by sample while a pass runs.
type memory struct {
	all    uint64
	points []slopePoint
	maps   int
}

func (m *memory) sample(parked uint64) {
	m.points = append(m.points, slopePoint{float64(parked), float64(rssBytes())})
	if parked == m.all {
		m.maps = mapCount()
	}
}

// mapCount is the number of virtual memory areas of this process.
func mapCount() int {
	maps, err := os.ReadFile("/proc/self/maps")
	if err != nil {
		return 0
	}
	return bytes.Count(maps, []byte{'\n'})
}

// memoryCounters are the keys of a figure that sampled memory: resident bytes while so many were parked.
type memoryCounters struct {
	BytesPerGoroutine *float64 `json:"bytes_per_goroutine,omitempty"`
	Maps              int      `json:"maps"`
	At0               float64  `json:"resident_at_0,omitempty"`
	At100             float64  `json:"resident_at_100,omitempty"`
	At1000            float64  `json:"resident_at_1000,omitempty"`
	At10000           float64  `json:"resident_at_10000,omitempty"`
	At100000          float64  `json:"resident_at_100000,omitempty"`
	At1000000         float64  `json:"resident_at_1000000,omitempty"`
}

func (m *memory) counters() *memoryCounters {
	if m == nil {
		return nil
	}
	counters := &memoryCounters{Maps: m.maps}
	places := map[float64]*float64{0: &counters.At0, 100: &counters.At100, 1000: &counters.At1000,
		10_000: &counters.At10000, 100_000: &counters.At100000, 1_000_000: &counters.At1000000}
	for _, point := range m.points {
		if place := places[point.x]; place != nil {
			*place = point.y
		}
	}
	if slope, ok := leastSquaresSlope(m.points); ok {
		counters.BytesPerGoroutine = &slope
	}
	return counters
}
