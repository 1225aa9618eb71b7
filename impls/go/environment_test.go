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

func Test_steal_is_the_eighth_column_of_the_first_line(t *testing.T) {
	for stat, want := range map[string]string{
		"cpu  100 0 50 800 10 0 5 35 77 0\ncpu0 1 2 3": "3.5",
		"cpu 1 2 3":           kUnknown,
		kUnknown:              kUnknown,
		"cpu 0 0 0 0 0 0 0 0": "0",
	} {
		if got := stealPercent(stat); got != want {
			t.Errorf("steal is %s, want %s", got, want)
		}
	}
}

func Test_the_driver_says_which_commit_this_is(t *testing.T) {
	t.Setenv("GAUNTLET_COMMIT", "abc1234")
	t.Setenv("GAUNTLET_DIRTY", "false")
	if _, commit, dirty := describeBuild(); commit != "abc1234" || dirty != "false" {
		t.Errorf("commit %s, dirty %s", commit, dirty)
	}
}

func Test_the_peak_is_not_below_the_present_set(t *testing.T) {
	if peak, now := peakRssBytes(), rssBytes(); now <= 0 || peak < now/2 {
		t.Errorf("peak %d, now %d", peak, now)
	}
}
