// SPDX-License-Identifier: Apache-2.0
// Tests of the measuring loop: calibration, slope, and what counts as one figure.

package main

import (
	"fmt"
	"math"
	"strings"
	"testing"
	"time"
)

// sleepingCase takes a known time per op, so that no load of the machine makes a pass too short.
func sleepingCase(perOp time.Duration, seen *[]uint64) *benchCase {
	return &benchCase{
		workload: "sleeping",
		pass: func(ops uint64, _ parkedSampler) tally {
			*seen = append(*seen, ops)
			time.Sleep(time.Duration(ops) * perOp)
			return tally{count: ops}
		},
		expect: func(ops uint64) tally { return tally{count: ops} },
	}
}

func Test_calibrated_passes_take_at_least_the_pass_time(t *testing.T) {
	for _, perOp := range []time.Duration{50, 10 * time.Microsecond, 30 * time.Millisecond} {
		var seen []uint64
		f := measure(sleepingCase(perOp, &seen), plan{minTime: 60 * time.Millisecond})[0]
		if f.wrong != nil || f.wall/time.Duration(f.passes) < kPassTime || f.wall < 60*time.Millisecond {
			t.Errorf("%v per op: %d passes in %v, %v", perOp, f.passes, f.wall, f.wrong)
		}
		untimed := len(seen) - int(f.passes)
		if untimed < 2 || seen[untimed-1] != f.ops {
			t.Errorf("%v per op: passes had %v ops, %d were timed", perOp, seen, f.passes)
		}
	}
}

func Test_ops_given_are_ops_done_after_a_warm_up(t *testing.T) {
	var seen []uint64
	f := measure(sleepingCase(time.Millisecond, &seen), plan{fixedOps: 7})[0]
	if f.ops != 7 || f.passes != 1 || len(seen) < 2 {
		t.Errorf("%d ops, %d passes, seen %v", f.ops, f.passes, seen)
	}
	for _, ops := range seen {
		if ops != 7 {
			t.Errorf("a pass had %d ops", ops)
		}
	}
}

func Test_a_case_with_a_cold_pass_has_no_warm_up(t *testing.T) {
	var seen []uint64
	c := sleepingCase(time.Microsecond, &seen)
	c.coldPass, c.fixedOps = true, 1000
	figures := measure(c, plan{})
	if len(figures) != 2 || figures[0].temperature != "cold" || figures[1].temperature != "warm" ||
		figures[0].passes != 1 || len(seen) != 2 {
		t.Errorf("figures %+v, passes %v", figures, seen)
	}
}

func Test_a_million_is_a_million(t *testing.T) {
	for _, c := range spawnMillionCases() {
		if c.fixedOps != 1_000_000 {
			t.Errorf("%s has %d ops", c.params.joined(), c.fixedOps)
		}
	}
}

func Test_growth_is_bounded_and_always_grows(t *testing.T) {
	if got := grow(10, 0, kPassTime); got != 10*kGrowth+1 {
		t.Errorf("after an immeasurable pass: %d", got)
	}
	if got := grow(1, kPassTime-1, kPassTime); got < 2 {
		t.Errorf("after an almost long enough pass: %d", got)
	}
}

func Test_slope_of_a_line_is_exact_whatever_its_start(t *testing.T) {
	var points []slopePoint
	for x := 1.0; x <= 10; x++ {
		points = append(points, slopePoint{x * 1e5, 5e6 + 2744*x*1e5})
	}
	if slope, ok := leastSquaresSlope(points); !ok || math.Abs(slope-2744) > 1e-6 {
		t.Errorf("slope is %v, %v", slope, ok)
	}
}

func Test_slope_of_scattered_points_is_that_of_least_squares(t *testing.T) {
	points := []slopePoint{{1, 2}, {2, 3}, {3, 7}, {4, 8}} // by hand: Sxy = 11, Sxx = 5
	if slope, ok := leastSquaresSlope(points); !ok || math.Abs(slope-2.2) > 1e-12 {
		t.Errorf("slope is %v, %v", slope, ok)
	}
}

func Test_no_slope_without_two_different_points(t *testing.T) {
	for _, points := range [][]slopePoint{nil, {{1, 2}}, {{1, 2}, {1, 3}}} {
		if _, ok := leastSquaresSlope(points); ok {
			t.Errorf("%v has a slope", points)
		}
	}
}

func Test_the_parked_pass_samples_powers_of_ten_and_then_tenths(t *testing.T) {
	var parked []uint64
	got := spawnAndPark(20_000, func(n uint64) { parked = append(parked, n) })
	want := []uint64{0, 100, 1000, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000, 20_000}
	if got.count != 20_000 || fmt.Sprint(parked) != fmt.Sprint(want) {
		t.Errorf("%d released, samples at %v", got.count, parked)
	}
}

func Test_time_that_a_workload_asked_to_pass_is_no_part_of_the_figure_and_counts_for_the_cores(t *testing.T) {
	f := figure{ops: 10, passes: 2, wall: 10_000, asked: 8_000, cpu: 1_000}
	entry := entryOf(pingPongCases()[0], 1, 0, f)
	if entry.NsPerOp != 100 || entry.CoresUsed != 0.1 || entry.RealTime != 5_000 {
		t.Errorf("%v ns per op, %v cores, %v real", entry.NsPerOp, entry.CoresUsed, entry.RealTime)
	}
}

func Test_burn_takes_about_the_time_it_promises(t *testing.T) {
	b := newBurner(500)
	if b.steps < 10 {
		t.Fatalf("%d steps", b.steps)
	}
	fastest := time.Hour
	for trial := 0; trial < 50; trial++ {
		start := time.Now()
		for i := uint64(1); i <= 200; i++ {
			keptAsh ^= b.burn(i)
		}
		if elapsed := time.Since(start) / 200; elapsed < fastest {
			fastest = elapsed
		}
	}
	if fastest < 300*time.Nanosecond || fastest > 1000*time.Nanosecond {
		t.Errorf("500 ns of work took %v", fastest)
	}
}

func TestWarmFigureIsLeftOutAfterALongColdPass(t *testing.T) {
	var seen []uint64
	c := sleepingCase(10*time.Millisecond, &seen)
	c.coldPass = true
	figures := measure(c, plan{fixedOps: 1, warmWithin: time.Millisecond})
	if len(figures) != 2 || figures[0].leftOut != "" || len(seen) != 1 {
		t.Fatalf("got %d figures after %d passes, want a cold one and none warm", len(figures), len(seen))
	}
	if !strings.HasPrefix(figures[1].leftOut, "n/a: ") {
		t.Errorf("the warm one says %q, want n/a and why", figures[1].leftOut)
	}
}
