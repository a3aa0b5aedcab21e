"""The browser in which tests open pages, where there is one; and how it is started."""

import shutil
import time

import pytest

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium to open pages with")


def until(page, true: str, patience_s: float = 60.0) -> None:
    """Wait until an expression is true.

    Asked from outside, since a page's policy may forbid code made of strings, which
    ``wait_for_function`` is.
    """
    end = time.monotonic() + patience_s
    while not page.evaluate(true):
        assert time.monotonic() < end, true
        page.wait_for_timeout(20)
