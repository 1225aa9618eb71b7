// SPDX-License-Identifier: Apache-2.0
// rwmutex: ten goroutines read what a read-write mutex guards, every tenth time each writes; one op is a lock
// and its unlock.

package main

import "sync"

const (
	kRwGoroutines = 10
	kRwWriteEvery = 10
)

func rwmutexCases() []*benchCase {
	return []*benchCase{{
		workload:  "rwmutex",
		params:    params{{"reads", "90"}},
		unit:      "lock and unlock",
		group:     kSyncAndTime,
		competing: true,
		needs:     []string{"G1", "G2", "M3", "W1"},
		pass:      func(ops uint64, _ parkedSampler) tally { return readAndWrite(ops) },
		expect: func(ops uint64) tally {
			rounds := ops / kRwGoroutines // whole ones; what is over belongs to one more
			want := tally{count: ops, sum: (rounds + kRwWriteEvery - 1) / kRwWriteEvery * kRwGoroutines}
			if rounds%kRwWriteEvery == 0 {
				want.sum += ops % kRwGoroutines
			}
			return want
		},
	}}
}

func readAndWrite(ops uint64) tally {
	var mutex sync.RWMutex
	var left, right uint64
	turns := newTurns(kRwGoroutines)
	whole := make([]uint64, kRwGoroutines) // reads that saw both equal, and writes
	var over sync.WaitGroup
	over.Add(kRwGoroutines)
	for self := 0; self < kRwGoroutines; self++ {
		go func(self int) {
			var own, done uint64
			for op := uint64(self); op < ops; op += kRwGoroutines {
				if op/kRwGoroutines%kRwWriteEvery == 0 {
					mutex.Lock()
					left++
					right++
					if left == right {
						own++
					}
					mutex.Unlock()
				} else {
					mutex.RLock()
					if left == right {
						own++
					}
					mutex.RUnlock()
				}
				done++
				turns.had(self, done)
			}
			whole[self] = own
			turns.end()
			over.Done()
		}(self)
	}
	over.Wait()
	got := tally{sum: left, shares: turns.picture, snapshot: true}
	for _, own := range whole {
		got.count += own
	}
	return got
}
