// SPDX-License-Identifier: Apache-2.0
// Result: Google Benchmark 1.7.1 JSON. A wrong figure has an error and no number.

package main

import (
	"encoding/json"
	"os"
)

type resultFile struct {
	Context    resultContext `json:"context"`
	Benchmarks []resultEntry `json:"benchmarks"`
}

// resultEntry has Google Benchmark's fields in its order, then our counters beside them.
type resultEntry struct {
	Name                   string  `json:"name"`
	FamilyIndex            int     `json:"family_index"`
	PerFamilyInstanceIndex int     `json:"per_family_instance_index"`
	RunName                string  `json:"run_name"`
	RunType                string  `json:"run_type"`
	Label                  string  `json:"label,omitempty"`
	Repetitions            int     `json:"repetitions"`
	RepetitionIndex        int     `json:"repetition_index"`
	Threads                int     `json:"threads"`
	ErrorOccurred          bool    `json:"error_occurred,omitempty"`
	ErrorMessage           string  `json:"error_message,omitempty"`
	Iterations             uint64  `json:"iterations"`
	RealTime               float64 `json:"real_time"`
	CPUTime                float64 `json:"cpu_time"`
	TimeUnit               string  `json:"time_unit"`
	*resultCounters
}

type resultCounters struct {
	Ops                 uint64  `json:"ops"`
	Passes              uint64  `json:"passes"`
	TallyCount          uint64  `json:"tally_count"`
	TallySum            uint64  `json:"tally_sum"`
	NsPerOp             float64 `json:"ns_per_op"`
	CPUNsPerOp          float64 `json:"cpu_ns_per_op"`
	CoresUsed           float64 `json:"cores_used"`
	FaultsPerOp         float64 `json:"faults_per_op"`
	PeakRssBytes        int64   `json:"peak_rss_bytes"`
	MinorFaults         int64   `json:"minor_faults"`
	MajorFaults         int64   `json:"major_faults"`
	VoluntarySwitches   int64   `json:"voluntary_switches"`
	InvoluntarySwitches int64   `json:"involuntary_switches"`
	ShareMin            *uint64 `json:"share_min,omitempty"`
	ShareMax            *uint64 `json:"share_max,omitempty"`
	Starved             *uint64 `json:"starved,omitempty"`
	*memoryCounters
	*latencyCounters
}

func entryOf(c *benchCase, workers, index int, f figure) resultEntry {
	name := c.entryName(f.temperature, workers)
	entry := resultEntry{
		Name:        name,
		FamilyIndex: index,
		RunName:     name,
		RunType:     "iteration",
		Repetitions: 1,
		Threads:     1,
		TimeUnit:    "ns",
	}
	if f.leftOut != "" {
		entry.ErrorOccurred = true
		entry.ErrorMessage = f.leftOut
		return entry
	}
	if f.wrong != nil {
		entry.ErrorOccurred = true
		entry.ErrorMessage = "WRONG: " + f.wrong.Error()
		return entry
	}
	passes, ops := float64(f.passes), float64(f.ops)
	entry.Iterations = f.passes
	entry.RealTime = float64(f.wall.Nanoseconds()) / passes
	entry.CPUTime = float64(f.cpu.Nanoseconds()) / passes
	entry.resultCounters = &resultCounters{
		Ops:                 f.ops,
		Passes:              f.passes,
		TallyCount:          f.last.count,
		TallySum:            f.last.sum,
		NsPerOp:             f.nsPerOp(),
		CPUNsPerOp:          entry.CPUTime / ops,
		CoresUsed:           entry.CPUTime / entry.RealTime,
		FaultsPerOp:         float64(f.faults) / passes / ops,
		memoryCounters:      f.memory.counters(),
		PeakRssBytes:        f.peakRss,
		MinorFaults:         f.used.minorFaults,
		MajorFaults:         f.used.majorFaults,
		VoluntarySwitches:   f.used.voluntarySwitches,
		InvoluntarySwitches: f.used.involuntarySwitches,
	}
	if len(f.waits) > 0 {
		entry.latencyCounters = f.waits.counters()
	}
	entry.Label = f.last.note
	if shares := f.last.shares; len(shares) > 0 {
		least, most, starved := shares[0], shares[0], uint64(0)
		for _, share := range shares {
			if share < least {
				least = share
			}
			if share > most {
				most = share
			}
			if share == 0 {
				starved++
			}
		}
		entry.ShareMin, entry.ShareMax, entry.Starved = &least, &most, &starved
	}
	return entry
}

// writeResult leaves either the whole file or none: it writes beside it, then renames.
func writeResult(path string, context resultContext, c *benchCase, workers int, figures []figure) error {
	file := resultFile{Context: context}
	for i, f := range figures {
		file.Benchmarks = append(file.Benchmarks, entryOf(c, workers, i, f))
	}
	text, err := json.MarshalIndent(file, "", "  ")
	if err != nil {
		return err
	}
	draft := path + ".draft"
	if err := os.WriteFile(draft, append(text, '\n'), 0o644); err != nil {
		os.Remove(draft)
		return err
	}
	if err := os.Rename(draft, path); err != nil {
		os.Remove(draft)
		return err
	}
	return nil
}
