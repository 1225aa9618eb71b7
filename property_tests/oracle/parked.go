// SPDX-License-Identifier: Apache-2.0
// Who is parked, as Go's own dump of all goroutines tells it: `goroutine 7 [chan receive]:`.

package main

import (
	"fmt"
	"os"
	"regexp"
	"runtime"
	"strconv"
	"time"
)

var (
	header = regexp.MustCompile(`(?m)^goroutine (\d+)(?: gp=\S+)?(?: m=\S+)?(?: mp=\S+)? \[([^\],]+)`)
	waits  = regexp.MustCompile(`^(chan (send|receive)|select|sync\.|semacquire)`)
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
		parked := map[int64]bool{}
		for _, found := range header.FindAllSubmatch(dump[:runtime.Stack(dump, true)], -1) {
			id, _ := strconv.ParseInt(string(found[1]), 10, 64)
			parked[id] = waits.Match(found[2])
		}
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
