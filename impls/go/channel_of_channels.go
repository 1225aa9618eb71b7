// SPDX-License-Identifier: Apache-2.0
// channel_of_channels: eight clients ask one server, each request carries the channel of its answer; one op
// is a request.

package main

import "sync"

const kRequestClients = 8

type request struct {
	answer chan<- uint64
	number uint64 // client, client + kRequestClients, ...
}

func channelOfChannelsCases() []*benchCase {
	return []*benchCase{{
		workload:  "channel_of_channels",
		unit:      "request",
		group:     kChannels,
		competing: true,
		needs:     []string{"G1", "G2", "C1", "C2", "C8", "C9", "C10", "W1"},
		pass:      func(ops uint64, _ parkedSampler) tally { return channelOfChannels(ops) },
		expect:    func(ops uint64) tally { return tally{count: ops, sum: ops * (ops - 1)} },
	}}
}

func channelOfChannels(ops uint64) tally {
	requests := make(chan request)
	received := make([]tally, kRequestClients)
	var clients sync.WaitGroup
	clients.Add(kRequestClients)
	for client := uint64(0); client < kRequestClients; client++ {
		go func(client uint64) {
			answer := make(chan uint64)
			own := &received[client]
			for number := client; number < ops; number += kRequestClients {
				requests <- request{answer, number}
				own.sum += <-answer
				own.count++
			}
			clients.Done()
		}(client)
	}
	got := tally{snapshot: true}
	served := make([]uint64, kRequestClients)
	for left := ops; left > 0; left-- {
		asked := <-requests
		asked.answer <- 2 * asked.number
		client := asked.number % kRequestClients
		served[client]++
		if served[client] == quota(client, kRequestClients, ops) && got.shares == nil {
			got.shares = append(got.shares, served...)
		}
	}
	clients.Wait()
	for _, each := range received {
		got.count += each.count
		got.sum += each.sum
	}
	return got
}
