// SPDX-License-Identifier: Apache-2.0
// echo: clients send a question over a socket and wait for the answer of a goroutine at its other end; one op is
// a question and its answer, 64 bytes each way.

package main

import (
	"encoding/binary"
	"fmt"
	"net"
	"os"
	"strconv"
	"sync"
	"syscall"
)

const kMessageBytes = 64

func echoCases() []*benchCase {
	var cases []*benchCase
	for _, clients := range []int{1, 64} {
		clients := clients
		cases = append(cases, &benchCase{
			workload: "echo",
			params:   params{{"clients", strconv.Itoa(clients)}},
			unit:     "answer",
			group:    kNetwork,
			needs:    []string{"G1", "G2", "P1", "P2", "P3", "W1"},
			pass:     func(ops uint64, _ parkedSampler) tally { return echo(ops, clients) },
			expect:   sumOfItems,
		})
	}
	return cases
}

// socketPair gives two connected sockets that keep messages whole.
func socketPair() (ends [2]net.Conn) {
	fds, err := syscall.Socketpair(syscall.AF_UNIX, syscall.SOCK_SEQPACKET|syscall.SOCK_CLOEXEC, 0)
	if err != nil {
		panic(fmt.Sprintf("socketpair: %v", err))
	}
	for at, fd := range fds {
		file := os.NewFile(uintptr(fd), "socket")
		if ends[at], err = net.FileConn(file); err != nil {
			panic(fmt.Sprintf("socketpair: %v", err))
		}
		file.Close() // the connection has a copy
	}
	return ends
}

func echo(ops uint64, clients int) (got tally) {
	answered := make([]tally, clients)
	var all sync.WaitGroup
	all.Add(2 * clients)
	for self := 0; self < clients; self++ {
		ends := socketPair()
		go func(server net.Conn) {
			var message [kMessageBytes]byte
			for {
				bytes, err := server.Read(message[:])
				if bytes == 0 || err != nil {
					break
				}
				server.Write(message[:])
			}
			server.Close()
			all.Done()
		}(ends[1])
		go func(self int, client net.Conn) {
			for op := uint64(self); op < ops; op += uint64(clients) {
				var question, answer [kMessageBytes]byte
				binary.LittleEndian.PutUint64(question[:], op)
				client.Write(question[:])
				if bytes, _ := client.Read(answer[:]); bytes == kMessageBytes {
					answered[self].count++
				}
				answered[self].sum += binary.LittleEndian.Uint64(answer[:])
			}
			client.Close()
			all.Done()
		}(self, ends[0])
	}
	all.Wait()
	for _, one := range answered {
		got.count += one.count
		got.sum += one.sum
	}
	return got
}
