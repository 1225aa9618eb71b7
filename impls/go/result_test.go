// SPDX-License-Identifier: Apache-2.0
// Tests of the JSON: Google Benchmark's layout, our context and counters.

package main

import (
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

const kEveryEntryHas = "name family_index per_family_instance_index run_name run_type repetitions " +
	"repetition_index threads iterations real_time cpu_time time_unit"

const kEveryFigureHas = kEveryEntryHas + " ops passes tally_count tally_sum ns_per_op cpu_ns_per_op " +
	"cores_used faults_per_op peak_rss_bytes " +
	"minor_faults major_faults voluntary_switches involuntary_switches"

func wantKeys(t *testing.T, object map[string]interface{}, wanted string) {
	t.Helper()
	var got []string
	for key := range object {
		got = append(got, key)
	}
	want := strings.Fields(wanted)
	sort.Strings(got)
	sort.Strings(want)
	if strings.Join(got, " ") != strings.Join(want, " ") {
		t.Errorf("keys are\n%v, want\n%v", got, want)
	}
}

func Test_every_case_is_right_and_has_its_entries(t *testing.T) {
	for _, c := range allCases() {
		ran := runCase(t, c.workload, c.params.joined(), "--ops", "2000")
		if ran.exit != kExitOk || ran.stderr != "" || ran.stdout != "" {
			t.Fatalf("%s: exit %d, stdout %q, stderr %q", c.entryName("", 2), ran.exit, ran.stdout, ran.stderr)
		}
		temperatures := []string{""}
		if c.coldPass {
			temperatures = []string{"cold", "warm"}
		}
		entries := readResult(t, ran.out).Benchmarks
		if len(entries) != len(temperatures) {
			t.Fatalf("%s: %d entries", c.workload, len(entries))
		}
		for i, temperature := range temperatures {
			keys := kEveryFigureHas
			if c.memory && temperature == "cold" {
				keys += " bytes_per_goroutine maps resident_at_0 resident_at_100 resident_at_1000"
			}
			if c.workload == "skynet" {
				keys += " label"
			}
			if c.competing {
				keys += " share_min share_max starved"
			}
			if c.workload == "wake_latency" {
				keys += " latency_p50_ns latency_p90_ns latency_p99_ns latency_p99_9_ns latency_max_ns"
			}
			wantKeys(t, entries[i], keys)
			if entries[i]["name"] != c.entryName(temperature, 2) || entries[i]["ops"] != 2000.0 {
				t.Errorf("entry is %v", entries[i])
			}
		}
	}
}

func Test_names_are_those_of_the_suite(t *testing.T) {
	for want, c := range map[string]*benchCase{
		"ping_pong/capacity:0/workers:1":                       pingPongCases()[0],
		"spawn_million/mode:parked/temperature:cold/workers:1": spawnMillionCases()[1],
		"worker_pool/pool:3/work_ns:500/workers:1":             workerPoolCases()[1],
	} {
		temperature := ""
		if c.coldPass {
			temperature = "cold"
		}
		if got := c.entryName(temperature, 1); got != want {
			t.Errorf("name is %s, want %s", got, want)
		}
	}
}

func Test_times_are_per_pass_and_counters_per_op(t *testing.T) {
	entry := entryOf(pingPongCases()[0], 1, 0, figure{ops: 100, passes: 4, wall: 4000, cpu: 8000})
	if entry.Iterations != 4 || entry.RealTime != 1000 || entry.CPUTime != 2000 ||
		entry.NsPerOp != 10 || entry.CPUNsPerOp != 20 {
		t.Errorf("entry is %+v %+v", entry, entry.resultCounters)
	}
}

func Test_shares_tell_the_least_the_most_and_the_starved(t *testing.T) {
	f := figure{ops: 9, passes: 1, wall: 1, last: tally{shares: []uint64{4, 0, 5, 0}}}
	entry := entryOf(workerPoolCases()[0], 1, 0, f)
	if *entry.ShareMin != 0 || *entry.ShareMax != 5 || *entry.Starved != 2 {
		t.Errorf("shares are %d %d %d", *entry.ShareMin, *entry.ShareMax, *entry.Starved)
	}
}

func Test_context_has_both_sets_of_keys_and_ours_are_strings(t *testing.T) {
	ran := runCase(t, "worker_pool", "work_ns=0,pool=3", "--ops", "10")
	context := readResult(t, ran.out).Context
	const ours = "gauntlet_schema lane lane_version lane_tuning stack channel workload params " +
		"workers seed round order compiler compiler_flags build_type commit dirty kernel cpu_model governor aslr " +
		"max_map_count hypervisor_steal_percent allocator libraries"
	wantKeys(t, context, "date host_name executable num_cpus mhz_per_cpu cpu_scaling_enabled caches "+
		"load_avg library_build_type "+ours)
	for _, key := range strings.Fields(ours) {
		if text, isText := context[key].(string); !isText || (text == "") != (key == "lane_tuning") {
			t.Errorf("context key %s is %v", key, context[key])
		}
	}
	for key, want := range map[string]string{
		"gauntlet_schema": "1", "lane": "go", "stack": "goroutine", "channel": "native",
		"params": "pool=3,work_ns=0", "workers": "2", "seed": "9", "round": "4", "order": "1",
		"compiler": "gc", "allocator": "go",
	} {
		if context[key] != want {
			t.Errorf("context key %s is %v, want %s", key, context[key], want)
		}
	}
}

func Test_nothing_but_the_result_is_left_in_the_folder(t *testing.T) {
	ran := runCase(t, "ping_pong", "capacity=1", "--ops", "10")
	entries, err := os.ReadDir(filepath.Dir(ran.out))
	if err != nil || len(entries) != 1 {
		t.Errorf("folder has %v (%v)", entries, err)
	}
}
