// SPDX-License-Identifier: Apache-2.0
// Flags: the command line of a bench executable; everything it can refuse, refused before any work.

package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"time"
)

const kUsage = `usage: bench_go --list
       bench_go --workload W --params k=v,k=v --workers N --seed S --round R --order I
                --min-time SEC [--warm-within SEC] [--ops N] [--on-request] [--pass-time SEC] --timeout SEC --out FILE
--on-request: after the warm-up, say ready; a pass for each line on stdin, its ns per op on stdout; ends with stdin
defaults: --params of the case that has none --workers 1 --seed 0 --round 1 --order 0 --min-time 0.25 --pass-time 0.02 --timeout 60
exit codes: 0 ok, 1 WRONG, 2 bad input, 3 DNF, 4 n/a
`

// kMostWorkers is far above any machine of today; a larger number is a slip of the finger.
const kMostWorkers = 4096

// writableByUs is the W_OK of access(2).
const writableByUs = 2

type options struct {
	list     bool
	workload string
	params   string
	workers  int
	seed     uint64
	round    uint64
	order    uint64
	minTime  time.Duration
	// warmWithin: a cold pass that took longer is not repeated; 0: always repeat.
	warmWithin time.Duration
	ops        uint64
	onRequest  bool
	passTime   time.Duration // what a pass is calibrated to last at least
	timeout    time.Duration
	out        string
}

// parseFlags returns flag.ErrHelp for --help; any other error is one line with culprit and mend.
func parseFlags(args []string) (options, error) {
	var o options
	var minTime, warmWithin, passTime, timeout float64
	set := flag.NewFlagSet("bench_go", flag.ContinueOnError)
	set.SetOutput(io.Discard)
	set.Usage = func() {}
	set.BoolVar(&o.list, "list", false, "")
	set.StringVar(&o.workload, "workload", "", "")
	set.StringVar(&o.params, "params", "", "")
	set.IntVar(&o.workers, "workers", 1, "")
	set.Uint64Var(&o.seed, "seed", 0, "")
	set.Uint64Var(&o.round, "round", 1, "")
	set.Uint64Var(&o.order, "order", 0, "")
	set.Float64Var(&minTime, "min-time", 0.25, "")
	set.Float64Var(&warmWithin, "warm-within", 0, "")
	set.Uint64Var(&o.ops, "ops", 0, "")
	set.BoolVar(&o.onRequest, "on-request", false, "")
	set.Float64Var(&passTime, "pass-time", kPassTime.Seconds(), "")
	set.Float64Var(&timeout, "timeout", 60, "")
	set.StringVar(&o.out, "out", "", "")
	if err := set.Parse(args); err != nil {
		if errors.Is(err, flag.ErrHelp) {
			return o, err
		}
		return o, fmt.Errorf("%s; see bench_go --help", oneLine(err.Error()))
	}
	if set.NArg() > 0 {
		return o, fmt.Errorf("unexpected argument %q; every value follows a flag, see bench_go --help",
			set.Arg(0))
	}
	if o.list {
		return o, nil
	}
	given := map[string]bool{}
	set.Visit(func(f *flag.Flag) { given[f.Name] = true })
	for _, name := range []string{"workload", "out"} {
		if !given[name] {
			return o, fmt.Errorf("--%s is missing; see bench_go --help", name)
		}
	}
	if o.workers < 1 || o.workers > kMostWorkers {
		return o, fmt.Errorf("--workers %d is out of range; give 1 to %d", o.workers, kMostWorkers)
	}
	if given["ops"] && o.ops == 0 {
		return o, errors.New("--ops 0 does nothing; give at least 1, or leave --ops out to calibrate")
	}
	if o.ops > math.MaxInt32 {
		return o, fmt.Errorf("--ops %d is too large; give at most %d", o.ops, math.MaxInt32)
	}
	var err error
	if o.minTime, err = seconds("--min-time", minTime, 0); err != nil {
		return o, err
	}
	if o.warmWithin, err = seconds("--warm-within", warmWithin, 0); err != nil {
		return o, err
	}
	if o.passTime, err = seconds("--pass-time", passTime, 0.0001); err != nil {
		return o, err
	}
	if o.timeout, err = seconds("--timeout", timeout, 0.001); err != nil {
		return o, err
	}
	return o, checkOut(o.out)
}

func seconds(name string, value, least float64) (time.Duration, error) {
	const kMost = 1e6 // eleven days; keeps the conversion to nanoseconds far from overflow
	if !(value >= least && value <= kMost) {
		return 0, fmt.Errorf("%s %v is out of range; give %v to %v seconds", name, value, least, kMost)
	}
	return time.Duration(value * float64(time.Second)), nil
}

// checkOut refuses a file that could not be written, before a second is spent on measuring.
func checkOut(out string) error {
	if out == "" {
		return errors.New("--out is empty; give the path of the JSON file to write")
	}
	if info, err := os.Stat(out); err == nil && !info.Mode().IsRegular() {
		return fmt.Errorf("--out %s is not a regular file; give the path of a file", out)
	}
	folder := filepath.Dir(out)
	info, err := os.Stat(folder)
	if err != nil {
		return fmt.Errorf("--out folder %s does not exist; create it", folder)
	}
	if !info.IsDir() {
		return fmt.Errorf("--out folder %s is not a folder; give another path", folder)
	}
	if syscall.Access(folder, writableByUs) != nil {
		return fmt.Errorf("--out folder %s is not writable; change its rights or give another path", folder)
	}
	return nil
}

// checkTuning refuses an environment that would tune this lane unseen: its figures are Go's defaults.
func checkTuning(lookup func(string) (string, bool)) error {
	for _, name := range []string{"GOGC", "GOMEMLIMIT", "GODEBUG"} {
		if value, present := lookup(name); present && value != "" {
			return fmt.Errorf("environment variable %s=%s tunes the runtime; unset it", name, value)
		}
	}
	return nil
}

func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
