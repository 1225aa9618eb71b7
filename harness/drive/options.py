# SPDX-License-Identifier: Apache-2.0
"""Options: the command line of the driver; what is wrong with it is one line and exit code 2."""

import argparse
import secrets
from dataclasses import dataclass, replace
from pathlib import Path
from typing import NoReturn

from .plan import default_workers
from .profile import PROFILES, Profile
from .refusal import Refusal

VERBS = {
    "all": "prove, measure, report",
    "prove": "only run the contract tests of the lanes",
    "measure": "only measure (`python -m reports build DIR` reports; nothing counts as proved)",
    "overhead": "compare the lanes with hand-written programs without the harness",
    "soak": "the contract tests again and again with drawn seeds",
    "check": "only judge the flags",
}


@dataclass(frozen=True)
class Options:
    verb: str
    lanes: list[str] | None
    workloads: list[str] | None
    workers: list[int]
    seed: int
    minutes: float | None
    out: Path | None
    profile: Profile
    build: Path
    command: str


class Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise Refusal(f"{message} (see {self.prog} --help)")


def read_options(arguments: list[str], root: Path) -> Options:
    parser = Parser(prog="python -m harness.drive", description="The measuring driver of Gauntlet.",
                     allow_abbrev=False)
    parser.add_argument("verb", choices=VERBS, help="; ".join(f"{verb}: {does}" for verb, does in VERBS.items()))
    parser.add_argument("--lanes", type=names, metavar="a,b")
    parser.add_argument("--workloads", type=names, metavar="x,y")
    parser.add_argument("--workers", type=counts, metavar="1,2", default=default_workers())
    parser.add_argument("--seed", type=seed, metavar="N")
    parser.add_argument("--minutes", type=_minutes, metavar="N", help="of a soak, or to measure")
    parser.add_argument("--out", type=Path, metavar="DIR")
    parser.add_argument("--profile", choices=PROFILES, default="quick")
    parser.add_argument("--build", type=Path, metavar="DIR", default=root / "build" / "release")
    parser.add_argument("--command", help="what the user typed, for the report")
    given = parser.parse_args(arguments)
    return Options(
        verb=given.verb,
        lanes=given.lanes,
        workloads=given.workloads,
        workers=given.workers,
        seed=given.seed if given.seed is not None else secrets.randbelow(1 << 31),
        minutes=given.minutes,
        out=given.out.absolute() if given.out else None,
        profile=_profile(given.profile, given.minutes),
        build=given.build,
        command=given.command or " ".join(["python -m harness.drive", *arguments]),
    )


def _profile(name: str, minutes: float | None) -> Profile:
    profile = PROFILES[name]
    return profile if minutes is None else replace(profile, total_budget=60.0 * minutes)


def names(text: str) -> list[str]:
    found = [name for name in text.split(",") if name]
    if not found:
        raise argparse.ArgumentTypeError("names nothing; give a,b or leave the flag out")
    return list(dict.fromkeys(found))


def counts(text: str) -> list[int]:
    found = []
    for part in names(text):
        if not (part.isascii() and part.isdigit() and 1 <= int(part) <= 1024):
            raise argparse.ArgumentTypeError(f"'{part}' is no worker count; give whole numbers from 1 to 1024")
        found.append(int(part))
    return sorted(set(found))


def _minutes(text: str) -> float:
    try:
        minutes = float(text)
    except ValueError:
        minutes = 0.0
    if not 0.0 < minutes <= 10_000.0:
        raise argparse.ArgumentTypeError(f"'{text}' are no minutes; give a number from above 0 to 10000")
    return minutes


def seed(text: str) -> int:
    if not (text.isascii() and text.isdigit() and len(text) <= 18):
        raise argparse.ArgumentTypeError(f"'{text}' is no seed; give a whole number below 10^18")
    return int(text)
