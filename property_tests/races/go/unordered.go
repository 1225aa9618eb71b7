// SPDX-License-Identifier: Apache-2.0

package main

// unordered is a flag that orders nothing for the race detector, as a relaxed atomic in C++: these functions
// are not instrumented. Go's own atomics would be an edge (H9).
type unordered struct{ value uint32 }

//go:norace
func (u *unordered) store() { rawStore(&u.value) }

//go:norace
func (u *unordered) load() bool { return rawLoad(&u.value) }

//go:norace
//go:noinline
func rawStore(p *uint32) { *p = 1 }

//go:norace
//go:noinline
func rawLoad(p *uint32) bool { return *p == 1 }
