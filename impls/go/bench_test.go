// SPDX-License-Identifier: Apache-2.0
// What the tests of the whole executable share: cases that are wrong or hang, and a run of main.

package main

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// kPlayBench makes the test binary play the bench executable, with the cases below beside the real.
const kPlayBench = "GO_LANE_TEST_PLAYS_BENCH"

func TestMain(m *testing.M) {
	if os.Getenv(kPlayBench) != "" {
		os.Exit(run(os.Args[1:], append(allCases(), faultyCases()...), os.Stdin, os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

func faultyCases() []*benchCase {
	expect := func(ops uint64) tally { return tally{count: ops, sum: ops} }
	right := func(ops uint64) tally {
		time.Sleep(kPassTime)
		return expect(ops)
	}
	hang := func(uint64, parkedSampler) tally {
		<-make(chan int)
		return tally{}
	}
	passes := 0
	return []*benchCase{
		{workload: "loses_one", pass: func(ops uint64, _ parkedSampler) tally {
			return tally{count: ops - 1, sum: ops}
		}, expect: expect},
		{workload: "wrong_when_timed", pass: func(ops uint64, _ parkedSampler) tally {
			got := right(ops)
			if passes++; passes == 5 {
				got.sum++
			}
			return got
		}, expect: expect},
		{workload: "wrong_when_cold", coldPass: true, fixedOps: 10,
			pass: func(uint64, parkedSampler) tally { return tally{} }, expect: expect},
		{workload: "wrong_when_warm", coldPass: true, fixedOps: 10,
			pass: func(ops uint64, _ parkedSampler) tally {
				got := expect(ops)
				if passes++; passes == 2 {
					got.count--
				}
				return got
			}, expect: expect},
		{workload: "hangs", pass: hang, expect: expect},
		{workload: "panics", pass: func(uint64, parkedSampler) tally { panic("on purpose") },
			expect: expect},
	}
}

type benchRun struct {
	exit           int
	stdout, stderr string
	out            string // the path given as --out
}

// flagsFor is a complete, good command line for a case, ending with the flags of `more`.
func flagsFor(workload, params, out string, more ...string) []string {
	return append([]string{"--workload", workload, "--params", params, "--workers", "2", "--seed", "9",
		"--round", "4", "--order", "1", "--min-time", "0", "--timeout", "60", "--out", out}, more...)
}

// runCase runs a case in this process.
func runCase(t *testing.T, workload, params string, more ...string) benchRun {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	return runArgs(t, out, flagsFor(workload, params, out, more...))
}

// runAsked runs a case in this process, which is asked for passes by the lines of `in`.
func runAsked(t *testing.T, in io.Reader, workload, params string, more ...string) benchRun {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	return runTold(t, out, flagsFor(workload, params, out, more...), in)
}

func runArgs(t *testing.T, out string, args []string) benchRun {
	t.Helper()
	return runTold(t, out, args, &bytes.Buffer{})
}

func runTold(t *testing.T, out string, args []string, in io.Reader) benchRun {
	t.Helper()
	var stdout, stderr bytes.Buffer
	exit := run(args, append(allCases(), faultyCases()...), in, &stdout, &stderr)
	return benchRun{exit, stdout.String(), stderr.String(), out}
}

// startBench runs a case in a process of its own, for ends that no process survives.
func startBench(t *testing.T, workload, params string, more ...string) benchRun {
	t.Helper()
	out := filepath.Join(t.TempDir(), "result.json")
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	var stdout, stderr bytes.Buffer
	child := exec.Command(self, flagsFor(workload, params, out, more...)...)
	child.Env = append(os.Environ(), kPlayBench+"=1")
	child.Stdout, child.Stderr = &stdout, &stderr
	if err := child.Run(); err != nil {
		if _, ended := err.(*exec.ExitError); !ended {
			t.Fatal(err)
		}
	}
	return benchRun{child.ProcessState.ExitCode(), stdout.String(), stderr.String(), out}
}

type parsedResult struct {
	Context    map[string]interface{}   `json:"context"`
	Benchmarks []map[string]interface{} `json:"benchmarks"`
}

func readResult(t *testing.T, path string) parsedResult {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var parsed parsedResult
	if err := json.Unmarshal(text, &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed
}
