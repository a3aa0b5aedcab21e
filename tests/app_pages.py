"""A server of the page in a process of its own, and a browser that reports what it should not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from chromium import CHROMIUM, FLAGS

PATIENCE_MS = 240_000  # a busy machine is no failure


@dataclass
class Serving:
    """``kinefuse app`` at work."""

    process: subprocess.Popen
    address: str
    workspace: Path

    @property
    def home(self) -> str:
        """Its origin."""
        return self.address.split("/?")[0]

    def kill(self) -> None:
        """SIGKILL: it gets to say nothing."""
        os.kill(self.process.pid, signal.SIGKILL)
        self.process.wait()


@contextmanager
def serving(workspace: Path) -> Iterator[Serving]:
    """Start it on any free port, and end it."""
    words = ["-m", "kinefuse.cli.app", "app", "--port", "0", "--no-browser", "--workspace"]
    process = subprocess.Popen(
        [sys.executable, *words, str(workspace)],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )
    assert process.stdout is not None
    try:
        first = process.stdout.readline()
        assert first.startswith("Open http://127.0.0.1:"), first
        yield Serving(process, first.split()[1], workspace)
    finally:
        if process.poll() is None:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)
        process.stdout.close()


@dataclass
class Browser:
    """Chromium, and everything that a calm page does not do."""

    chromium: Any
    home: str = ""
    complaints: list[str] = field(default_factory=list)

    def page(self, **how):
        """A window of its own, without anybody's cookies."""
        context = self.chromium.new_context(accept_downloads=True, **how)
        page = context.new_page()
        page.set_default_timeout(PATIENCE_MS)
        page.on("console", lambda said: self._note(f"console: {said.text}", said.type))
        page.on("pageerror", lambda error: self._note(f"page: {error}", "error"))
        page.on("request", lambda request: self._outside(request.url))
        return page

    def forget(self) -> None:
        """Close all windows: an open one would go on asking for its server."""
        for context in list(self.chromium.contexts):
            context.close()

    def _note(self, words: str, kind: str) -> None:
        if kind in ("error", "warning"):
            self.complaints.append(words)

    def _outside(self, url: str) -> None:
        if not url.startswith((self.home, "data:", "blob:", "about:")):
            self.complaints.append(f"outside: {url}")


@contextmanager
def chromium() -> Iterator[Browser]:
    """Skip, by name, where there is none."""
    if CHROMIUM is None:
        pytest.skip("no chromium to open pages with")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield Browser(browser)
        browser.close()


def until(true, patience_s: float = 120.0) -> None:
    """Look until something is so."""
    end = time.monotonic() + patience_s
    while not true():
        assert time.monotonic() < end
        time.sleep(0.05)
