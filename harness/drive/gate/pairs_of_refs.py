# SPDX-License-Identifier: Apache-2.0
"""`compare A B`: two folders are read, two commits are built and measured in pairs first."""

from dataclasses import replace
from pathlib import Path

from reports.compare import __main__ as telling
from reports.compare import comparison, side
from reports.gate import merge, rules
from reports.whole import write_all

from ..folder import make_folder
from ..interrupt import Interrupt
from ..preflight import preflight
from ..progress import make_progress
from ..refusal import Refusal
from . import collect
from .options import Options
from .tree import resolve


def compare(options: Options, root: Path) -> int:
    folders = [side.looks_like_one(thing) for thing in options.things]
    if all(folders):
        telling.tell(comparison.of_sides(*map(side.read, options.things)), options.out)
        return 0
    for thing, is_folder in zip(options.things, folders):
        if not is_folder:
            _must_be_ref(root, thing)
    if any(folders):
        raise Refusal(f"'{options.things[0]}' and '{options.things[1]}' are a folder and a commit; name two of a kind")
    return _measure(options, root)


def _must_be_ref(root: Path, thing: str) -> None:
    try:
        resolve(root, thing)
    except Refusal:
        raise Refusal(f"'{thing}' is neither a result folder, nor FOLDER:LANE, nor a commit; ./run_all.sh makes "
                      "folders below results/") from None


def _measure(options: Options, root: Path) -> int:
    folder = make_folder(root, options.out)
    options = replace(options, base=options.things[0], head=options.things[1])
    with Interrupt() as interrupt:
        for warning in preflight(folder):
            collect.say(f"caution: {warning}")
        built = collect.build(root, options, judged=False)
        progress = make_progress()
        try:
            shard = collect.pairs_only(options, built, folder, interrupt, progress)
        finally:
            progress.close()
    write_all(folder, {"raw.json": merge.text([shard])})
    telling.tell(comparison.of_raw(folder / "raw.json"), folder)
    collect.say(f"compare: {rules.SCREEN_PAIRS} pairs a cell, {folder}")
    return 0
