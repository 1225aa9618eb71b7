// SPDX-License-Identifier: Apache-2.0
// Requests: a line in asks for one pass, a line out answers with its figure. So the passes of several
// benches can take turns, and meet the same moments of a machine whose speed changes.

package main

import (
	"bufio"
	"fmt"
	"io"
)

type requests struct {
	in  *bufio.Scanner
	out io.Writer
}

func newRequests(in io.Reader, out io.Writer) *requests {
	return &requests{bufio.NewScanner(in), out}
}

// ready says that all is warm, and that nothing runs until a pass is asked for.
func (r *requests) ready() { fmt.Fprintln(r.out, "ready") }

// next waits for a request; false when nobody is going to ask any more.
func (r *requests) next() bool { return r.in.Scan() }

func (r *requests) answer(nsPerOp float64) { fmt.Fprintln(r.out, nsPerOp) }
