# SPDX-License-Identifier: Apache-2.0
"""A real browser without a window: opens report.html from the disk as a reader does, and tells what it did.

Debian's Chromium and its driver; where they are missing the tests that need them are skipped and say so.
"""

import shutil
import tempfile
import time
from pathlib import Path

import pytest
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

_FLAGS = ("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
          "--disable-background-networking", "--disable-component-update", "--disable-sync",
          "--disable-dev-shm-usage")
_PATIENCE = 60.0  # Seconds; a loaded machine draws slowly.
MISSING = [name for name in ("chromium", "chromedriver") if shutil.which(name) is None]
needs_browser = pytest.mark.skipif(
    bool(MISSING), reason=f"{' and '.join(MISSING)} not found: sudo apt-get install chromium chromium-driver")


class Browser:
    def __init__(self) -> None:
        self._profile = tempfile.TemporaryDirectory(prefix="gauntlet_browser_")
        options = webdriver.ChromeOptions()
        options.binary_location = shutil.which("chromium")
        for flag in (*_FLAGS, f"--user-data-dir={self._profile.name}"):
            options.add_argument(flag)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
        self.driver = webdriver.Chrome(options=options, service=Service(shutil.which("chromedriver")))

    def close(self) -> None:
        self.driver.quit()
        self._profile.cleanup()

    def size(self, width: int, height: int = 900, scale: float = 1) -> None:
        self.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", {
            "width": width, "height": height, "deviceScaleFactor": scale, "mobile": False})

    def prefer(self, scheme: str, media: str = "") -> None:
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {
            "media": media, "features": [{"name": "prefers-color-scheme", "value": scheme}]})

    def open(self, page: Path, hash_: str = "") -> None:
        """A fresh load, until every chart that is shown is drawn."""
        self.driver.get("about:blank")
        self.driver.get_log("browser")
        self.driver.get_log("performance")
        self.driver.get(page.as_uri() + hash_)
        self.settle()

    def settle(self) -> None:
        self.until("document.documentElement.classList.contains('drawn')")

    def until(self, condition: str) -> None:
        deadline = time.monotonic() + _PATIENCE
        while not self.run(f"return !!({condition})"):
            assert time.monotonic() < deadline, f"still not so after {_PATIENCE:.0f} s: {condition}"
            time.sleep(0.02)

    def run(self, script: str, *arguments: object) -> object:
        return self.driver.execute_script(script, *arguments)

    def complaints(self) -> list[str]:
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def requests(self) -> list[str]:
        """What was asked of anybody since `open`, but for the page itself and data within it."""
        found = []
        for entry in self.driver.get_log("performance"):
            if '"Network.requestWillBeSent"' in entry["message"]:
                url = entry["message"].split('"url":"', 1)[1].split('"', 1)[0]
                if not url.startswith(("file:", "data:", "blob:", "about:")):
                    found.append(url)
        return found
