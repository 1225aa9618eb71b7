// SPDX-License-Identifier: Apache-2.0
// Measure: runs the passes of one case, and judges every one of them, warm-up included.
//
// The untimed warm-up is the calibration: passes grow until they take the pass time and kWarmUpTime has
// gone by in all. Nothing is printed and nothing is judged while the clock runs.

package main

import (
	"fmt"
	"time"
)

const (
	kPassTime   = 20 * time.Millisecond
	kWarmUpTime = 50 * time.Millisecond
	// kConfirmations is how many passes in a row must be long enough.
	kConfirmations = 2
	// kGrowth bounds one step of the calibration: the first passes are mostly start-up noise.
	kGrowth = 100
)

// figure is what one benchmark entry says; `wrong` is nil or why there is none.
type figure struct {
	temperature string // "", "cold" or "warm"
	ops, passes uint64
	wall, cpu   time.Duration // over all passes
	asked       time.Duration // of wall: no part of the figure
	faults      int64         // minor ones, over all passes
	memory      *memory
	waits       latency // of all passes, where they are what is measured
	last        tally   // of the last pass
	used        usage   // per process so far
	peakRss     int64
	wrong       error
	leftOut     string // why it was not measured, "" if it was
}

type plan struct {
	fixedOps uint64 // --ops; 0: the case decides
	minTime  time.Duration
	// warmWithin: a cold pass that took longer is not repeated; 0: always repeat.
	warmWithin time.Duration
	passTime   time.Duration        // what a pass is calibrated to last at least; 0: kPassTime
	requests   *requests            // nil: as many passes as fill minTime
	watch      func() (stop func()) // what must not last too long; nil: nobody watches
}

// measure returns one figure, or a cold and a warm one. It stops at the first wrong tally.
func measure(c *benchCase, p plan) []figure {
	if p.passTime == 0 {
		p.passTime = kPassTime
	}
	if p.watch == nil {
		p.watch = func() func() { return func() {} }
	}
	stop := p.watch()
	if p.requests == nil {
		defer stop()
	}
	if c.prepare != nil {
		c.prepare()
	}
	ops := p.fixedOps
	if ops == 0 {
		ops = c.fixedOps
	}
	if p.requests != nil {
		ops, err := warmUp(c, ops, p.passTime)
		stop()
		if err != nil {
			return []figure{{ops: ops, wrong: err}}
		}
		return []figure{requestedFigure(c, ops, p)}
	}
	if c.coldPass {
		cold := coldFigure(c, ops)
		if cold.wrong != nil {
			return []figure{cold}
		}
		if p.warmWithin > 0 && cold.wall > p.warmWithin {
			return []figure{cold, {temperature: "warm", ops: ops, leftOut: fmt.Sprintf(
				"n/a: a pass takes %.1f s, too long to repeat in this profile (full does)",
				cold.wall.Seconds())}}
		}
		// The cold pass was the warm-up.
		return []figure{cold, timedFigure(c, ops, p.minTime, "warm")}
	}
	ops, err := warmUp(c, ops, p.passTime)
	if err != nil {
		return []figure{{ops: ops, wrong: err}}
	}
	return []figure{timedFigure(c, ops, p.minTime, "")}
}

// warmUp returns the number of ops of a timed pass: `fixed`, or, where that is 0, a calibrated one. A
// calibrated number has held passTime in kConfirmations passes in a row: one slow pass proves nothing.
func warmUp(c *benchCase, fixed uint64, passTime time.Duration) (uint64, error) {
	ops := fixed
	if ops == 0 {
		ops = 1
	}
	var total time.Duration
	confirmed := 0
	for {
		one := figure{ops: ops}
		if one.timePass(c, nil); one.wrong != nil {
			return ops, one.wrong
		}
		total += one.wall
		if fixed == 0 && one.wall < passTime {
			ops, confirmed = grow(ops, one.wall, passTime), 0
			continue
		}
		confirmed++
		if total >= kWarmUpTime && (fixed != 0 || confirmed >= kConfirmations) {
			return ops, nil
		}
	}
}

// grow aims half above passTime, so that a timed pass on a calmer machine is still long enough.
func grow(ops uint64, wall, passTime time.Duration) uint64 {
	factor := float64(kGrowth)
	if wall > 0 {
		factor = 1.5 * float64(passTime) / float64(wall)
	}
	if factor > kGrowth {
		factor = kGrowth
	}
	return uint64(float64(ops)*factor) + 1
}

func coldFigure(c *benchCase, ops uint64) figure {
	f := figure{temperature: "cold", ops: ops}
	var sample parkedSampler
	if c.memory {
		f.memory = &memory{all: ops}
		sample = f.memory.sample
	}
	f.timePass(c, sample)
	f.used, f.peakRss = readUsage(), peakRssBytes()
	return f
}

// timedFigure runs passes until they add up to minTime, and at least one.
func timedFigure(c *benchCase, ops uint64, minTime time.Duration, temperature string) figure {
	f := figure{temperature: temperature, ops: ops}
	for f.passes == 0 || f.wall < minTime {
		if f.timePass(c, nil); f.wrong != nil {
			break
		}
	}
	f.used, f.peakRss = readUsage(), peakRssBytes()
	return f
}

// requestedFigure does a pass for each request. A wrong one is not answered.
func requestedFigure(c *benchCase, ops uint64, p plan) figure {
	f := figure{ops: ops}
	p.requests.ready()
	for f.wrong == nil && p.requests.next() {
		before := f
		stop := p.watch()
		f.timePass(c, nil)
		stop()
		if f.wrong == nil {
			p.requests.answer(f.since(before).nsPerOp())
		}
	}
	if f.passes == 0 {
		f.leftOut = "no pass was asked for"
	}
	f.used, f.peakRss = readUsage(), peakRssBytes()
	return f
}

// since is what f has beyond an earlier state of itself, as far as nsPerOp needs it.
func (f figure) since(before figure) figure {
	return figure{ops: f.ops, passes: f.passes - before.passes, wall: f.wall - before.wall,
		asked: f.asked - before.asked, waits: f.waits[len(before.waits):]}
}

// nsPerOp is what an op took, or where waiting is what is measured, how long it waited.
func (f figure) nsPerOp() float64 {
	if len(f.waits) > 0 {
		return f.waits.mean()
	}
	return float64((f.wall - f.asked).Nanoseconds()) / float64(f.passes) / float64(f.ops)
}

// timePass adds one pass and judges it: the steady clock inside, the slower getrusage around it.
func (f *figure) timePass(c *benchCase, sample parkedSampler) {
	before := readUsage()
	start := time.Now()
	f.last = c.pass(f.ops, sample)
	f.wall += time.Since(start)
	after := readUsage()
	f.cpu += after.cpu - before.cpu
	f.faults += after.minorFaults - before.minorFaults
	f.asked += f.last.asked
	f.waits = append(f.waits, f.last.waits...)
	f.passes++
	f.wrong = judge(c, f.last, f.ops)
}

func judge(c *benchCase, got tally, ops uint64) error {
	if err := got.check(c.expect(ops)); err != nil {
		return fmt.Errorf("%w (%d ops)", err, ops)
	}
	return nil
}
