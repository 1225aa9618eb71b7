// SPDX-License-Identifier: Apache-2.0
// Contract of descriptors, rules P1 to P3: who waits for a socket or a pipe is parked, and the others go on.
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <span>
#include <string>
#include <system_error>
#include <thread>
#include <vector>

#include "property_tests/contract/lane.hpp"

namespace gauntlet::contract {
namespace {

/// Two connected sockets.
struct SocketPair {
  std::array<int, 2> fds = [] {
    std::array<int, 2> made{-1, -1};
    EXPECT_EQ(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, made.data()), 0);
    return made;
  }();
  Descriptor here{fds[0]};
  Descriptor there{fds[1]};
};

const auto kCanceled = make_error_code(std::errc::operation_canceled);

std::span<const std::byte> bytes_of(const std::string& text) { return std::as_bytes(std::span(text)); }

int socket_on_loopback() { return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0); }

sockaddr_in loopback(in_port_t port_in_network_order) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  address.sin_port = port_in_network_order;
  return address;
}

}  // namespace

TEST(Descriptor, P1_more_readers_than_workers_let_another_run) {
  const int readers = static_cast<int>(workers()) + 2;
  std::vector<SocketPair> pairs(static_cast<std::size_t>(readers));
  std::atomic<int> got{0};
  drive([&]() -> Task {
    for (SocketPair& pair : pairs) {
      go([&]() -> Task {
        std::array<std::byte, 8> buffer{};
        const IoResult result = AWAIT pair.here.read(buffer);
        if (!result.error && result.bytes == 1 && buffer[0] == std::byte{'x'})
          got.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    EXPECT_EQ(got.load(std::memory_order_relaxed), 0);
    for (SocketPair& pair : pairs) {
      const IoResult result = AWAIT pair.there.write(bytes_of("x"));
      EXPECT_EQ(result.bytes, 1U);
    }
  });
  EXPECT_EQ(got.load(std::memory_order_relaxed), readers);
}

TEST(Descriptor, P1_each_byte_goes_to_one_of_many_readers) {
  const int readers = at_most(100, 20);
  SocketPair pair;
  std::vector<std::atomic<int>> times(static_cast<std::size_t>(readers));
  drive([&]() -> Task {
    for (int i = 0; i < readers; ++i) {
      go([&]() -> Task {
        std::array<std::byte, 1> buffer{};
        const IoResult result = AWAIT pair.here.read(buffer);
        if (result.bytes == 1)
          times[std::to_integer<std::size_t>(buffer[0])].fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (int i = 0; i < readers; ++i) {
      const std::array<std::byte, 1> one{static_cast<std::byte>(i)};
      AWAIT pair.there.write(one);
      if (i % 3 == 0) AWAIT yield();
    }
  });
  for (const auto& count : times) EXPECT_EQ(count.load(std::memory_order_relaxed), 1);
}

TEST(Descriptor, P1_many_bytes_at_once_serve_many_readers) {
  constexpr int kReaders = 10;
  SocketPair pair;
  std::atomic<int> got{0};
  drive([&]() -> Task {
    for (int i = 0; i < kReaders; ++i) {
      go([&]() -> Task {
        std::array<std::byte, 1> buffer{};
        const IoResult result = AWAIT pair.here.read(buffer);
        got.fetch_add(static_cast<int>(result.bytes), std::memory_order_relaxed);
      });
    }
    for (int turn = 0; turn < 100; ++turn) AWAIT yield();
    AWAIT pair.there.write(bytes_of("0123456789"));
  });
  EXPECT_EQ(got.load(std::memory_order_relaxed), kReaders);
}

TEST(Descriptor, P2_a_write_that_does_not_fit_waits_for_its_reader) {
  SocketPair pair;
  std::vector<std::byte> sent(3'000'000);
  for (std::size_t i = 0; i < sent.size(); ++i) sent[i] = static_cast<std::byte>(i * 31 >> 3U);
  std::vector<std::byte> got;
  drive([&]() -> Task {
    go([&]() -> Task {
      const IoResult result = AWAIT pair.here.write(sent);
      EXPECT_EQ(result.bytes, sent.size());
      EXPECT_FALSE(result.error);
      pair.here.close();
    });
    std::vector<std::byte> buffer(50'000);
    for (;;) {
      const IoResult result = AWAIT pair.there.read(buffer);
      if (result.bytes == 0) break;
      got.insert(got.end(), buffer.begin(), buffer.begin() + static_cast<std::ptrdiff_t>(result.bytes));
    }
  });
  EXPECT_TRUE(got == sent);
}

TEST(Descriptor, P2_the_end_of_a_stream_is_no_bytes_and_no_error) {
  SocketPair pair;
  bool ended = false;
  drive([&]() -> Task {
    go([&]() -> Task {
      std::array<std::byte, 8> buffer{};
      const IoResult result = AWAIT pair.here.read(buffer);
      ended = result.bytes == 0 && !result.error;
    });
    AWAIT yield();
    pair.there.close();
  });
  EXPECT_TRUE(ended);
}

TEST(Descriptor, P3_close_ends_the_wait_of_everyone) {
  const int readers = at_most(50, 10);
  SocketPair pair;
  std::atomic<int> canceled{0};
  drive([&]() -> Task {
    for (int i = 0; i < readers; ++i) {
      go([&]() -> Task {
        std::array<std::byte, 8> buffer{};
        const IoResult result = AWAIT pair.here.read(buffer);
        if (result.error == kCanceled) canceled.fetch_add(1, std::memory_order_relaxed);
      });
    }
    for (int turn = 0; turn < 20; ++turn) AWAIT yield();
    pair.here.close();
    pair.here.close();
    const IoResult late = AWAIT pair.here.write(bytes_of("late"));
    EXPECT_EQ(late.error, kCanceled);
  });
  EXPECT_EQ(canceled.load(std::memory_order_relaxed), readers);
}

TEST(Descriptor, P3_a_close_that_races_with_an_answer_gives_one_or_the_other) {
  for (int round = 0; round < at_most(300, 60); ++round) {
    SocketPair pair;
    int outcomes = 0;
    drive([&]() -> Task {
      go([&]() -> Task {
        std::array<std::byte, 8> buffer{};
        const IoResult result = AWAIT pair.here.read(buffer);
        outcomes += (result.bytes == 1 && !result.error) + (result.error == kCanceled);
      });
      go([&]() -> Task {
        AWAIT pair.there.write(bytes_of("x"));
      });
      AWAIT yield();
      pair.here.close();
    });
    EXPECT_EQ(outcomes, 1);
  }
}

TEST(Descriptor, P2_a_write_to_a_peer_that_is_gone_is_an_error) {
  SocketPair pair;
  std::error_code error;
  drive([&]() -> Task {
    pair.there.close();
    const IoResult result = AWAIT pair.here.write(bytes_of("x"));
    error = result.error;
  });
  EXPECT_EQ(error, std::errc::broken_pipe);
}

TEST(Descriptor, P1_a_regular_file_is_refused) {
  const int fd = memfd_create("regular", MFD_CLOEXEC);
  EXPECT_THROW(Descriptor{fd}, std::system_error);
  struct stat facts {};
  EXPECT_NE(fstat(fd, &facts), 0) << "it was closed";
}

TEST(Descriptor, P1_who_waits_for_a_descriptor_is_not_deadlocked) {
  SocketPair pair;
  const int outside = dup(pair.fds[1]);
  bool got = false;
  std::thread writer;
  drive([&]() -> Task {
    go([&]() -> Task {
      // From outside: nobody in the run can act meanwhile.
      writer = std::thread([outside] {
        std::this_thread::sleep_for(std::chrono::milliseconds(20));
        EXPECT_EQ(write(outside, "x", 1), 1);
      });
      AWAIT yield();
    });
    std::array<std::byte, 1> buffer{};
    const IoResult result = AWAIT pair.here.read(buffer);
    got = result.bytes == 1;
  });
  writer.join();
  close(outside);
  EXPECT_TRUE(got);
}

/// Workers that run dry may look by themselves. Here they have done so, and never run dry again.
TEST(Descriptor, P1_what_is_ready_is_found_while_others_yield_for_ever) {
  constexpr int kBurst = 200;
  SocketPair burst;
  SocketPair late;
  std::atomic<bool> got{false};
  drive([&]() -> Task {
    go([&]() -> Task {
      std::array<std::byte, 1> byte{};
      for (int i = 0; i < kBurst; ++i) {
        AWAIT burst.there.read(byte);
        AWAIT burst.there.write(byte);
      }
    });
    go([&]() -> Task {
      std::array<std::byte, 1> byte{};
      const IoResult result = AWAIT late.here.read(byte);
      got.store(result.bytes == 1, std::memory_order_relaxed);
    });
    std::array<std::byte, 1> byte{};
    for (int i = 0; i < kBurst; ++i) {
      AWAIT burst.here.write(byte);
      AWAIT burst.here.read(byte);
    }
    for (unsigned i = 0; i < workers(); ++i)
      go([&]() -> Task {
        while (!got.load(std::memory_order_relaxed)) AWAIT yield();
      });
    AWAIT late.there.write(bytes_of("x"));
  });
  EXPECT_TRUE(got.load(std::memory_order_relaxed));
}

TEST(Descriptor, P1_a_server_answers_many_clients_at_once) {
  const int clients = at_most(60, 10);
  constexpr int kQuestions = 20;
  const int listening = socket_on_loopback();
  sockaddr_in address = loopback(0);
  socklen_t length = sizeof(address);
  ASSERT_EQ(bind(listening, reinterpret_cast<sockaddr*>(&address), length), 0);
  ASSERT_EQ(listen(listening, 128), 0);
  ASSERT_EQ(getsockname(listening, reinterpret_cast<sockaddr*>(&address), &length), 0);
  const int probe = socket_on_loopback();
  const bool has_loopback = connect(probe, reinterpret_cast<sockaddr*>(&address), length) == 0;
  close(probe);
  Descriptor listener(listening);
  if (!has_loopback) GTEST_SKIP() << "no loopback network here";
  std::atomic<int> right{0};
  WaitGroup all(clients);
  drive([&]() -> Task {
    go([&]() -> Task {
      for (;;) {
        const IoResult connection = AWAIT listener.accept();
        if (connection.error) break;
        go([fd = connection.accepted]() -> Task {
          Descriptor peer(fd);
          std::array<std::byte, 1> byte{};
          for (;;) {
            const IoResult question = AWAIT peer.read(byte);
            if (question.bytes == 0) break;
            byte[0] = ~byte[0];
            AWAIT peer.write(byte);
          }
        });
      }
    });
    for (int i = 0; i < clients; ++i) {
      go([&, i]() -> Task {
        Descriptor server(socket_on_loopback());
        const IoResult connected =
            AWAIT server.connect(reinterpret_cast<const sockaddr*>(&address), sizeof(address));
        EXPECT_FALSE(connected.error) << connected.error.message();
        for (int question = 0; question < kQuestions; ++question) {
          const std::array<std::byte, 1> asked{static_cast<std::byte>(i + question)};
          std::array<std::byte, 1> answer{};
          AWAIT server.write(asked);
          const IoResult came = AWAIT server.read(answer);
          if (came.bytes == 1 && answer[0] == ~asked[0]) right.fetch_add(1, std::memory_order_relaxed);
        }
        all.done();
      });
    }
    AWAIT all.wait();
    listener.close();
  });
  EXPECT_EQ(right.load(std::memory_order_relaxed), clients * kQuestions);
}

}  // namespace gauntlet::contract
