# SPDX-License-Identifier: Apache-2.0
"""Pictures of a report for the README: `python -m reports.tests.picture results/latest reports/sample`.

Wide and narrow, light and dark; every file below 400 kB, so that the README stays quick to open.
"""

import base64
import sys
from contextlib import closing
from pathlib import Path

from reports.tests.browser import MISSING, Browser

SHOTS = {  # Name: width, height, scheme, how many pixels of the screen to a pixel of the page.
    "report": (1440, 900, "light", 1), "report_dark": (1440, 900, "dark", 1),
    "report_narrow": (390, 844, "light", 2), "report_narrow_dark": (390, 844, "dark", 2)}
MOST_BYTES = 400_000


def take(page: Path, out: Path) -> list[Path]:
    taken = []
    with closing(Browser()) as browser:
        for name, (width, height, scheme, scale) in SHOTS.items():
            browser.size(width, height, scale)
            browser.prefer(scheme)
            browser.open(page)
            shot = browser.driver.execute_cdp_cmd("Page.captureScreenshot", {"format": "png"})
            (out / f"{name}.png").write_bytes(base64.b64decode(shot["data"]))
            taken.append(out / f"{name}.png")
    return taken


def main(folder: str, out: str) -> int:
    page = Path(folder).resolve() / "report.html"
    if MISSING or not page.is_file() or not Path(out).is_dir():
        print(f"picture: needs {' and '.join(MISSING) or f'{page} and the folder {out}'}", file=sys.stderr)
        return 2
    too_large = [file for file in take(page, Path(out)) if file.stat().st_size > MOST_BYTES]
    for file in too_large:
        print(f"picture: {file} has {file.stat().st_size:,} bytes, more than {MOST_BYTES:,}", file=sys.stderr)
    return 1 if too_large else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]))
