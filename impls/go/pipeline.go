// SPDX-License-Identifier: Apache-2.0
// pipeline: five stages in a row, each adds one to every value; one op is a value.

package main

import "sync"

const (
	kPipelineStages   = 5
	kPipelineCapacity = 127
)

func pipelineCases() []*benchCase {
	return []*benchCase{{
		workload: "pipeline",
		params:   params{{"stages", "5"}},
		unit:     "value",
		group:    kChannels,
		needs:    []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C11", "W1"},
		pass:     func(ops uint64, _ parkedSampler) tally { return pipeline(ops) },
		expect: func(ops uint64) tally {
			return tally{count: ops, sum: ops*(ops-1)/2 + kPipelineStages*ops}
		},
	}}
}

func pipeline(values uint64) (got tally) {
	var goroutines sync.WaitGroup
	goroutines.Add(kPipelineStages + 1)
	in := make(chan uint64, kPipelineCapacity)
	go func(out chan<- uint64) {
		for i := uint64(0); i < values; i++ {
			out <- i
		}
		close(out)
		goroutines.Done()
	}(in)
	for stage := 0; stage < kPipelineStages; stage++ {
		out := make(chan uint64, kPipelineCapacity)
		go func(in <-chan uint64, out chan<- uint64) {
			for value := range in {
				out <- value + 1
			}
			close(out)
			goroutines.Done()
		}(in, out)
		in = out
	}
	for value := range in {
		got.sum += value
		got.count++
	}
	goroutines.Wait()
	return got
}
