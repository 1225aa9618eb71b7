// SPDX-License-Identifier: Apache-2.0
// Who is parked, as Go's own dump of all goroutines tells it: a block of lines for each,
//
//	goroutine 7 [chan receive]:
//	main.(*stage).step(0xc000126000, ...)
//
// A goroutine whose allocation begins a collection waits for the world as well, and that is called semacquire,
// like what a lock or a wait group has waited for until Go 1.25: those are called from package sync.

package main

import (
	"bytes"
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

var (
	header = regexp.MustCompile(`(?m)^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[([^\],]+)`)
	waits  = regexp.MustCompile(`^goroutine [^\[]*\[(?:(?:chan (?:send|receive)|select|sync\.)|semacquire[^\n]*\nsync\.runtime_Semacquire)`)
	inStep = []byte("main.(*stage).step(") // What comes before its first op may wait as well, for a lock in package regexp.
)

const patience = 60 * time.Second

func ownID() int64 {
	var text [64]byte
	found := header.FindSubmatch(text[:runtime.Stack(text[:], false)])
	id, _ := strconv.ParseInt(string(found[1]), 10, 64)
	return id
}

// waitUntilParked returns when all of these goroutines of the case wait for something.
func (s *stage) waitUntilParked(wanted []int) {
	dump := make([]byte, 1<<20)
	for begin := time.Now(); ; runtime.Gosched() {
		parked := parkedIn(dump[:runtime.Stack(dump, true)])
		missing := 0
		for _, who := range wanted {
			if id := s.ids[who].Load(); id == 0 || !parked[id] {
				missing++
			}
		}
		if missing == 0 {
			return
		}
		if time.Since(begin) > patience {
			fmt.Fprintf(os.Stderr, "oracle: hung: goroutines %v were not all parked after %v\n%s\n", wanted, patience, dump)
			os.Exit(3)
		}
	}
}

// parkedIn tells of each goroutine in a dump whether it waits in an op.
func parkedIn(dump []byte) map[int64]bool {
	parked := map[int64]bool{}
	for _, block := range bytes.Split(dump, []byte("\n\n")) {
		if found := header.FindSubmatch(block); found != nil {
			id, _ := strconv.ParseInt(string(found[1]), 10, 64)
			parked[id] = waits.Match(block) && bytes.Contains(block, inStep)
		}
	}
	return parked
}
