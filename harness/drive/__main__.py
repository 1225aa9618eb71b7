# SPDX-License-Identifier: Apache-2.0
"""`python -m harness.drive VERB`: what run_all.sh calls after the build.

Exit codes: 0 done, 1 something was proved wrong, 2 what the user can mend, 130 interrupted.
"""

import sys
from pathlib import Path

from .lanes import choose_lanes, read_lanes
from .options import read_options
from .overhead import check_overhead
from .refusal import Refusal
from .run import run
from .soak import soak

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: list[str]) -> int:
    try:
        options = read_options(arguments, ROOT)
        if options.verb == "check":
            choose_lanes(read_lanes(options.build, built=False), options.lanes)
            return 0
        if options.verb == "overhead":
            return check_overhead(options)
        if options.verb == "soak":
            return soak(options, ROOT)
        return run(options, ROOT)
    except Refusal as refusal:
        print(f"gauntlet: {refusal}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        return 130


sys.exit(main(sys.argv[1:]))
