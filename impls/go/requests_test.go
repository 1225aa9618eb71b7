// SPDX-License-Identifier: Apache-2.0
// Tests of passes on request: one answer a line, the whole of them in the file, and a watchdog that rests between.

package main

import (
	"bytes"
	"io"
	"strconv"
	"strings"
	"testing"
	"time"
)

func Test_each_request_is_one_pass_and_one_answer(t *testing.T) {
	ran := runAsked(t, strings.NewReader("\n\n\n"), "ping_pong", "capacity=0", "--on-request", "--pass-time", "0.005")
	lines := strings.Fields(ran.stdout)
	if ran.exit != kExitOk || len(lines) != 4 || lines[0] != "ready" {
		t.Fatalf("exit %d, stdout %q, stderr %q", ran.exit, ran.stdout, ran.stderr)
	}
	var sum float64
	for _, line := range lines[1:] {
		figure, err := strconv.ParseFloat(line, 64)
		if err != nil || figure <= 0 {
			t.Errorf("answer %q, %v", line, err)
		}
		sum += figure
	}
	entry := readResult(t, ran.out).Benchmarks[0]
	if mean := sum / 3 / entry["ns_per_op"].(float64); entry["passes"] != 3.0 || mean < 0.999 || mean > 1.001 {
		t.Errorf("answers %v, entry %v", lines, entry)
	}
}

func Test_a_wrong_pass_is_not_answered(t *testing.T) {
	ran := runAsked(t, strings.NewReader("\n\n\n\n\n\n"), "wrong_when_timed", "-", "--on-request")
	if ran.exit != kExitWrong || strings.Count(ran.stdout, "\n") > 5 {
		t.Errorf("exit %d, stdout %q", ran.exit, ran.stdout)
	}
}

func Test_without_a_request_there_is_no_figure(t *testing.T) {
	ran := runAsked(t, &bytes.Buffer{}, "ping_pong", "capacity=0", "--on-request")
	entry := readResult(t, ran.out).Benchmarks[0]
	if ran.exit != kExitOk || entry["error_message"] != "no pass was asked for" {
		t.Errorf("exit %d, entry %v", ran.exit, entry)
	}
}

func Test_the_watchdog_rests_while_nobody_asks(t *testing.T) {
	in, out := io.Pipe()
	go func() {
		for i := 0; i < 2; i++ {
			time.Sleep(1500 * time.Millisecond)
			out.Write([]byte("\n"))
		}
		out.Close()
	}()
	ran := runAsked(t, in, "ping_pong", "capacity=0", "--on-request", "--timeout", "1")
	if ran.exit != kExitOk || strings.Count(ran.stdout, "\n") != 3 {
		t.Errorf("exit %d, stdout %q, stderr %q", ran.exit, ran.stdout, ran.stderr)
	}
}
