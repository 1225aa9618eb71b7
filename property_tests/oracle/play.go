// SPDX-License-Identifier: Apache-2.0
// Plays one case: its goroutines do what their scripts say and write down what they see.

package main

import (
	"context"
	"reflect"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
)

type stage struct {
	scripts  [][]op
	channels map[string]chan int
	groups   map[string]*sync.WaitGroup
	locks    *locks
	times    map[string]*timed
	contexts map[string]*contextual
	seen     [][]string     // By goroutine; written by that one alone.
	ids      []atomic.Int64 // Go's own number of each goroutine, 0 before it runs.
	ended    sync.WaitGroup // Counts those that run.
}

// play returns what each goroutine saw: one line each.
func play(c *litmus) []string {
	s := &stage{channels: map[string]chan int{}, groups: map[string]*sync.WaitGroup{}, locks: newLocks(c),
		times: map[string]*timed{}, contexts: map[string]*contextual{background: {ctx: context.Background()}}}
	for name, capacity := range c.Channels {
		s.channels[name] = nil
		if capacity != nil {
			s.channels[name] = make(chan int, *capacity)
		}
	}
	for _, name := range c.Groups {
		s.groups[name] = &sync.WaitGroup{}
	}
	for _, name := range c.Timers {
		s.times[name] = &timed{}
	}
	for _, name := range c.Contexts {
		s.contexts[name] = &contextual{}
	}
	for _, lines := range c.Goroutines {
		script := []op{}
		for _, line := range lines {
			parsed, _ := c.parse(line) // readTable has seen to it that there is no error.
			script = append(script, parsed)
		}
		s.scripts = append(s.scripts, script)
	}
	s.seen = make([][]string, len(s.scripts))
	s.ids = make([]atomic.Int64, len(s.scripts))
	s.start(0)
	s.ended.Wait()
	lines := []string{}
	for _, words := range s.seen {
		lines = append(lines, strings.Join(words, " "))
	}
	return lines
}

func (s *stage) start(who int) {
	s.ended.Add(1)
	go func() {
		defer s.ended.Done()
		s.ids[who].Store(ownID())
		for _, o := range s.scripts[who] {
			s.step(who, o)
		}
	}()
}

// step does one op; a panic is something that was seen, and the script goes on.
func (s *stage) step(who int, o op) {
	say := func(word string) { s.seen[who] = append(s.seen[who], word) }
	defer func() {
		if recover() != nil {
			say("panic")
		}
	}()
	if s.locks.step(o, s, say) || s.stepTime(o, say) || s.stepContext(o, say) {
		return
	}
	c := s.channels[o.place]
	switch o.verb {
	case "go":
		s.start(o.values[0])
	case "yield":
		runtime.Gosched()
	case "parked":
		s.waitUntilParked(o.values)
	case "send":
		c <- o.values[0]
		say("sent")
	case "recv":
		value, ok := <-c
		say(received(value, ok))
	case "close":
		close(c)
		say("done")
	case "try-send":
		select {
		case c <- o.values[0]:
			say("sent")
		default:
			say("full")
		}
	case "try-recv":
		select {
		case value, ok := <-c:
			say(received(value, ok))
		default:
			say("empty")
		}
	case "range":
		for value := range c {
			say(strconv.Itoa(value))
		}
		say("end")
	case "len":
		say(strconv.Itoa(len(c)))
	case "cap":
		say(strconv.Itoa(cap(c)))
	case "add":
		s.groups[o.place].Add(o.values[0])
		say("done")
	case "wait":
		s.groups[o.place].Wait()
		say("waited")
	case "select":
		s.choose(o.arms, say)
	}
}

// choose is Go's own select, by way of reflect because its cases come from the table.
func (s *stage) choose(arms []op, say func(string)) {
	cases := []reflect.SelectCase{}
	for _, arm := range arms {
		one := reflect.SelectCase{Dir: reflect.SelectDefault}
		switch arm.verb {
		case "recv":
			one = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(s.channels[arm.place])}
			if t := s.times[arm.place]; t != nil {
				one.Chan = reflect.ValueOf(t.channel)
			}
		case "await":
			one = reflect.SelectCase{Dir: reflect.SelectRecv, Chan: reflect.ValueOf(s.contexts[arm.place].ctx.Done())}
		case "send":
			one = reflect.SelectCase{Dir: reflect.SelectSend, Chan: reflect.ValueOf(s.channels[arm.place]),
				Send: reflect.ValueOf(arm.values[0])}
		}
		cases = append(cases, one)
	}
	chosen, value, ok := reflect.Select(cases)
	word := strconv.Itoa(chosen) + ":"
	switch arms[chosen].verb {
	case "await":
		say(word + "ended")
	case "recv":
		if s.times[arms[chosen].place] != nil {
			say(word + "tick")
			return
		}
		n := 0
		if ok {
			n = int(value.Int())
		}
		say(word + received(n, ok))
	case "send":
		say(word + "sent")
	default:
		say(word + "default")
	}
}

func received(value int, ok bool) string {
	if !ok {
		return "closed"
	}
	return strconv.Itoa(value)
}
