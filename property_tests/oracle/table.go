// SPDX-License-Identifier: Apache-2.0
// The litmus table as Go reads it: litmus.json, a list of cases, each a few goroutines with short scripts.

package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"runtime"
	"strings"
)

//go:embed litmus.json
var tableText []byte

type litmus struct {
	Rule       string            `json:"rule"`
	Name       string            `json:"name"`
	Channels   map[string]*int   `json:"channels"` // Capacity by name; null is a nil channel.
	Groups     []string          `json:"groups"`
	Mutexes    []string          `json:"mutexes"`
	RWMutexes  []string          `json:"rw_mutexes"`
	Onces      []string          `json:"onces"`
	Conds      map[string]string `json:"conds"` // The mutex of each.
	Timers     []string          `json:"timers"`
	Contexts   []string          `json:"contexts"`
	Since      int               `json:"since"`      // Go 1.N has it, or has it so.
	Goroutines [][]string        `json:"goroutines"` // The first is started, the others by `go N`.
}

// title is the name of its test: the rule, then the rule in words.
func (c *litmus) title() string { return c.Rule + "_" + c.Name }

// whyNotHere is empty when the Go at hand is new enough for the case.
func (c *litmus) whyNotHere() string {
	minor := 0
	if _, err := fmt.Sscanf(runtime.Version(), "go1.%d", &minor); err == nil && minor < c.Since {
		return fmt.Sprintf("needs Go 1.%d", c.Since)
	}
	return ""
}

func readTable(text []byte) ([]litmus, error) {
	decoder := json.NewDecoder(bytes.NewReader(text))
	decoder.DisallowUnknownFields()
	var cases []litmus
	if err := decoder.Decode(&cases); err != nil {
		return nil, fmt.Errorf("litmus.json: %w", err)
	}
	seen := map[string]bool{}
	for i := range cases {
		c := &cases[i]
		if seen[c.title()] {
			return nil, fmt.Errorf("litmus.json: two cases are called %s", c.title())
		}
		seen[c.title()] = true
		if len(c.Goroutines) == 0 {
			return nil, fmt.Errorf("litmus.json: %s has no goroutines", c.title())
		}
		if err := c.check(); err != nil {
			return nil, fmt.Errorf("litmus.json: %s: %w", c.title(), err)
		}
	}
	return cases, nil
}

// check refuses what does not parse, and a script that is started twice: both would write into one line.
func (c *litmus) check() error {
	started := map[int]bool{}
	for _, script := range c.Goroutines {
		for _, line := range script {
			o, err := c.parse(line)
			if err != nil {
				return err
			}
			if o.verb != "go" && o.verb != "after-func" && o.verb != "after-end" {
				continue
			}
			who := o.values[len(o.values)-1]
			if started[who] || who < 1 || who >= len(c.Goroutines) {
				return fmt.Errorf("goroutine %d is not there or started twice: %q", who, line)
			}
			started[who] = true
		}
	}
	return nil
}

// An op is one line of a script: `send c 1` is {verb: send, place: c, values: [1]}.
type op struct {
	verb   string
	place  string
	other  string // The second place: a channel for once-recv, the parent of a context.
	values []int
	arms   []op // Of a select.
}

// What stands after each verb; the letters are those of kinds, n is one number or more.
var grammar = map[string]string{
	"go": "n", "yield": "", "parked": "n", "send": "cn", "recv": "C", "close": "c", "try-send": "cn", "try-recv": "C",
	"range": "c", "len": "c", "cap": "c", "add": "wn", "wait": "W", "lock": "M", "unlock": "M", "try-lock": "M",
	"rlock": "r", "runlock": "r", "try-rlock": "r", "once": "o", "once-panics": "o", "once-recv": "oc",
	"signal": "q", "broadcast": "q", "pass": "n", "timer": "tn", "ticker": "tn", "after-func": "tn", "stop": "t",
	"reset": "tn", "with-cancel": "xx", "with-timeout": "xxn", "with-value": "xxn", "without-cancel": "xx",
	"cancel": "x", "err": "x", "await": "x", "value": "xn", "after-end": "txn", "default": "",
}

func (c *litmus) parse(line string) (op, error) {
	if rest := strings.TrimPrefix(line, "select"); rest != line {
		return c.parseSelect(rest)
	}
	words := strings.Fields(line)
	if len(words) == 0 {
		return op{}, fmt.Errorf("an empty line")
	}
	shape, known := grammar[words[0]]
	if !known {
		return op{}, fmt.Errorf("no such verb: %q", line)
	}
	parsed := op{verb: words[0]}
	rest := words[1:]
	for _, kind := range shape {
		if kind == 'n' {
			for _, word := range rest {
				var value int
				if _, err := fmt.Sscanf(word, "%d", &value); err != nil {
					return op{}, fmt.Errorf("not a number: %q", line)
				}
				parsed.values = append(parsed.values, value)
			}
			if len(rest) == 0 {
				return op{}, fmt.Errorf("a number is missing: %q", line)
			}
			rest = nil
			continue
		}
		if len(rest) == 0 || !c.has(byte(kind), rest[0]) {
			return op{}, fmt.Errorf("nothing of that kind has that name: %q", line)
		}
		if parsed.place == "" {
			parsed.place = rest[0]
		} else {
			parsed.other = rest[0]
		}
		rest = rest[1:]
	}
	if len(rest) > 0 {
		return op{}, fmt.Errorf("too many words: %q", line)
	}
	return parsed, nil
}

func (c *litmus) parseSelect(rest string) (op, error) {
	parsed := op{verb: "select"}
	if strings.TrimSpace(rest) == "" {
		return parsed, nil
	}
	for _, text := range strings.Split(rest, "|") {
		arm, err := c.parse(text)
		if err != nil {
			return op{}, err
		}
		if arm.verb != "send" && arm.verb != "recv" && arm.verb != "await" && arm.verb != "default" {
			return op{}, fmt.Errorf("no case of a select: %q", text)
		}
		parsed.arms = append(parsed.arms, arm)
	}
	return parsed, nil
}

// has tells whether the case has a thing of that kind by that name. Capital letters are one of two kinds.
func (c *litmus) has(kind byte, name string) bool {
	_, isChannel := c.Channels[name]
	_, isCond := c.Conds[name]
	switch kind {
	case 'c':
		return isChannel
	case 'C':
		return isChannel || contains(c.Timers, name)
	case 'w':
		return contains(c.Groups, name)
	case 'W':
		return contains(c.Groups, name) || isCond
	case 'M':
		return contains(c.Mutexes, name) || contains(c.RWMutexes, name)
	case 'r':
		return contains(c.RWMutexes, name)
	case 'o':
		return contains(c.Onces, name)
	case 'q':
		return isCond
	case 't':
		return contains(c.Timers, name)
	default:
		return name == background || contains(c.Contexts, name)
	}
}

func contains(names []string, name string) bool {
	for _, one := range names {
		if one == name {
			return true
		}
	}
	return false
}
