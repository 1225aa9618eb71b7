// SPDX-License-Identifier: Apache-2.0

// Bench_go is the reference lane `go`: Gauntlet's workloads in plain Go, measured and proved like
// the C++ lanes, with the same command line and the same JSON.
//
// A panic ends the process by SIGABRT, because Go's usual exit code for it, 2, means bad input here.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime"
	"runtime/debug"
	"time"
)

const (
	kExitOk       = 0
	kExitWrong    = 1
	kExitBadInput = 2
	kExitDnf      = 3
	// 4, n/a, is never given: Go has all that the workloads need.
)

func main() {
	os.Exit(run(os.Args[1:], allCases(), os.Stdin, os.Stdout, os.Stderr))
}

// run is main with its surroundings handed in; tests give it cases that are wrong or hang.
func run(args []string, cases []*benchCase, stdin io.Reader, stdout, stderr io.Writer) int {
	debug.SetTraceback("crash")
	refuse := func(err error) int {
		fmt.Fprintf(stderr, "gauntlet: bad input: %v\n", err)
		return kExitBadInput
	}
	o, err := parseFlags(args)
	if errors.Is(err, flag.ErrHelp) {
		fmt.Fprint(stdout, kUsage)
		return kExitOk
	}
	if err != nil {
		return refuse(err)
	}
	if o.list {
		if err := listCases(cases, stdout); err != nil {
			return refuse(fmt.Errorf("cannot write the list: %v", err))
		}
		return kExitOk
	}
	c, err := findCase(cases, o.workload, o.params)
	if err != nil {
		return refuse(err)
	}
	if err := checkTuning(os.LookupEnv); err != nil {
		return refuse(err)
	}

	runtime.GOMAXPROCS(o.workers)
	seedDice(o.seed)
	name := c.entryName("", o.workers)
	started := time.Now()
	p := plan{fixedOps: o.ops, minTime: o.minTime, warmWithin: o.warmWithin, passTime: o.passTime,
		watch: func() func() { return startWatchdog(o.timeout, name, stderr) }}
	if o.onRequest {
		p.requests = newRequests(stdin, stdout)
	}
	figures := measure(c, p)

	context := describeContext(c, o, started)
	if err := writeResult(o.out, context, c, o.workers, figures); err != nil {
		return refuse(fmt.Errorf("cannot write --out: %v; free the disk or give another path", err))
	}
	if wrong := figures[len(figures)-1].wrong; wrong != nil {
		fmt.Fprintf(stderr, "gauntlet: WRONG: %s: %v\n", name, wrong)
		return kExitWrong
	}
	return kExitOk
}
