// SPDX-License-Identifier: Apache-2.0
// Tests of wrong tallies: exit code 1, a reason, and no number.

package main

import (
	"strings"
	"testing"
)

func Test_a_wrong_tally_has_an_error_and_no_figure(t *testing.T) {
	for _, workload := range []string{"loses_one", "wrong_when_timed"} {
		ran := runCase(t, workload, "-", "--min-time", "0.3")
		if ran.exit != kExitWrong {
			t.Errorf("%s: exit %d", workload, ran.exit)
		}
		if !strings.HasPrefix(ran.stderr, "gauntlet: WRONG: "+workload) || strings.Count(ran.stderr, "\n") != 1 {
			t.Errorf("%s: stderr is %q", workload, ran.stderr)
		}
		entries := readResult(t, ran.out).Benchmarks
		if len(entries) != 1 {
			t.Fatalf("%s: %d entries", workload, len(entries))
		}
		wantKeys(t, entries[0], kEveryEntryHas+" error_occurred error_message")
		if entries[0]["error_occurred"] != true || entries[0]["real_time"] != 0.0 {
			t.Errorf("%s: entry is %v", workload, entries[0])
		}
	}
}

func Test_a_wrong_cold_pass_ends_the_process_before_the_warm_one(t *testing.T) {
	ran := runCase(t, "wrong_when_cold", "-")
	entries := readResult(t, ran.out).Benchmarks
	if ran.exit != kExitWrong || len(entries) != 1 || entries[0]["error_occurred"] != true {
		t.Errorf("exit %d, entries %v", ran.exit, entries)
	}
}

func Test_a_wrong_warm_pass_leaves_the_cold_figure(t *testing.T) {
	ran := runCase(t, "wrong_when_warm", "-")
	entries := readResult(t, ran.out).Benchmarks
	if ran.exit != kExitWrong || len(entries) != 2 || entries[0]["error_occurred"] != nil ||
		entries[1]["error_occurred"] != true {
		t.Errorf("exit %d, entries %v", ran.exit, entries)
	}
}

func Test_check_sees_each_part_of_a_tally(t *testing.T) {
	want := tally{count: 6, sum: 30}
	for culprit, got := range map[string]tally{
		"count":  {count: 5, sum: 30},
		"sum":    {count: 6, sum: 31},
		"shares": {count: 6, sum: 30, shares: []uint64{3, 2}},
	} {
		if err := got.check(want); err == nil || !strings.Contains(err.Error(), culprit) {
			t.Errorf("%s: check says %v", culprit, err)
		}
	}
	if err := (tally{count: 6, sum: 30, shares: []uint64{6, 0}}).check(want); err != nil {
		t.Error(err)
	}
}

func Test_a_panic_ends_by_signal_and_not_by_the_code_of_bad_input(t *testing.T) {
	ran := startBench(t, "panics", "-")
	if ran.exit != -1 || !strings.Contains(ran.stderr, "on purpose") {
		t.Errorf("exit %d, stderr %q", ran.exit, ran.stderr)
	}
}
