// SPDX-License-Identifier: Apache-2.0
// The ops on contexts.

package main

import (
	"context"
	"strconv"
)

const background = "background" // The context that every case has.

type contextual struct {
	ctx    context.Context
	cancel context.CancelFunc
}

type key int

// stepContext tells whether the op was one of these, and done.
func (s *stage) stepContext(o op, say func(string)) bool {
	if o.verb == "after-end" {
		*s.times[o.place] = timed{stop: afterFunc(s.contexts[o.other].ctx, func() { s.start(o.values[0]) })}
		say("done")
		return true
	}
	c := s.contexts[o.place]
	if c == nil {
		return false
	}
	var above context.Context
	if o.other != "" {
		above = s.contexts[o.other].ctx
	}
	switch o.verb {
	case "with-cancel":
		c.ctx, c.cancel = context.WithCancel(above)
		say("done")
	case "with-timeout":
		c.ctx, c.cancel = context.WithTimeout(above, milliseconds(o.values[0]))
		say("done")
	case "with-value":
		c.ctx = context.WithValue(above, key(o.values[0]), o.values[1])
		say("done")
	case "without-cancel":
		c.ctx = withoutCancel(above)
		say("done")
	case "cancel":
		c.cancel()
		say("done")
	case "err":
		say(map[error]string{nil: "none", context.Canceled: "canceled", context.DeadlineExceeded: "expired"}[c.ctx.Err()])
	case "await":
		<-c.ctx.Done()
		say("ended")
	case "value":
		value, found := c.ctx.Value(key(o.values[0])).(int)
		if !found {
			say("none")
		} else {
			say(strconv.Itoa(value))
		}
	default:
		return false
	}
	return true
}
