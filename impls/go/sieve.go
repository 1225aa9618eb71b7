// SPDX-License-Identifier: Apache-2.0
// sieve: each prime is a goroutine that lets pass what it does not divide; one op is a prime found.
//
// The source ends at the last prime wanted, so that everyone ends.

package main

import "sync"

const kSievePrimes = 2000

var primesSoFar []uint64

// firstPrimes finds by trial division; the first call of the process is outside the timed passes.
func firstPrimes(count uint64) []uint64 {
	next := uint64(2)
	if len(primesSoFar) > 0 {
		next = primesSoFar[len(primesSoFar)-1] + 1
	}
	for ; uint64(len(primesSoFar)) < count; next++ {
		isPrime := true
		for i := 0; isPrime && i < len(primesSoFar) && primesSoFar[i]*primesSoFar[i] <= next; i++ {
			isPrime = next%primesSoFar[i] != 0
		}
		if isPrime {
			primesSoFar = append(primesSoFar, next)
		}
	}
	return primesSoFar[:count]
}

func sieveCases() []*benchCase {
	return []*benchCase{{
		workload: "sieve",
		unit:     "prime",
		group:    kChannels,
		needs:    []string{"G1", "G2", "C1", "C2", "C5", "C7", "C8", "W1"},
		fixedOps: kSievePrimes,
		pass:     func(ops uint64, _ parkedSampler) tally { return sieve(ops) },
		expect: func(ops uint64) tally {
			want := tally{count: ops}
			for _, prime := range firstPrimes(ops) {
				want.sum += prime
			}
			return want
		},
	}}
}

func sieve(primes uint64) (got tally) {
	last := firstPrimes(primes)[primes-1]
	var goroutines sync.WaitGroup
	goroutines.Add(int(primes) + 1)
	in := make(chan uint64)
	go func(out chan<- uint64) {
		for number := uint64(2); number <= last; number++ {
			out <- number
		}
		close(out)
		goroutines.Done()
	}(in)
	for {
		prime, open := <-in
		if !open {
			break
		}
		got.sum += prime
		got.count++
		out := make(chan uint64)
		go func(in <-chan uint64, out chan<- uint64) {
			for number := range in {
				if number%prime != 0 {
					out <- number
				}
			}
			close(out)
			goroutines.Done()
		}(in, out)
		in = out
	}
	goroutines.Wait()
	return got
}
