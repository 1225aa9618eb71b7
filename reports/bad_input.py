# SPDX-License-Identifier: Apache-2.0
"""Input that cannot be reported on: says who is to blame and how to mend it, in one line."""


class BadInput(Exception):
    """Ends the command with exit code 2; nothing has been written when it is raised."""

    def __init__(self, culprit: object, problem: str, mend: str) -> None:
        line = " ".join(f"{culprit}: {problem}; {mend}".split())
        super().__init__(line)
