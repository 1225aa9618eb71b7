// SPDX-License-Identifier: Apache-2.0
// context_tree: a tree of a hundred thousand contexts is made and canceled at its root, a thousand goroutines
// wait for its last ones; one op is a context.

package main

import (
	"context"
	"sync"
)

const (
	kContexts       = 100_000
	kContextWaiters = 1_000
	kContextsBelow  = 10
)

func contextTreeCases() []*benchCase {
	return []*benchCase{{
		workload: "context_tree",
		params:   params{{"waiters", "1000"}},
		unit:     "context",
		group:    kSyncAndTime,
		needs:    []string{"G1", "G2", "X1", "W1"},
		fixedOps: kContexts,
		pass:     func(ops uint64, _ parkedSampler) tally { return cancelTree(ops) },
		expect:   func(ops uint64) tally { return tally{count: ops + 1} },
	}}
}

func cancelTree(contexts uint64) (got tally) {
	root, cancel := context.WithCancel(context.Background())
	tree := make([]context.Context, 1, contexts+1)
	tree[0] = root
	for i := uint64(0); i < contexts; i++ {
		child, release := context.WithCancel(tree[i/kContextsBelow])
		_ = release // the root's cancel reaches it
		tree = append(tree, child)
	}
	waiters := uint64(kContextWaiters)
	if waiters > contexts {
		waiters = contexts
	}
	var waiting, woken sync.WaitGroup
	waiting.Add(int(waiters))
	woken.Add(int(waiters))
	for _, each := range tree[uint64(len(tree))-waiters:] {
		go func(each context.Context) {
			waiting.Done()
			if _, open := <-each.Done(); !open {
				woken.Done()
			}
		}(each)
	}
	waiting.Wait()
	cancel()
	woken.Wait()
	for _, each := range tree {
		if each.Err() == context.Canceled {
			got.count++
		}
	}
	return got
}
