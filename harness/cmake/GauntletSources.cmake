# SPDX-License-Identifier: Apache-2.0
# What is compiled again for every lane: everything that parks. One line per file; no globs.

function(gauntlet_bench_sources result)
  set(files
    harness/bench_main.cpp
    harness/registry.cpp
    workloads/broadcast_close.cpp
    workloads/channel_of_channels.cpp
    workloads/context_tree.cpp
    workloads/deep_park.cpp
    workloads/echo.cpp
    workloads/fan_in.cpp
    workloads/fib.cpp
    workloads/hog.cpp
    workloads/idle_wake.cpp
    workloads/mpmc.cpp
    workloads/mutex.cpp
    workloads/parallel_work.cpp
    workloads/ping_pong.cpp
    workloads/pipeline.cpp
    workloads/ring.cpp
    workloads/rwmutex.cpp
    workloads/select.cpp
    workloads/sieve.cpp
    workloads/skynet.cpp
    workloads/spawn_million.cpp
    workloads/spsc.cpp
    workloads/steal_imbalance.cpp
    workloads/timers.cpp
    workloads/wait_group.cpp
    workloads/wake_latency.cpp
    workloads/worker_pool.cpp
    workloads/yield.cpp)
  list(TRANSFORM files PREPEND ${PROJECT_SOURCE_DIR}/)
  set(${result} ${files} PARENT_SCOPE)
endfunction()

function(gauntlet_contract_sources result)
  set(files
    main.cpp
    after_func.cpp
    blocking_call.cpp
    channel.cpp
    channel_close.cpp
    channel_elements.cpp
    channel_properties.cpp
    cond.cpp
    context.cpp
    context_cancel.cpp
    context_deadline.cpp
    context_func.cpp
    descriptor.cpp
    fairness.cpp
    goroutine.cpp
    history.cpp
    leaked.cpp
    litmus.cpp
    museum.cpp
    mutex.cpp
    nil_channel.cpp
    once.cpp
    programs.cpp
    rw_mutex.cpp
    select.cpp
    select_programs.cpp
    select_properties.cpp
    select_timeout.cpp
    sleep.cpp
    stack.cpp
    stall.cpp
    ticker.cpp
    timer.cpp
    timer_stop.cpp
    uncaught.cpp
    view.cpp
    wait_group.cpp)
  list(TRANSFORM files PREPEND ${PROJECT_SOURCE_DIR}/property_tests/contract/)
  set(${result} ${files} PARENT_SCOPE)
endfunction()
