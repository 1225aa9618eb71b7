// SPDX-License-Identifier: Apache-2.0
// The ops on timers and tickers. Go's time is the real one here: a case is written so that its outcome does not
// depend on how late it is. A number is milliseconds.

package main

import "time"

// timed is a timer, a ticker, or a function that is to be called.
type timed struct {
	channel <-chan time.Time
	stop    func() bool // Whether something was pending; a ticker does not tell, that is a yes.
	reset   func(time.Duration) bool
}

// stepTime tells whether the op was one of these, and done.
func (s *stage) stepTime(o op, say func(string)) bool {
	t := s.times[o.place]
	if o.verb == "pass" {
		time.Sleep(milliseconds(o.values[0]))
		say("done")
		return true
	}
	if t == nil {
		return false
	}
	switch o.verb {
	case "timer":
		timer := time.NewTimer(milliseconds(o.values[0]))
		*t = timed{timer.C, timer.Stop, timer.Reset}
		say("done")
	case "ticker":
		ticker := time.NewTicker(milliseconds(o.values[0]))
		*t = timed{ticker.C, func() bool { ticker.Stop(); return true },
			func(d time.Duration) bool { ticker.Reset(d); return true }}
		say("done")
	case "after-func":
		timer := time.AfterFunc(milliseconds(o.values[0]), func() { s.start(o.values[1]) })
		*t = timed{nil, timer.Stop, timer.Reset}
		say("done")
	case "stop":
		say(yesOrNo(t.stop()))
	case "reset":
		say(yesOrNo(t.reset(milliseconds(o.values[0]))))
	case "recv":
		<-t.channel
		say("tick")
	case "try-recv":
		select {
		case <-t.channel:
			say("tick")
		default:
			say("empty")
		}
	default:
		return false
	}
	return true
}

func milliseconds(count int) time.Duration { return time.Duration(count) * time.Millisecond }

func yesOrNo(is bool) string {
	if is {
		return "yes"
	}
	return "no"
}
