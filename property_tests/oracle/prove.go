// SPDX-License-Identifier: Apache-2.0
// Proves Go by the expected column, and writes the verdicts as GoogleTest does.

package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"time"
)

const suite = "Litmus"

type failure struct {
	Failure string `json:"failure"`
	Type    string `json:"type"`
}

type verdict struct {
	Name        string    `json:"name"`
	Status      string    `json:"status"`
	Result      string    `json:"result"`
	Time        string    `json:"time"`
	Classname   string    `json:"classname"`
	Unsupported string    `json:"unsupported,omitempty"`
	Failures    []failure `json:"failures,omitempty"`
}

type counted struct {
	Tests    int       `json:"tests"`
	Failures int       `json:"failures"`
	Disabled int       `json:"disabled"`
	Errors   int       `json:"errors"`
	Name     string    `json:"name"`
	Verdicts []verdict `json:"testsuite,omitempty"`
	Suites   []counted `json:"testsuites,omitempty"`
}

// prove returns the exit code: 1 when Go disagrees with the column anywhere.
func prove(cases []litmus, expected column, output, filter string) int {
	fmt.Printf("lane go, %d workers, %s; the expected column is %s's\n", runtime.GOMAXPROCS(0), runtime.Version(), expected.Go)
	all := counted{Name: suite}
	for i := range cases {
		name := cases[i].title()
		if filter != "" && filter != "*" && filter != suite+"."+name {
			continue
		}
		fmt.Printf("[ RUN      ] %s.%s\n", suite, name)
		begin := time.Now()
		missing := cases[i].whyNotHere()
		said := ""
		if missing == "" {
			said = judge(&cases[i], expected)
		}
		took := time.Since(begin)
		one := verdict{Name: name, Status: "RUN", Result: "COMPLETED", Time: fmt.Sprintf("%.3fs", took.Seconds()), Classname: suite}
		mark := "[       OK ]"
		if missing != "" {
			mark = "[  SKIPPED ]"
			one.Result, one.Unsupported = "SKIPPED", missing
		}
		if said != "" {
			mark = "[  FAILED  ]"
			fmt.Println(said)
			one.Failures = []failure{{said, ""}}
			all.Failures++
		}
		fmt.Printf("%s %s.%s (%d ms)\n", mark, suite, name, took.Milliseconds())
		all.Tests++
		all.Verdicts = append(all.Verdicts, one)
	}
	fmt.Printf("[==========] %d tests ran, %d failed.\n", all.Tests, all.Failures)
	if output != "" {
		text, _ := json.MarshalIndent(counted{Tests: all.Tests, Failures: all.Failures, Name: "AllTests",
			Suites: []counted{all}}, "", " ")
		if err := os.WriteFile(output, append(text, '\n'), 0o644); err != nil {
			refuse(err.Error())
		}
	}
	if all.Tests == 0 {
		refuse("no case is called " + filter)
	}
	if all.Failures > 0 {
		return 1
	}
	return 0
}

func judge(c *litmus, expected column) string {
	column, found := expected.Seen[c.title()]
	if !found {
		return "no expected column: measure it (oracle --measure > expected.json)"
	}
	seen, differs := observe(c)
	if differs != "" {
		return "depends on chance: " + differs
	}
	if !reflect.DeepEqual(seen, column) {
		return fmt.Sprintf("Go saw %q, expected %q", seen, column)
	}
	return ""
}
