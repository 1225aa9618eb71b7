// SPDX-License-Identifier: Apache-2.0
// A case: one workload with one set of parameters, and the tally that proves a pass right.

package main

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// param is one key and value of a case, e.g. capacity=0.
type param struct{ key, value string }

// params are sorted by key; so every spelling of a case has one order.
type params []param

// joined is the form of the command line and of result files: "pool=3,work_ns=0".
func (p params) joined() string {
	parts := make([]string, len(p))
	for i, one := range p {
		parts[i] = one.key + "=" + one.value
	}
	if len(parts) == 0 {
		return "-"
	}
	return strings.Join(parts, ",")
}

// MarshalJSON gives an object whose numbers are numbers: {"pool":3,"work_ns":0}.
func (p params) MarshalJSON() ([]byte, error) {
	object := make(map[string]interface{}, len(p))
	for _, one := range p {
		if number, err := strconv.ParseInt(one.value, 10, 64); err == nil {
			object[one.key] = number
		} else {
			object[one.key] = one.value
		}
	}
	return json.Marshal(object)
}

// tally is what a pass has counted. The harness compares it with the case's expectation outside
// the timed part.
type tally struct {
	count, sum uint64
	shares     []uint64      // ops done by each competing goroutine; nil where none compete
	snapshot   bool          // the shares were taken when the first of them was done
	waits      []int64       // ns of each op, where waiting is what is measured: the figure is their mean
	note       string        // what a reader must know beside the figure
	asked      time.Duration // time that the workload itself asked to pass: no part of the figure
}

// check says what is wrong with a tally, or nil.
func (got tally) check(want tally) error {
	if got.count != want.count {
		return fmt.Errorf("count is %d, expected %d", got.count, want.count)
	}
	if got.sum != want.sum {
		return fmt.Errorf("sum is %d, expected %d", got.sum, want.sum)
	}
	if got.shares != nil && !got.snapshot {
		var shared uint64
		for _, share := range got.shares {
			shared += share
		}
		if shared != want.count {
			return fmt.Errorf("the workers' shares add up to %d, expected %d", shared, want.count)
		}
	}
	return nil
}

// parkedSampler is told, inside a pass, how many goroutines are parked at that moment.
type parkedSampler func(parked uint64)

// Where the report shows a workload.
const (
	kChannels       = "channels"
	kNetwork        = "network"
	kScheduling     = "scheduling"
	kSyncAndTime    = "sync and time"
	kSpawnAndMemory = "spawn and memory"
)

// benchCase is what one process measures.
type benchCase struct {
	workload  string
	params    params
	unit      string
	group     string // where the report shows it
	needs     []string
	fixedOps  uint64 // 0: calibrated, so that a pass takes at least kPassTime
	coldPass  bool   // the first pass of the process is an entry of its own
	competing bool   // its tallies have shares
	memory    bool   // the cold pass samples RSS over the number of parked goroutines

	// prepare runs once per process before the first pass; nil where there is nothing to prepare.
	prepare func()
	// pass does `ops` operations; `sample` is nil except in the cold pass of a memory case.
	pass   func(ops uint64, sample parkedSampler) tally
	expect func(ops uint64) tally
}

// entryName is Google Benchmark's name of a case: "ping_pong/capacity:0/workers:1".
func (c *benchCase) entryName(temperature string, workers int) string {
	var name strings.Builder
	name.WriteString(c.workload)
	for _, one := range c.params {
		name.WriteString("/" + one.key + ":" + one.value)
	}
	if temperature != "" {
		name.WriteString("/temperature:" + temperature)
	}
	name.WriteString("/workers:" + strconv.Itoa(workers))
	return name.String()
}
