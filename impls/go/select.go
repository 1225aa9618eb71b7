// SPDX-License-Identifier: Apache-2.0
// select: one goroutine selects over `ways` unbuffered channels, every other case receives, the others
// send; one op is an item. A case that has moved its share gets a nil channel.

package main

import (
	"strconv"
	"sync"
)

func selectCases() []*benchCase {
	var cases []*benchCase
	for _, ways := range []int{2, 8} {
		ways := ways
		cases = append(cases, &benchCase{
			workload: "select",
			params:   params{{"ways", strconv.Itoa(ways)}},
			unit:     "item",
			group:    kChannels,
			needs:    []string{"G1", "G2", "C1", "C2", "C8", "C11", "S1", "S4", "W1"},
			pass:     func(ops uint64, _ parkedSampler) tally { return selectAmongPeers(ops, ways) },
			expect:   func(ops uint64) tally { return expectedOfHub(ops, uint64(ways)) },
		})
	}
	return cases
}

func expectedOfHub(ops, ways uint64) tally {
	upTo := func(items uint64) uint64 { return items * (items - 1) / 2 }
	want := tally{count: ops}
	sent := uint64(0)
	for way := uint64(0); way < ways; way += 2 {
		want.sum += upTo(quota(way, ways, ops))
		sent += quota(way+1, ways, ops)
	}
	want.sum += upTo(sent)
	return want
}

// hub is the goroutine in the middle: even cases receive, odd ones send.
type hub struct {
	in       [4]<-chan uint64
	out      [4]chan<- uint64
	left     [8]uint64
	received tally
	next     uint64
}

func (h *hub) committed(way int, got uint64) {
	h.received.count++
	if way%2 == 0 {
		h.received.sum += got
	} else {
		h.next++
	}
	if h.left[way]--; h.left[way] > 0 {
		return
	}
	if way%2 == 0 {
		h.in[way/2] = nil
	} else {
		h.out[way/2] = nil
	}
}

func selectAmongPeers(items uint64, ways int) tally {
	var h hub
	var peers sync.WaitGroup
	sums := make([]uint64, ways)
	for way := 0; way < ways; way++ {
		channel := make(chan uint64)
		share := quota(uint64(way), uint64(ways), items)
		h.left[way] = share
		if share > 0 && way%2 == 0 {
			h.in[way/2] = channel
		} else if share > 0 {
			h.out[way/2] = channel
		}
		peers.Add(1)
		go func(way int) {
			for i := uint64(0); i < share; i++ {
				if way%2 == 0 {
					channel <- i
				} else {
					sums[way] += <-channel
				}
			}
			peers.Done()
		}(way)
	}
	for ; items > 0; items-- {
		if ways == 2 {
			h.selectOf2()
		} else {
			h.selectOf8()
		}
	}
	peers.Wait()
	for _, sum := range sums {
		h.received.sum += sum
	}
	return h.received
}

func (h *hub) selectOf2() {
	select {
	case got := <-h.in[0]:
		h.committed(0, got)
	case h.out[0] <- h.next:
		h.committed(1, 0)
	}
}

func (h *hub) selectOf8() {
	select {
	case got := <-h.in[0]:
		h.committed(0, got)
	case h.out[0] <- h.next:
		h.committed(1, 0)
	case got := <-h.in[1]:
		h.committed(2, got)
	case h.out[1] <- h.next:
		h.committed(3, 0)
	case got := <-h.in[2]:
		h.committed(4, got)
	case h.out[2] <- h.next:
		h.committed(5, 0)
	case got := <-h.in[3]:
		h.committed(6, got)
	case h.out[3] <- h.next:
		h.committed(7, 0)
	}
}
