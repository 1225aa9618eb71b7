# SPDX-License-Identifier: Apache-2.0
"""Words: a process's end in words, and its own last words (`gauntlet: ...` on stderr)."""

import signal

_PREFIX = "gauntlet: "
_MEANINGS = {
    signal.SIGSEGV: "a wild pointer or a stack overflow",
    signal.SIGABRT: "an invariant or an uncaught exception",
    signal.SIGKILL: "killed from outside, mostly for want of memory",
    signal.SIGBUS: "memory that is not there",
}


def signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"signal {number}"


def death_of(returncode: int) -> str:
    """`exit code 7`, or `SIGSEGV (a wild pointer or a stack overflow)`."""
    if returncode >= 0:
        return f"exit code {returncode}"
    meaning = _MEANINGS.get(-returncode)
    return signal_name(-returncode) + (f" ({meaning})" if meaning else "")


def last_words(stderr: str) -> str | None:
    """The text of the last line that starts with `gauntlet: `."""
    for line in reversed(stderr.splitlines()):
        if line.startswith(_PREFIX):
            return line[len(_PREFIX) :].strip()
    return None


def without_status(words: str, status: str) -> str:
    """`DNF: hung: ...` is told as reason `hung: ...` of status DNF."""
    return words.removeprefix(f"{status}:").strip()
