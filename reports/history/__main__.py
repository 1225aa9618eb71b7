# SPDX-License-Identifier: Apache-2.0
"""`python -m reports.history import DIR... | list | show CELL [--chart FILE.svg]`, with `--store FILE-OR-URL`.

Exit codes: 0 done, 2 bad input (one line on stderr; a folder is imported whole or not at all).
"""

import argparse
import sys
from pathlib import Path

from reports.bad_input import BadInput
from reports.charts import still, trend
from reports.history import importing, series, telling
from reports.history.store import Store


def _import(store: Store, folders: list[Path]) -> None:
    for folder in folders:
        added = importing.import_folder(store, folder.resolve())
        print(f"{folder}: {'imported' if added else 'already there'}")


def _show(store: Store, text: str, chart: Path | None) -> None:
    found = series.read(store, series.parse(text))
    if not found:
        raise BadInput(text, "not in the store", "see `history list`, or import a run that has it")
    if chart and chart.suffix not in (".svg", ".png"):
        raise BadInput(chart, "neither .svg nor .png", "give the chart one of these endings")
    if chart and len(found) > 1:
        raise BadInput(text, f"{len(found)} machines have this cell", "keep a store per machine to draw it")
    for one in found:
        print("\n".join(telling.show(one)))
    if chart:
        spec = trend.of_series(found[0])
        try:
            chart.write_bytes(still.png(spec) if chart.suffix == ".png" else still.svg(spec).encode())
        except OSError as error:
            raise BadInput(chart, f"cannot be written ({error.strerror})", "give a file in a folder we may write")
        print(chart)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="./run_all.sh history", allow_abbrev=False,
                                     description="When a cell changed, and at which commit.")
    parser.add_argument("--store", default="results/history.sqlite", metavar="FILE-OR-URL",
                        help="an SQLite file, or postgresql://USER@HOST/NAME (default: %(default)s)")
    verbs = parser.add_subparsers(dest="verb", metavar="VERB")
    one = verbs.add_parser("import", help="add result folders to the store; what is there is left alone")
    one.add_argument("folders", type=Path, nargs="+", metavar="DIR")
    verbs.add_parser("list", help="every cell in the store, with its last figure and last change (the default)")
    two = verbs.add_parser("show", help="all runs of one cell, and where its level changed")
    two.add_argument("cell", metavar="LANE/WORKLOAD/PARAMS/wN")
    two.add_argument("--chart", type=Path, metavar="FILE.svg", help="draw it too (.svg or .png)")
    told = parser.parse_args(arguments)
    try:
        if "://" not in told.store:
            if told.verb != "import" and not Path(told.store).is_file():
                raise BadInput(told.store, "no store there yet", "./run_all.sh history import DIR makes it")
            if not Path(told.store).resolve().parent.is_dir():
                raise BadInput(told.store, "no folder for it", "make the folder or give another --store")
        store = Store(told.store)
        try:
            if told.verb == "import":
                _import(store, told.folders)
            elif told.verb == "show":
                _show(store, told.cell, told.chart)
            else:
                print("\n".join(telling.listing(series.read(store))) or "the store is empty")
        finally:
            store.close()
    except BadInput as error:
        print(f"history: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
