// SPDX-License-Identifier: Apache-2.0
// Tests of reading the machine: the kernel's formats.

package main

import "testing"

func Test_cpu_lists_are_counted(t *testing.T) {
	for list, want := range map[string]int{"0": 1, "0-1": 2, "0-3,8": 5, "0,2-3": 3, kUnknown: 0} {
		if got := countCPUs(list); got != want {
			t.Errorf("%s has %d CPUs, want %d", list, got, want)
		}
	}
}

func Test_steal_is_the_share_of_the_ticks_between(t *testing.T) {
	before := parseCPUTimes("cpu  100 0 50 800 10 0 5 35 77 0\ncpu0 1 2 3")
	after := parseCPUTimes("cpu  150 0 60 820 10 0 5 55 99 0\ncpu0 1 2 3")
	if before.total != 1000 || before.stolen != 35 {
		t.Errorf("before is %+v", before)
	}
	if got := stealPercent(before, after); got != "20.00" {
		t.Errorf("steal is %s", got)
	}
	if got := stealPercent(after, after); got != kUnknown {
		t.Errorf("steal of no time is %s", got)
	}
}

func Test_the_peak_is_not_below_the_present_set(t *testing.T) {
	if peak, now := peakRssBytes(), rssBytes(); now <= 0 || peak < now/2 {
		t.Errorf("peak %d, now %d", peak, now)
	}
}
