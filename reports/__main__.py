# SPDX-License-Identifier: Apache-2.0
"""`python -m reports build RESULTS_DIR`, `charts RESULTS_DIR` and `check FILE...`

Exit codes: 0 done, 2 bad input (one line on stderr; nothing is written).
"""

import argparse
import json
import sys
from pathlib import Path

from reports import cell, journal, load, matrix, render, summary
from reports.bad_input import BadInput
from reports.charts import still
from reports.history.store import Store
from reports.page import trends
from reports.whole import write_all


def _trends(path: Path, where: str | None, whole: dict) -> trends.Trends | None:
    """From the store given, else from the one beside the result folder, else none."""
    beside = path.resolve().parent / "history.sqlite"
    if where is None and not beside.is_file():
        return None
    if where and "://" not in where and not Path(where).is_file():
        raise BadInput(where, "no store there", "./run_all.sh history import DIR makes one")
    store = Store(where or str(beside))
    try:
        return trends.read(store, whole)
    finally:
        store.close()


def build(path: Path, history: str | None) -> None:
    folder = load.load(path)
    cells = cell.cells(folder)
    whole = summary.summarise(folder, cells)
    summary.check(whole, path / "summary.json")
    write_all(path, {
        "summary.json": summary.text(whole),
        "report.html": render.html(whole, cells, folder, _trends(path, history, whole)),
        "report.md": render.markdown(whole, cells, folder),
    })
    print(path / "report.html")


def draw(path: Path, png: bool) -> None:
    """charts/*.svg of a result folder, and charts/*.png where asked for."""
    folder = load.load(path)
    cells = cell.cells(folder)
    whole = summary.summarise(folder, cells)
    specs = still.draw(cells, matrix.lanes_of(whole), matrix.main_workers(whole))
    texts: dict[str, str | bytes] = {f"{name}.svg": still.svg(spec) for name, spec in specs.items()}
    if png:
        texts |= {f"{name}.png": still.png(spec) for name, spec in specs.items()}
    (path / "charts").mkdir(exist_ok=True)
    write_all(path / "charts", texts)
    print(path / "charts")


def check(path: Path) -> None:
    """A summary, a result file or a journal, told apart by what is in it."""
    if path.suffix == ".jsonl":
        journal.read(path)
        return
    raw = load.read_json(path)
    if isinstance(raw, dict) and "benchmarks" in raw:
        load.read_result(path)
        return
    if isinstance(raw, dict) and raw.get("schema") != 1 and "cells" in raw:
        raise BadInput(path, f"schema is {json.dumps(raw.get('schema'))}, this tree reads 1",
                       "use the reports package of the commit that made it")
    summary.check(raw, path)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m reports", description=__doc__.splitlines()[0])
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    one = verbs.add_parser("build", help="write summary.json, report.html and report.md of a result folder")
    one.add_argument("folder", type=Path, metavar="RESULTS_DIR")
    one.add_argument("--history", metavar="FILE-OR-URL", help="a store of earlier runs (default: history.sqlite "
                     "beside the folder, where there is one)")
    drawn = verbs.add_parser("charts", help="draw the charts of a result folder as files, in its folder charts/")
    drawn.add_argument("folder", type=Path, metavar="RESULTS_DIR")
    drawn.add_argument("--png", action="store_true", help="as PNG too")
    many = verbs.add_parser("check", help="validate summaries, result files and journals")
    many.add_argument("files", type=Path, nargs="+", metavar="FILE")
    told = parser.parse_args(arguments)
    try:
        if told.verb == "build":
            build(told.folder, told.history)
        elif told.verb == "charts":
            draw(told.folder, told.png)
        else:
            for file in told.files:
                check(file)
    except BadInput as error:
        print(f"reports: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
