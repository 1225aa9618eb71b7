// SPDX-License-Identifier: Apache-2.0
// The ops on mutexes, read-write mutexes, onces and condition variables.

package main

import "sync"

type locks struct {
	mutexes map[string]*sync.Mutex
	rw      map[string]*sync.RWMutex
	onces   map[string]*sync.Once
	conds   map[string]*sync.Cond
}

// Of a mutex and of a read-write mutex alike.
type lockable interface {
	sync.Locker
	TryLock() bool
}

func newLocks(c *litmus) *locks {
	l := &locks{map[string]*sync.Mutex{}, map[string]*sync.RWMutex{}, map[string]*sync.Once{}, map[string]*sync.Cond{}}
	for _, name := range c.Mutexes {
		l.mutexes[name] = &sync.Mutex{}
	}
	for _, name := range c.RWMutexes {
		l.rw[name] = &sync.RWMutex{}
	}
	for _, name := range c.Onces {
		l.onces[name] = &sync.Once{}
	}
	for name, mutex := range c.Conds {
		l.conds[name] = sync.NewCond(l.mutexes[mutex])
	}
	return l
}

func (l *locks) lockable(name string) lockable {
	if mutex := l.mutexes[name]; mutex != nil {
		return mutex
	}
	return l.rw[name]
}

// step tells whether the op was one of these, and done.
func (l *locks) step(o op, s *stage, say func(string)) bool {
	cond := l.conds[o.place]
	switch o.verb {
	case "lock":
		l.lockable(o.place).Lock()
		say("locked")
	case "unlock":
		l.lockable(o.place).Unlock()
		say("done")
	case "try-lock":
		say(lockedOrBusy(l.lockable(o.place).TryLock()))
	case "rlock":
		l.rw[o.place].RLock()
		say("locked")
	case "runlock":
		l.rw[o.place].RUnlock()
		say("done")
	case "try-rlock":
		say(lockedOrBusy(l.rw[o.place].TryRLock()))
	case "once":
		l.onces[o.place].Do(func() { say("ran") })
		say("done")
	case "once-panics":
		l.onces[o.place].Do(func() { panic("in the function") })
		say("done")
	case "once-recv":
		l.onces[o.place].Do(func() {
			value, ok := <-s.channels[o.other]
			say(received(value, ok))
		})
		say("done")
	case "signal":
		cond.Signal()
		say("done")
	case "broadcast":
		cond.Broadcast()
		say("done")
	case "wait":
		if cond == nil {
			return false
		}
		cond.Wait()
		say("waited")
	default:
		return false
	}
	return true
}

func lockedOrBusy(locked bool) string {
	if locked {
		return "locked"
	}
	return "busy"
}
