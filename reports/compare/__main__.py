# SPDX-License-Identifier: Apache-2.0
"""`python -m reports.compare A B`: two result folders, or two lanes as FOLDER:LANE, or one raw.json with pairs.

Exit codes: 0 compared, 2 bad input (one line on stderr; nothing is written).
"""

import argparse
import sys
from pathlib import Path

from rich.console import Console

from reports.bad_input import BadInput
from reports.compare import comparison, side, table
from reports.compare.comparison import Comparison
from reports.whole import write_all


def tell(told: Comparison, out: Path | None) -> None:
    """On the terminal, and as compare.md, compare.csv and compare.json where a folder was named."""
    if out is not None:
        try:
            out.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInput(out, f"cannot be made ({error.strerror})", "choose another folder with --out")
        write_all(out, {"compare.md": table.markdown(told), "compare.csv": table.as_csv(told),
                        "compare.json": table.as_json(told)})
    table.show(told, Console(file=sys.stdout, highlight=False, width=None if sys.stdout.isatty() else 160))


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m reports.compare", description=__doc__.splitlines()[0])
    parser.add_argument("sides", nargs="+", metavar="A B")
    parser.add_argument("--out", type=Path, metavar="DIR")
    given = parser.parse_args(arguments)
    try:
        if len(given.sides) == 1:
            told = comparison.of_raw(Path(given.sides[0]))
        elif len(given.sides) == 2:
            told = comparison.of_sides(*map(side.read, given.sides))
        else:
            raise BadInput("compare", f"{len(given.sides)} sides", "name two")
        tell(told, given.out)
    except BadInput as error:
        print(f"gauntlet: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
