// SPDX-License-Identifier: Apache-2.0
// fib: Fibonacci numbers by fork and join, without a cut-off; one op is a fork and its join.

package main

import "sync"

const kFibForks = 121_392 // those of fib(25)

func fibCases() []*benchCase {
	return []*benchCase{{
		workload: "fib",
		unit:     "fork and join",
		group:    kScheduling,
		needs:    []string{"G1", "G2", "W1"},
		fixedOps: kFibForks,
		pass: func(ops uint64, _ parkedSampler) (got tally) {
			for got.count < ops { // one tree, unless --ops asks for some other number
				n, _ := largestFib(ops - got.count)
				answer := fib(n)
				got.count += answer.count
				got.sum += answer.sum
			}
			return got
		},
		expect: func(ops uint64) (want tally) {
			for want.count < ops {
				_, answer := largestFib(ops - want.count)
				want.count += answer.count
				want.sum += answer.sum
			}
			return want
		},
	}}
}

// largestFib is the largest tree of at most so many forks, and at least one.
func largestFib(forks uint64) (n int, answer tally) {
	n, answer = 1, tally{sum: 1}
	var before tally
	for before.count+answer.count+1 <= forks {
		next := tally{count: before.count + answer.count + 1, sum: before.sum + answer.sum}
		n, before, answer = n+1, answer, next
	}
	return n, answer
}

// forkCount is the number and how many forks it took.
type forkCount struct{ count, sum uint64 }

func fib(n int) forkCount {
	if n < 2 {
		return forkCount{0, uint64(n)}
	}
	var left forkCount
	var child sync.WaitGroup
	child.Add(1)
	go func() {
		left = fib(n - 1)
		child.Done()
	}()
	right := fib(n - 2)
	child.Wait()
	return forkCount{left.count + right.count + 1, left.sum + right.sum}
}
