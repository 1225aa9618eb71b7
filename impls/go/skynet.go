// SPDX-License-Identifier: Apache-2.0
// skynet: a tree of goroutines, each starts ten and adds up what they send, a million leaves send their
// number; one op is a leaf. The note says in which order the root's children were seen to begin.

package main

import (
	"sort"
	"sync/atomic"
)

const kSkynetChildren = 10

func skynetCases() []*benchCase {
	return []*benchCase{{
		workload: "skynet",
		unit:     "leaf",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "C1", "C2", "C8", "C10", "C12"},
		fixedOps: kMillion,
		pass:     func(ops uint64, _ parkedSampler) tally { return skynet(ops) },
		expect:   func(ops uint64) tally { return tally{sum: ops * (ops - 1) / 2} },
	}}
}

// spawnOrder is in which order the children of one goroutine began.
type spawnOrder struct {
	numbers [kSkynetChildren]int
	began   int64
	atOnce  int64
}

func (o *spawnOrder) begins(number uint64) { o.numbers[atomic.AddInt64(&o.began, 1)-1] = int(number) }

func (o *spawnOrder) wentOn() {
	if atomic.LoadInt64(&o.began) > o.atOnce {
		o.atOnce++
	}
}

func (o *spawnOrder) told() string {
	numbers := o.numbers[:]
	switch {
	case o.atOnce == kSkynetChildren:
		return "spawn order: each child at once"
	case sort.IntsAreSorted(numbers):
		return "spawn order: first in, first out"
	case sort.SliceIsSorted(numbers, func(i, j int) bool { return numbers[i] > numbers[j] }):
		return "spawn order: last in, first out"
	}
	return "spawn order: mixed"
}

func skynetNode(parent chan<- uint64, first, size uint64, above, below *spawnOrder) {
	if above != nil {
		above.begins(first)
	}
	if size == 1 {
		parent <- first
		return
	}
	sums := make(chan uint64)
	parts := uint64(kSkynetChildren)
	if size < parts {
		parts = size
	}
	for part := uint64(0); part < parts; part++ {
		leaf := size * part / parts
		go skynetNode(sums, first+leaf, size*(part+1)/parts-leaf, below, nil)
		if below != nil {
			below.wentOn()
		}
	}
	sum := uint64(0)
	for ; parts > 0; parts-- {
		sum += <-sums
	}
	parent <- sum
}

func skynet(leaves uint64) (got tally) {
	result := make(chan uint64)
	var order spawnOrder
	go skynetNode(result, 0, leaves, nil, &order)
	got.sum = <-result
	got.note = order.told()
	return got
}
