// SPDX-License-Identifier: Apache-2.0
// Steal: the share of the machine's CPU time that the hypervisor took while the process measured.

package main

import (
	"strconv"
	"strings"
)

// cpuTimes are ticks since boot, over all CPUs; zero where /proc/stat cannot be read.
type cpuTimes struct{ stolen, total uint64 }

func readCPUTimes() cpuTimes { return parseCPUTimes(readLine("/proc/stat")) }

// parseCPUTimes reads the first line: cpu user nice system idle iowait irq softirq steal guest
// guest_nice. The guest columns are part of user and nice already.
func parseCPUTimes(stat string) cpuTimes {
	var t cpuTimes
	const kStealColumn = 8
	line, _, _ := strings.Cut(stat, "\n")
	for i, field := range strings.Fields(line) {
		if i == 0 || i > kStealColumn {
			continue
		}
		ticks, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return cpuTimes{}
		}
		t.total += ticks
		if i == kStealColumn {
			t.stolen = ticks
		}
	}
	return t
}

func stealPercent(before, after cpuTimes) string {
	if after.total <= before.total {
		return kUnknown // less than one tick has gone by, or there is no /proc/stat
	}
	stolen := float64(after.stolen - before.stolen)
	return strconv.FormatFloat(100*stolen/float64(after.total-before.total), 'f', 2, 64)
}
