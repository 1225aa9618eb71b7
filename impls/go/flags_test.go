// SPDX-License-Identifier: Apache-2.0
// Tests of bad input: exit code 2 and one line with the culprit and the mend, and no file.

package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func wantRefusal(t *testing.T, ran benchRun, culprit, mend string) {
	t.Helper()
	if ran.exit != kExitBadInput || ran.stdout != "" {
		t.Errorf("exit %d, stdout %q, stderr %q", ran.exit, ran.stdout, ran.stderr)
	}
	if strings.Count(ran.stderr, "\n") != 1 || !strings.Contains(ran.stderr, culprit) ||
		!strings.Contains(ran.stderr, mend) {
		t.Errorf("stderr is %q, want %q and %q on one line", ran.stderr, culprit, mend)
	}
	if _, err := os.Stat(ran.out); ran.out != "" && err == nil {
		t.Errorf("%s was written", ran.out)
	}
}

func Test_bad_values_are_refused(t *testing.T) {
	folder := t.TempDir()
	for _, bad := range []struct{ flag, value, culprit, mend string }{
		{"--workload", "pingpong", `"pingpong"`, "choose one of broadcast_close channel_of_channels"},
		{"--params", "capacity=2", `"capacity=2"`, "choose one of capacity=0 capacity=1"},
		{"--params", "capacity", `"capacity"`, "k=v"},
		{"--params", "-", `"-"`, "choose one of"},
		{"--params", "capacity=0,capacity=0", "twice", "once"},
		{"--workers", "0", "--workers 0", "give 1 to"},
		{"--workers", "two", `"two"`, "--help"},
		{"--seed", "-1", `"-1"`, "--help"},
		{"--min-time", "-0.5", "-0.5", "give 0 to"},
		{"--min-time", "NaN", "NaN", "give 0 to"},
		{"--min-time", "1e300", "1e+300", "give 0 to"},
		{"--timeout", "0", "--timeout 0", "give 0.001 to"},
		{"--pass-time", "0", "--pass-time 0", "give 0.0001 to"},
		{"--ops", "0", "--ops 0", "at least 1"},
		{"--ops", "99999999999", "--ops 99999999999", "at most"},
		{"--color", "red", "-color", "--help"},
		{"--out", "", "--out is empty", "give"},
		{"--out", folder, folder, "path of a file"},
		{"--out", filepath.Join(folder, "none", "x.json"), "does not exist", "create it"},
	} {
		ran := runCase(t, "ping_pong", "capacity=0", bad.flag, bad.value)
		wantRefusal(t, ran, bad.culprit, bad.mend)
	}
	wantRefusal(t, runCase(t, "ping_pong", "capacity=0", "stray"), `"stray"`, "--help")
	wantRefusal(t, runCase(t, "ping_pong", "capacity=0", "--ops"), "ops", "--help")
}

func Test_case_and_file_have_no_default(t *testing.T) {
	out := filepath.Join(t.TempDir(), "result.json")
	full := []string{"--workload", "sieve", "--out", out}
	for i := 0; i < len(full); i += 2 {
		rest := append(append([]string{}, full[:i]...), full[i+2:]...)
		wantRefusal(t, runArgs(t, out, rest), full[i]+" is missing", "--help")
	}
}

func Test_only_a_case_without_params_goes_without_them(t *testing.T) {
	out := filepath.Join(t.TempDir(), "result.json")
	wantRefusal(t, runArgs(t, out, []string{"--workload", "ping_pong", "--out", out}), `has no case ""`, "choose one of")
	if ran := runArgs(t, out, []string{"--workload", "sieve", "--ops", "5", "--min-time", "0", "--out", out}); ran.exit != kExitOk {
		t.Errorf("exit %d, stderr %q", ran.exit, ran.stderr)
	}
}

func Test_a_tuned_environment_is_refused(t *testing.T) {
	t.Setenv("GOGC", "off")
	wantRefusal(t, runCase(t, "ping_pong", "capacity=0"), "GOGC=off", "unset it")
}

func Test_params_have_one_order_however_they_are_given(t *testing.T) {
	c, err := findCase(allCases(), "worker_pool", "work_ns=500,pool=100")
	if err != nil || c.params.joined() != "pool=100,work_ns=500" {
		t.Errorf("found %v, %v", c, err)
	}
}

func Test_list_is_json_with_one_object_per_process_case(t *testing.T) {
	var stdout, stderr bytes.Buffer
	if exit := run([]string{"--list"}, allCases(), nil, &stdout, &stderr); exit != kExitOk {
		t.Fatalf("exit %d, stderr %q", exit, stderr.String())
	}
	var rows []map[string]interface{}
	if err := json.Unmarshal(stdout.Bytes(), &rows); err != nil {
		t.Fatal(err)
	}
	if len(rows) != len(allCases()) {
		t.Errorf("%d rows", len(rows))
	}
	for _, row := range rows {
		wantKeys(t, row, "workload params unit group needs")
	}
	first := rows[0]["params"].(map[string]interface{})
	if first["waiters"] != 1000.0 {
		t.Errorf("params of %v are %v", rows[0]["workload"], first)
	}
}

func Test_help_is_no_error(t *testing.T) {
	ran := runArgs(t, "", []string{"--help"})
	if ran.exit != kExitOk || !strings.HasPrefix(ran.stdout, "usage:") || ran.stderr != "" {
		t.Errorf("exit %d, stdout %q, stderr %q", ran.exit, ran.stdout, ran.stderr)
	}
}
