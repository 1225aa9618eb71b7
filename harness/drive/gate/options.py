# SPDX-License-Identifier: Apache-2.0
"""Options of gate, compare, merge and selftest; what is wrong with them is one line and exit code 2."""

import argparse
import secrets
import shlex
from dataclasses import dataclass
from pathlib import Path

from ..options import Parser, counts, names, seed
from ..refusal import Refusal

_MOST_SHARDS = 1000
_OWN_LANE = "work_stealing"  # Judged where none is named: the suite's own runtime. How fast peers are is mostly their libraries' affair.
_ALL = ["all"]


@dataclass(frozen=True)
class Options:
    verb: str  # gate | compare | merge | judge | selftest
    base: str
    head: str
    quick: bool
    long: bool
    strict: bool
    seed: int
    out: Path | None
    lanes: list[str] | None
    workloads: list[str] | None
    workers: list[int] | None
    shard: tuple[int, int]
    accepted: Path | None
    command: str
    things: list[str]  # of compare, merge and judge: folders, refs, files
    suites: int  # of selftest, as the next
    experiment: str  # what the names of those that it collects hold

    @property
    def profile(self) -> str:
        """How long processes are: the short ones are those with which the gate was tried (gate selftest)."""
        return "full" if self.long else "quick"


def read_options(arguments: list[str]) -> Options:
    given = _parser().parse_args(arguments)
    told = vars(given)
    if given.verb == "gate" and given.base is None:
        raise Refusal("gate wants --base REF, the commit to compare with; in CI the merge base")
    return Options(
        verb=given.verb,
        base=told.get("base") or "HEAD",
        head=told.get("head") or "HEAD",
        quick=told.get("quick", False),
        long=told.get("long", False),
        strict=told.get("strict", False),
        seed=secrets.randbelow(1 << 31) if told.get("seed") is None else given.seed,
        out=given.out.absolute() if told.get("out") else None,
        lanes=_lanes(given.verb, told.get("lanes"), told.get("quick", False)),
        workloads=told.get("workloads"),
        workers=told.get("workers"),
        shard=told.get("shard") or (1, 1),
        accepted=told.get("accepted"),
        command=shlex.join(["./run_all.sh", *arguments]),
        things=told.get("things") or [],
        suites=told.get("suites") or 1,
        experiment=told.get("experiment") or "",
    )


def _lanes(verb: str, named: list[str] | None, quick: bool) -> list[str] | None:
    """None: every lane, or with --quick the first that can run."""
    if named == _ALL:
        if quick:
            raise Refusal("--quick judges one lane, or those that are named; name them instead of 'all', or leave --quick out")
        return None
    return [_OWN_LANE] if named is None and verb in ("gate", "compare") and not quick else named


def _parser() -> argparse.ArgumentParser:
    parser = Parser(prog="./run_all.sh", allow_abbrev=False, description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB", parser_class=Parser)

    gate = verbs.add_parser("gate", allow_abbrev=False, help="is head slower than base? (gate judge RAW, gate selftest)")
    gate.add_argument("--base", metavar="REF")
    gate.add_argument("--head", metavar="REF", help="default: HEAD")
    gate.add_argument("--strict", action="store_true", help="inconclusive is exit code 3 and not 0")
    gate.add_argument("--shard", type=_shard, metavar="k/n", help="the k-th of n shares of the cells; see merge")
    gate.add_argument("--accepted", type=Path, metavar="FILE", help="default: accepted.toml of the head")
    compare = verbs.add_parser("compare", allow_abbrev=False, help="two folders, folder:lane, or git refs")
    compare.add_argument("things", nargs=2, metavar="A B")
    judge = verbs.add_parser("judge", allow_abbrev=False, help="verdict of raw data")
    judge.add_argument("things", nargs=1, metavar="RAW")
    merge = verbs.add_parser("merge", allow_abbrev=False, help="the shards of one gate, judged together")
    merge.add_argument("things", nargs="+", metavar="FOLDER")
    selftest = verbs.add_parser("selftest", allow_abbrev=False, help="collects false alarms and catches; resumes")
    selftest.add_argument("--suites", type=int, metavar="N", help="how many of each kind there are to be at the end")
    selftest.add_argument("--experiment", metavar="TEXT", help="only those whose names hold it, like 'one worker'")
    for verb in (judge, merge):
        verb.add_argument("--accepted", type=Path, metavar="FILE")
        verb.add_argument("--strict", action="store_true")
    for verb in (gate, compare, selftest):
        verb.add_argument("--seed", type=seed, metavar="N")
        verb.add_argument("--lanes", type=names, metavar="a,b",
                          help=f"default: {_OWN_LANE}, with --quick the first that can run; all: every one")
        verb.add_argument("--workloads", type=names, metavar="x,y")
        verb.add_argument("--workers", type=counts, metavar="1,2")
    for verb in (gate, compare):
        verb.add_argument("--quick", action="store_true", help="one lane, one case of each workload")
        verb.add_argument("--long", action="store_true", help="processes that measure for 0.2 s instead of 0.1")
    for verb in (gate, compare, judge, merge, selftest):
        verb.add_argument("--out", type=Path, metavar="DIR")
    return parser


def _shard(text: str) -> tuple[int, int]:
    index, slash, of = text.partition("/")
    if not (slash and index.isdigit() and of.isdigit() and 1 <= int(index) <= int(of) <= _MOST_SHARDS):
        raise argparse.ArgumentTypeError(f"'{text}' is no shard; give k/n like 1/4")
    return int(index), int(of)
