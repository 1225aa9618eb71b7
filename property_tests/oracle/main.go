// SPDX-License-Identifier: Apache-2.0
// The oracle: plays the litmus table on Go itself and compares what it sees with the expected column, which
// is what Go printed when it was written (--measure). So the column is measured, not remembered, and this
// program is Go's own contract test: it speaks GoogleTest's language as those of the lanes do.
//
//	oracle [--gtest_output=json:FILE] [--gtest_filter=NAME]    exit 1 when Go disagrees
//	oracle --measure                                           prints the expected column anew
//
// Environment: GAUNTLET_WORKERS, as for the lanes.

package main

import (
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"runtime"
	"strconv"
	"strings"
)

//go:embed expected.json
var expectedText []byte

// Often enough that what depends on chance is seen to.
const repetitions = 25

type column struct {
	Go   string              `json:"go"` // The version that said so.
	Seen map[string][]string `json:"seen"`
}

func main() {
	// go.mod is old so that old toolchains build this; a new one would then keep timers as they were before Go 1.23.
	os.Setenv("GODEBUG", "asynctimerchan=0")
	if asked, err := strconv.Atoi(os.Getenv("GAUNTLET_WORKERS")); err == nil && asked > 0 {
		runtime.GOMAXPROCS(asked)
	}
	cases, err := readTable(tableText)
	if err != nil {
		refuse(err.Error())
	}
	output, filter, measure := "", "", false
	for _, argument := range os.Args[1:] {
		switch {
		case strings.HasPrefix(argument, "--gtest_output=json:"):
			output = strings.TrimPrefix(argument, "--gtest_output=json:")
		case strings.HasPrefix(argument, "--gtest_filter="):
			filter = strings.TrimPrefix(argument, "--gtest_filter=")
		case argument == "--measure":
			measure = true
		default:
			refuse("unknown flag " + argument + "; known: --gtest_output=json:FILE --gtest_filter=NAME --measure")
		}
	}
	if measure {
		printColumn(cases)
		return
	}
	var expected column
	if err := json.Unmarshal(expectedText, &expected); err != nil {
		refuse("expected.json: " + err.Error())
	}
	for title := range expected.Seen {
		if !isCase(cases, title) {
			refuse("expected.json knows " + title + ", litmus.json does not; measure it anew (--measure)")
		}
	}
	os.Exit(prove(cases, expected, output, filter))
}

func isCase(cases []litmus, title string) bool {
	for i := range cases {
		if cases[i].title() == title {
			return true
		}
	}
	return false
}

func refuse(why string) {
	fmt.Fprintln(os.Stderr, "oracle: "+why)
	os.Exit(2)
}

// observe plays the case again and again; the second result tells when two times it saw two things.
func observe(c *litmus) ([]string, string) {
	first := play(c)
	for i := 1; i < repetitions; i++ {
		if again := play(c); !reflect.DeepEqual(first, again) {
			return first, fmt.Sprintf("saw %q and then %q", first, again)
		}
	}
	return first, ""
}

func printColumn(cases []litmus) {
	all := column{runtime.Version() + " " + runtime.GOOS + "/" + runtime.GOARCH, map[string][]string{}}
	for i := range cases {
		if why := cases[i].whyNotHere(); why != "" {
			refuse(cases[i].title() + ": " + why)
		}
		seen, differs := observe(&cases[i])
		if differs != "" {
			refuse(cases[i].title() + " depends on chance: " + differs)
		}
		all.Seen[cases[i].title()] = seen
	}
	text, _ := json.MarshalIndent(all, "", " ")
	fmt.Println(string(text))
}
