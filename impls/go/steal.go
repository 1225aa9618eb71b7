// SPDX-License-Identifier: Apache-2.0
// Steal: the share of the machine's CPU time since boot that the hypervisor gave to somebody else.

package main

import (
	"strconv"
	"strings"
)

// stealPercent reads the first line of /proc/stat: cpu user nice system idle iowait irq softirq steal
// guest guest_nice. The guest columns are part of user and nice already.
func stealPercent(stat string) string {
	const kStealColumn = 8
	line, _, _ := strings.Cut(stat, "\n")
	fields := strings.Fields(line)
	if len(fields) <= kStealColumn || fields[0] != "cpu" {
		return kUnknown
	}
	var total, stolen float64
	for _, field := range fields[1 : kStealColumn+1] {
		ticks, err := strconv.ParseUint(field, 10, 64)
		if err != nil {
			return kUnknown
		}
		stolen = float64(ticks) // in the end, the last column
		total += stolen
	}
	if total == 0 {
		return "0"
	}
	return strconv.FormatFloat(100*stolen/total, 'g', 3, 64)
}
