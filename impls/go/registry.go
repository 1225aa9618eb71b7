// SPDX-License-Identifier: Apache-2.0
// The registry: every case of this lane, how to list them and how to find one.

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"sort"
	"strings"
)

func allCases() []*benchCase {
	var cases []*benchCase
	for _, of := range []func() []*benchCase{
		broadcastCloseCases, channelOfChannelsCases, contextTreeCases, deepParkCases, echoCases, fanInCases, fibCases,
		hogCases, idleWakeCases, mpmcCases, mutexCases, parallelWorkCases, pingPongCases, pipelineCases, ringCases,
		rwmutexCases, selectCases, sieveCases, skynetCases, spawnMillionCases, spscCases, stealImbalanceCases,
		timersCases, waitGroupCases, wakeLatencyCases, workerPoolCases, yieldCases,
	} {
		cases = append(cases, of()...)
	}
	return cases
}

// listCases writes the JSON array of --list, one object per process case and line.
func listCases(cases []*benchCase, out io.Writer) error {
	type row struct {
		Workload string   `json:"workload"`
		Params   params   `json:"params"`
		Unit     string   `json:"unit"`
		Group    string   `json:"group"`
		Needs    []string `json:"needs"`
	}
	lines := make([]string, len(cases))
	for i, c := range cases {
		line, err := json.Marshal(row{c.workload, c.params, c.unit, c.group, c.needs})
		if err != nil {
			return err
		}
		lines[i] = string(line)
	}
	_, err := fmt.Fprintf(out, "[\n  %s\n]\n", strings.Join(lines, ",\n  "))
	return err
}

// findCase looks a case up by its workload and parameters; the error names the culprit and the mend.
func findCase(cases []*benchCase, workload, text string) (*benchCase, error) {
	wanted, err := parseParams(text)
	if err != nil {
		return nil, err
	}
	var workloads, choices []string
	for _, c := range cases {
		if c.workload != workload {
			if len(workloads) == 0 || workloads[len(workloads)-1] != c.workload {
				workloads = append(workloads, c.workload)
			}
			continue
		}
		if c.params.joined() == wanted.joined() {
			return c, nil
		}
		choices = append(choices, c.params.joined())
	}
	if len(choices) == 0 {
		return nil, fmt.Errorf("unknown workload %q; choose one of %s",
			workload, strings.Join(workloads, " "))
	}
	return nil, fmt.Errorf("workload %s has no case %q; choose one of %s",
		workload, text, strings.Join(choices, " "))
}

// parseParams reads "k=v,k=v" in any order; "-" and "" are the empty set.
func parseParams(text string) (params, error) {
	if text == "" || text == "-" {
		return nil, nil
	}
	var parsed params
	seen := map[string]bool{}
	for _, part := range strings.Split(text, ",") {
		key, value, found := strings.Cut(part, "=")
		if !found || key == "" || value == "" {
			return nil, fmt.Errorf("--params part %q is not key=value; write k=v,k=v", part)
		}
		if seen[key] {
			return nil, fmt.Errorf("--params names %q twice; name it once", key)
		}
		seen[key] = true
		parsed = append(parsed, param{key, value})
	}
	sort.Slice(parsed, func(i, j int) bool { return parsed[i].key < parsed[j].key })
	return parsed, nil
}
