// SPDX-License-Identifier: Apache-2.0
// Environment: the machine and the build, as the context of a result. What cannot be read is
// "unknown", never left out. Linux only, like the suite.

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"sort"
	"strconv"
	"strings"
	"time"
)

const kUnknown = "unknown"

type cacheLevel struct {
	Type       string `json:"type"`
	Level      int    `json:"level"`
	Size       int    `json:"size"`
	NumSharing int    `json:"num_sharing"`
}

// resultContext has Google Benchmark's own keys first, then ours, all strings.
type resultContext struct {
	Date              string       `json:"date"`
	HostName          string       `json:"host_name"`
	Executable        string       `json:"executable"`
	NumCPUs           int          `json:"num_cpus"`
	MhzPerCPU         int          `json:"mhz_per_cpu"`
	CPUScalingEnabled bool         `json:"cpu_scaling_enabled"`
	Caches            []cacheLevel `json:"caches"`
	LoadAvg           []float64    `json:"load_avg"`
	LibraryBuildType  string       `json:"library_build_type"`

	Schema        string `json:"gauntlet_schema"`
	Lane          string `json:"lane"`
	LaneVersion   string `json:"lane_version"`
	LaneTuning    string `json:"lane_tuning"`
	Stack         string `json:"stack"`
	Channel       string `json:"channel"`
	Workload      string `json:"workload"`
	Params        string `json:"params"`
	Workers       string `json:"workers"`
	Seed          string `json:"seed"`
	Round         string `json:"round"`
	Order         string `json:"order"`
	Compiler      string `json:"compiler"`
	CompilerFlags string `json:"compiler_flags"`
	BuildType     string `json:"build_type"`
	Commit        string `json:"commit"`
	Dirty         string `json:"dirty"`
	Kernel        string `json:"kernel"`
	CPUModel      string `json:"cpu_model"`
	Governor      string `json:"governor"`
	Aslr          string `json:"aslr"`
	MaxMapCount   string `json:"max_map_count"`
	Steal         string `json:"hypervisor_steal_percent"`
	Allocator     string `json:"allocator"`
	Libraries     string `json:"libraries"`
}

func describeContext(c *benchCase, o options, started time.Time) resultContext {
	host, err := os.Hostname()
	if err != nil {
		host = kUnknown
	}
	governor := readLine("/sys/devices/system/cpu/cpu0/cpufreq/scaling_governor")
	flags, commit, dirty := describeBuild()
	mhz, _ := strconv.ParseFloat(cpuInfo("cpu MHz"), 64)
	return resultContext{
		Date:              started.Format("2006-01-02T15:04:05-07:00"),
		HostName:          host,
		Executable:        os.Args[0],
		NumCPUs:           runtime.NumCPU(),
		MhzPerCPU:         int(mhz + 0.5),
		CPUScalingEnabled: governor != kUnknown && governor != "performance",
		Caches:            readCaches("/sys/devices/system/cpu/cpu0/cache"),
		LoadAvg:           readLoad(),
		LibraryBuildType:  "release",

		Schema:        "1",
		Lane:          "go",
		LaneVersion:   runtime.Version(),
		LaneTuning:    "",
		Stack:         "goroutine",
		Channel:       "native",
		Workload:      c.workload,
		Params:        c.params.joined(),
		Workers:       strconv.Itoa(o.workers),
		Seed:          strconv.FormatUint(o.seed, 10),
		Round:         strconv.FormatUint(o.round, 10),
		Order:         strconv.FormatUint(o.order, 10),
		Compiler:      runtime.Compiler,
		CompilerFlags: flags,
		BuildType:     "release",
		Commit:        commit,
		Dirty:         dirty,
		Kernel:        readLine("/proc/sys/kernel/ostype") + " " + readLine("/proc/sys/kernel/osrelease"),
		CPUModel:      cpuInfo("model name"),
		Governor:      governor,
		Aslr:          readLine("/proc/sys/kernel/randomize_va_space"),
		MaxMapCount:   readLine("/proc/sys/vm/max_map_count"),
		Steal:         stealPercent(readLine("/proc/stat")),
		Allocator:     "go",
		Libraries:     "none",
	}
}

// describeBuild asks the driver's variables first, then what the Go command stamped. A build that cannot
// prove itself clean counts as dirty.
func describeBuild() (flags, commit, dirty string) {
	commit, dirty = os.Getenv("GAUNTLET_COMMIT"), os.Getenv("GAUNTLET_DIRTY")
	var parts []string
	if info, ok := debug.ReadBuildInfo(); ok {
		for _, setting := range info.Settings {
			switch {
			case setting.Key == "vcs.revision" && commit == "":
				commit = setting.Value
			case setting.Key == "vcs.modified" && dirty == "":
				dirty = setting.Value
			case !strings.HasPrefix(setting.Key, "vcs"):
				parts = append(parts, setting.Key+"="+setting.Value)
			}
		}
	}
	if commit == "" {
		commit = kUnknown
	}
	if dirty != "false" || commit == kUnknown {
		dirty = "true"
	}
	return strings.Join(parts, " "), commit, dirty
}

func readLine(path string) string {
	text, err := os.ReadFile(path)
	if line := strings.TrimSpace(string(text)); err == nil && line != "" {
		return line
	}
	return kUnknown
}

func cpuInfo(key string) string {
	text, err := os.ReadFile("/proc/cpuinfo")
	if err != nil {
		return kUnknown
	}
	for _, line := range strings.Split(string(text), "\n") {
		if name, value, found := strings.Cut(line, ":"); found && strings.TrimSpace(name) == key {
			return strings.TrimSpace(value)
		}
	}
	return kUnknown
}

func readLoad() []float64 {
	load := []float64{}
	for i, field := range strings.Fields(readLine("/proc/loadavg")) {
		if value, err := strconv.ParseFloat(field, 64); err == nil && i < 3 {
			load = append(load, value)
		}
	}
	return load
}

func readCaches(folder string) []cacheLevel {
	caches := []cacheLevel{}
	indices, _ := filepath.Glob(filepath.Join(folder, "index*"))
	sort.Strings(indices)
	for _, index := range indices {
		level, err := strconv.Atoi(readLine(filepath.Join(index, "level")))
		if err != nil {
			continue
		}
		kib, err := strconv.Atoi(strings.TrimSuffix(readLine(filepath.Join(index, "size")), "K"))
		if err != nil {
			continue
		}
		caches = append(caches, cacheLevel{
			Type:       readLine(filepath.Join(index, "type")),
			Level:      level,
			Size:       kib * 1024,
			NumSharing: countCPUs(readLine(filepath.Join(index, "shared_cpu_list"))),
		})
	}
	return caches
}

// countCPUs reads the kernel's list format: "0-3,8" are five.
func countCPUs(list string) int {
	count := 0
	for _, part := range strings.Split(list, ",") {
		first, last, isRange := strings.Cut(part, "-")
		low, err := strconv.Atoi(first)
		if err != nil {
			continue
		}
		high := low
		if isRange {
			if high, err = strconv.Atoi(last); err != nil {
				continue
			}
		}
		count += high - low + 1
	}
	return count
}
