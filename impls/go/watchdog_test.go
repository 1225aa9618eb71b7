// SPDX-License-Identifier: Apache-2.0
// Tests of the watchdog: exit code 3, a dump, and a last line that says who waits for what.

package main

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

func Test_a_hang_ends_with_a_dump_and_no_file(t *testing.T) {
	ran := startBench(t, "hangs", "-", "--timeout", "0.3")
	if ran.exit != kExitDnf {
		t.Errorf("exit %d", ran.exit)
	}
	lines := strings.Split(strings.TrimSpace(ran.stderr), "\n")
	last := lines[len(lines)-1]
	want := regexp.MustCompile(`^gauntlet: DNF: hung: hangs/workers:2 not done after 300ms; ` +
		`1 in chan receive at .*faultyCases.* \(bench_test.go:\d+\)$`)
	if !want.MatchString(last) {
		t.Errorf("last line is %q", last)
	}
	for _, part := range []string{"goroutine 1 [chan receive", "1 goroutines:"} {
		if !strings.Contains(ran.stderr, part) {
			t.Errorf("stderr lacks %q:\n%s", part, ran.stderr)
		}
	}
	if _, err := os.Stat(ran.out); err == nil {
		t.Error("a result was written")
	}
}

func Test_the_dump_of_many_goroutines_is_grouped_and_short(t *testing.T) {
	ran := startBench(t, "spawn_million", "mode=parked", "--timeout", "0.2", "--min-time", "100")
	if ran.exit != kExitDnf {
		t.Fatalf("exit %d", ran.exit)
	}
	if !regexp.MustCompile(`\n +\d{3,} +chan receive +\S+spawnAndPark`).MatchString(ran.stderr) {
		t.Errorf("no group of parked goroutines in\n%s", ran.stderr)
	}
	if !strings.Contains(ran.stderr, "\ngauntlet: DNF: timeout: spawn_million/mode:parked/workers:2 not done") {
		t.Errorf("a busy process is told to hang:\n%s", ran.stderr)
	}
	if len(ran.stderr) > 2*kDumpTextBytes {
		t.Errorf("dump has %d bytes", len(ran.stderr))
	}
}

func Test_groups_have_the_largest_first(t *testing.T) {
	const text = `goroutine 7 [chan receive, 3 minutes]:
main.pingPong.func2()
	/src/ping_pong.go:48 +0x45
created by main.pingPong in goroutine 1
	/src/ping_pong.go:46 +0x1

goroutine 8 gp=0xc000 m=nil [semacquire]:
sync.runtime_Semacquire(0x0)
	/go/sema.go:1 +0x2
main.pingPong(0x1, 0x2)
	/src/ping_pong.go:53 +0x9

goroutine 9 [semacquire]:
sync.runtime_Semacquire(0x0)
	/go/sema.go:1 +0x2
main.pingPong(0x1, 0x2)
	/src/ping_pong.go:53 +0x9
`
	groups, goroutines := groupDump(text)
	want := "2 in semacquire at main.pingPong (ping_pong.go:53), " +
		"1 in chan receive at main.pingPong.func2 (ping_pong.go:48)"
	if got := describeGroups(groups); goroutines != 3 || got != want {
		t.Errorf("%d goroutines: %s", goroutines, got)
	}
}
