// SPDX-License-Identifier: Apache-2.0
// worker_pool: one producer, `pool` workers, one collector; one op is a job.
//
// Jobs 0..n-1 go through a channel to the workers, each burns work_ns of CPU and sends job*2; so the
// results add up to n(n-1). Every worker counts its jobs: a pool in which some starve shows it.

package main

import (
	"strconv"
	"sync"
)

// kPoolCapacity has the form 2^k - 1, which every lane's native channel can hold exactly.
const kPoolCapacity = 127

func workerPoolCases() []*benchCase {
	var cases []*benchCase
	for _, pool := range []int{3, 100} {
		for _, workNs := range []int{0, 500} {
			pool, workNs := pool, workNs
			var work burner
			one := &benchCase{
				workload: "worker_pool",
				params: params{
					{"pool", strconv.Itoa(pool)},
					{"work_ns", strconv.Itoa(workNs)},
				},
				unit:      "job",
				group:     kChannels,
				competing: true,
				needs:     []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "C9", "C10", "C11", "W1"},
				pass: func(ops uint64, _ parkedSampler) tally {
					return workerPool(ops, pool, work)
				},
				expect: func(ops uint64) tally {
					return tally{count: ops, sum: ops * (ops - 1)}
				},
			}
			if workNs > 0 {
				one.prepare = func() { work = newBurner(float64(workNs)) }
			}
			cases = append(cases, one)
		}
	}
	return cases
}

func workerPool(total uint64, pool int, work burner) tally {
	jobs := make(chan uint64, kPoolCapacity)
	results := make(chan uint64, kPoolCapacity)
	shares := make([]uint64, pool)
	ashes := make([]uint64, pool) // what the burns came to; kept so that no compiler drops them
	var workers sync.WaitGroup
	workers.Add(pool)
	for w := 0; w < pool; w++ {
		go func(w int) {
			defer workers.Done()
			shares[w], ashes[w] = poolWorker(jobs, results, work)
		}(w)
	}
	go func() {
		for job := uint64(0); job < total; job++ {
			jobs <- job
		}
		close(jobs)
		workers.Wait()
		close(results)
	}()
	got := tally{shares: shares}
	for result := range results {
		got.sum += result
		got.count++
	}
	for _, ash := range ashes {
		keptAsh ^= ash
	}
	return got
}

// poolWorker counts in a local: its neighbours' shares are on one cache line.
func poolWorker(jobs <-chan uint64, results chan<- uint64, work burner) (share, ash uint64) {
	ash = 1
	for job := range jobs {
		ash = work.burn(ash)
		results <- job * 2
		share++
	}
	return share, ash
}
