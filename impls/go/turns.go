// SPDX-License-Identifier: Apache-2.0
// Turns: how far each of several goroutines was when the first of them had done its share.

package main

import "sync/atomic"

// turnLine has a cache line of its own.
type turnLine struct {
	done uint64
	_    [56]byte
}

type turns struct {
	lines   []turnLine
	ended   uint32
	picture []uint64
}

func newTurns(goroutines int) *turns { return &turns{lines: make([]turnLine, goroutines)} }

func (t *turns) had(self int, done uint64) { atomic.StoreUint64(&t.lines[self].done, done) }

// end is called by each when it is done with all of its turns; the first to do so takes the picture.
func (t *turns) end() {
	if !atomic.CompareAndSwapUint32(&t.ended, 0, 1) {
		return
	}
	for i := range t.lines {
		t.picture = append(t.picture, atomic.LoadUint64(&t.lines[i].done))
	}
}

// total is called after all have ended.
func (t *turns) total() (sum uint64) {
	for i := range t.lines {
		sum += atomic.LoadUint64(&t.lines[i].done)
	}
	return sum
}
