// SPDX-License-Identifier: Apache-2.0
// Usage: what the process has used of the machine: CPU time, memory, page faults, switches.

package main

import (
	"fmt"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"
)

type usage struct {
	cpu                 time.Duration // user and system, all threads
	minorFaults         int64
	majorFaults         int64
	voluntarySwitches   int64
	involuntarySwitches int64
}

func readUsage() usage {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		panic(fmt.Sprintf("getrusage: %v", err)) // fails on a bad address only
	}
	return usage{
		cpu:                 time.Duration(r.Utime.Nano() + r.Stime.Nano()),
		minorFaults:         int64(r.Minflt),
		majorFaults:         int64(r.Majflt),
		voluntarySwitches:   int64(r.Nvcsw),
		involuntarySwitches: int64(r.Nivcsw),
	}
}

// peakRssBytes is VmHWM and not ru_maxrss: the latter survives exec, so a small process that a large
// driver starts would report the driver.
func peakRssBytes() int64 {
	status, err := os.ReadFile("/proc/self/status")
	if err != nil {
		return 0
	}
	for _, line := range strings.Split(string(status), "\n") {
		fields := strings.Fields(line)
		if len(fields) >= 2 && fields[0] == "VmHWM:" {
			kib, _ := strconv.ParseInt(fields[1], 10, 64)
			return kib * 1024
		}
	}
	return 0
}

// rssBytes is the resident set of this moment.
func rssBytes() int64 {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := strings.Fields(string(statm))
	if len(fields) < 2 {
		return 0
	}
	pages, _ := strconv.ParseInt(fields[1], 10, 64)
	return pages * int64(os.Getpagesize())
}
