// SPDX-License-Identifier: Apache-2.0
// wake_latency: requests come at drawn times, so many that half of the workers' time is used; each is work of ten
// microseconds, twenty times, by two goroutines that wake each other; one op is a wake-up.

package main

import (
	"math/rand"
	"runtime"
	"sync"
	"time"
)

const (
	kWakeHops   = 20
	kWakeWorkNs = 10_000
)

// dice draw the times. Used by the collector only.
var dice = rand.New(rand.NewSource(0))

func seedDice(seed uint64) { dice = rand.New(rand.NewSource(int64(seed))) }

// wakeRequest has two goroutines; each inbox takes times of sending. Whoever got the last message has `sum`.
type wakeRequest struct {
	first, hops uint64
	inboxes     [2]chan time.Time
	sum         uint64
}

func wakeLatencyCases() []*benchCase {
	var work burner
	return []*benchCase{{
		workload: "wake_latency",
		params:   params{{"load_percent", "50"}, {"work_ns", "10000"}},
		unit:     "wake-up",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "T1", "W1"},
		prepare:  func() { work = newBurner(kWakeWorkNs) },
		pass:     func(ops uint64, _ parkedSampler) tally { return wakeLatency(ops, work) },
		expect:   sumOfItems,
	}}
}

func (request *wakeRequest) play(self uint64, work burner, waits []int64) {
	ash := self + 1
	for hop := self; hop < request.hops; hop += 2 {
		sent := <-request.inboxes[self]
		waits[request.first+hop] = time.Since(sent).Nanoseconds()
		request.sum += request.first + hop
		ash = work.burn(ash)
		if hop+1 < request.hops {
			request.inboxes[1-self] <- time.Now()
		}
	}
	runtime.KeepAlive(ash)
}

func wakeLatency(ops uint64, work burner) (got tally) {
	got.waits = make([]int64, ops)
	for i := range got.waits {
		got.waits[i] = -1
	}
	var requests []*wakeRequest
	var all sync.WaitGroup
	for first := uint64(0); first < ops; first += kWakeHops {
		request := &wakeRequest{first: first, hops: kWakeHops}
		if ops-first < kWakeHops {
			request.hops = ops - first
		}
		requests = append(requests, request)
		all.Add(2)
		for self := range request.inboxes {
			request.inboxes[self] = make(chan time.Time, 1)
		}
		for self := range request.inboxes {
			go func(self uint64) {
				request.play(self, work, got.waits)
				all.Done()
			}(uint64(self))
		}
	}
	// Workers that have no core of their own add nothing.
	width := runtime.GOMAXPROCS(0)
	if cores := runtime.NumCPU(); width > cores {
		width = cores
	}
	meanGapNs := kWakeHops * kWakeWorkNs / (float64(width) / 2)
	time.Sleep(time.Millisecond) // until those that will be woken are parked
	due := time.Now()
	for _, request := range requests {
		due = due.Add(time.Duration(dice.ExpFloat64() * meanGapNs))
		time.Sleep(time.Until(due))
		request.inboxes[0] <- time.Now()
	}
	all.Wait()
	for _, wait := range got.waits {
		if wait >= 0 {
			got.count++
		}
	}
	for _, request := range requests {
		got.sum += request.sum
	}
	return got
}
