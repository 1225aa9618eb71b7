// SPDX-License-Identifier: Apache-2.0

// The oracle: the same race programs in Go, under Go's own race detector. What it reports and what it does
// not is what the lanes are held to. Use: `oracle_go` lists, `oracle_go PROGRAM racy|fixed WORKERS` runs one.
package main

import (
	"fmt"
	"os"
	"runtime"
	"strconv"
)

type program struct {
	kind, name string
	body       func(racy bool)
}

var programs []program

func list(kind, name string, body func(racy bool)) bool {
	programs = append(programs, program{kind, name, body})
	return true
}

// passed creates no order: it is read and written where the detector does not look.
type passed struct {
	before [64]byte
	flag   unordered
	after  [64]byte
}

func (p *passed) set() { p.flag.store() }
func (p *passed) wait() {
	for !p.flag.load() {
		runtime.Gosched()
	}
}

// keep needs the value: no optimiser drops the read.
func keep(value int) { runtime.KeepAlive(value) }

func main() {
	if len(os.Args) < 3 {
		for _, p := range programs {
			fmt.Println(p.kind, p.name)
		}
		return
	}
	if len(os.Args) > 3 {
		workers, err := strconv.Atoi(os.Args[3])
		if err != nil || workers < 1 {
			fmt.Fprintf(os.Stderr, "gauntlet: no worker count '%s'\n", os.Args[3])
			os.Exit(2)
		}
		runtime.GOMAXPROCS(workers)
	}
	for _, p := range programs {
		if p.name == os.Args[1] {
			p.body(os.Args[2] == "racy")
			return
		}
	}
	fmt.Fprintf(os.Stderr, "gauntlet: no such program '%s'; run without arguments for the list\n", os.Args[1])
	os.Exit(2)
}
