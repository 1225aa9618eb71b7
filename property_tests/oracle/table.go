// SPDX-License-Identifier: Apache-2.0
// The litmus table as Go reads it: litmus.json, a list of cases, each a few goroutines with short scripts.

package main

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"strings"
)

//go:embed litmus.json
var tableText []byte

type litmus struct {
	Rule       string          `json:"rule"`
	Name       string          `json:"name"`
	Channels   map[string]*int `json:"channels"` // Capacity by name; null is a nil channel.
	Groups     []string        `json:"groups"`
	Mutexes    []string        `json:"mutexes"`
	Goroutines [][]string      `json:"goroutines"` // The first is started, the others by `go N`.
}

// title is the name of its test: the rule, then the rule in words.
func (c *litmus) title() string { return c.Rule + "_" + c.Name }

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
		for _, script := range c.Goroutines {
			for _, line := range script {
				if _, err := c.parse(line); err != nil {
					return nil, fmt.Errorf("litmus.json: %s: %w", c.title(), err)
				}
			}
		}
	}
	return cases, nil
}

// An op is one line of a script: `send c 1` is {verb: send, place: c, values: [1]}.
type op struct {
	verb   string
	place  string
	values []int
	arms   []op // Of a select.
}

// What stands after each verb: c channel, w wait group, m mutex, n numbers.
var grammar = map[string]string{
	"go": "n", "yield": "", "parked": "n", "send": "cn", "recv": "c", "close": "c", "try-send": "cn", "try-recv": "c",
	"range": "c", "len": "c", "cap": "c", "add": "wn", "wait": "w", "lock": "m", "unlock": "m", "try-lock": "m",
	"default": "",
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
			return op{}, fmt.Errorf("no such channel, group or mutex: %q", line)
		}
		parsed.place, rest = rest[0], rest[1:]
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
		if arm.verb != "send" && arm.verb != "recv" && arm.verb != "default" {
			return op{}, fmt.Errorf("no case of a select: %q", text)
		}
		parsed.arms = append(parsed.arms, arm)
	}
	return parsed, nil
}

func (c *litmus) has(kind byte, name string) bool {
	switch kind {
	case 'c':
		_, found := c.Channels[name]
		return found
	case 'w':
		return contains(c.Groups, name)
	default:
		return contains(c.Mutexes, name)
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
