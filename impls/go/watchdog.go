// SPDX-License-Identifier: Apache-2.0
// Watchdog: when the process is not done in time, tells who waits for what, and ends it.
//
// It tells a hang (nobody uses the processor) from slowness (somebody does). Go's own deadlock report
// cannot fire here, since the watchdog's pending timer counts as hope.

package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"sort"
	"strings"
	"time"
)

const (
	kDumpBytes     = 64 << 20 // enough for some 150,000 goroutines to be counted
	kDumpTextBytes = 32 << 10 // of which this much is shown as it is
	kDumpGroups    = 20

	kIdleLook  = 500 * time.Millisecond // the last stretch, in which idleness is judged
	kIdleShare = 0.05
)

// startWatchdog returns the function that calls it off; that never returns once the dog is loose.
func startWatchdog(timeout time.Duration, what string, stderr io.Writer) (stop func()) {
	calledOff, ended := make(chan struct{}), make(chan struct{})
	sleep := func(d time.Duration) bool {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
			return true
		case <-calledOff:
			return false
		}
	}
	go func() {
		defer close(ended)
		look := kIdleLook
		if look > timeout {
			look = timeout
		}
		if !sleep(timeout - look) {
			return
		}
		before := readUsage().cpu
		if !sleep(look) {
			return
		}
		idle := readUsage().cpu-before < time.Duration(kIdleShare*float64(look))
		waits := dumpGoroutines(stderr)
		reason := "timeout"
		if idle {
			reason = "hung"
		}
		fmt.Fprintf(stderr, "gauntlet: DNF: %s: %s not done after %v; %s\n", reason, what, timeout, waits)
		os.Exit(kExitDnf)
	}()
	return func() {
		close(calledOff)
		<-ended
	}
}

// dumpGroup is a set of goroutines that wait at the same place for the same reason.
type dumpGroup struct {
	state, place string
	goroutines   int
}

// dumpGoroutines writes all goroutines, one by one and then grouped, and returns one line about them.
// The groups come last because whoever keeps only the end of stderr wants them most.
func dumpGoroutines(out io.Writer) string {
	debug.SetTraceback("single") // leave the runtime's own goroutines and frames out
	alive := runtime.NumGoroutine() - 1
	text := make([]byte, kDumpBytes)
	text = text[:runtime.Stack(text, true)]
	// The first goroutine of the dump is the caller: the watchdog itself.
	if _, others, found := bytes.Cut(text, []byte("\n\n")); found {
		text = others
	} else {
		text = nil
	}
	groups, counted := groupDump(string(text))
	if len(text) > kDumpTextBytes {
		text = append(text[:kDumpTextBytes:kDumpTextBytes], "\n(cut here)"...)
	}
	fmt.Fprintf(out, "%s\n\n", bytes.TrimRight(text, "\n"))
	fmt.Fprintf(out, "%d goroutines:\n", alive)
	for i, g := range groups {
		if i == kDumpGroups {
			fmt.Fprintf(out, "  and %d groups more\n", len(groups)-kDumpGroups)
			break
		}
		fmt.Fprintf(out, "  %8d  %-20s %s\n", g.goroutines, g.state, g.place)
	}
	if counted < alive {
		fmt.Fprintf(out, "  %8d  beyond the dump's size\n", alive-counted)
	}
	return describeGroups(groups)
}

var dumpHeader = regexp.MustCompile(`^goroutine \d+ (?:[^\[]*)\[([^\],]*)`)

// groupDump reads the format of runtime.Stack: a header with the state, then pairs of lines of a
// function and its file; goroutines are separated by blank lines. Largest group first.
func groupDump(text string) (groups []dumpGroup, goroutines int) {
	index := map[[2]string]int{}
	for _, block := range strings.Split(text, "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		header := dumpHeader.FindStringSubmatch(lines[0])
		if header == nil {
			continue
		}
		key := [2]string{header[1], waitPlace(lines[1:])}
		at, known := index[key]
		if !known {
			at = len(groups)
			index[key] = at
			groups = append(groups, dumpGroup{state: key[0], place: key[1]})
		}
		groups[at].goroutines++
		goroutines++
	}
	sort.SliceStable(groups, func(i, j int) bool {
		return groups[i].goroutines > groups[j].goroutines
	})
	return groups, goroutines
}

// waitPlace is the innermost frame of ours: "main.pingPong.func1 (ping_pong.go:48)".
func waitPlace(lines []string) string {
	for i := 0; i+1 < len(lines); i += 2 {
		function := lines[i]
		if strings.HasPrefix(function, "main.") || strings.HasPrefix(function, "gauntlet/") {
			if open := strings.LastIndex(function, "("); open > 0 {
				function = function[:open]
			}
			file := strings.TrimSpace(lines[i+1])
			file = file[strings.LastIndex(file, "/")+1:]
			file, _, _ = strings.Cut(file, " ")
			return function + " (" + file + ")"
		}
	}
	return "(no frame of this program)"
}

func describeGroups(groups []dumpGroup) string {
	parts := make([]string, 0, 3)
	for i, g := range groups {
		if i == cap(parts) {
			break
		}
		parts = append(parts, fmt.Sprintf("%d in %s at %s", g.goroutines, g.state, g.place))
	}
	if len(parts) == 0 {
		return "no goroutine seen"
	}
	return strings.Join(parts, ", ")
}
