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
SOFTWARE = "--enable-unsafe-swiftshader"  # draws WebGL without a graphics card
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="no chromium to open pages with")


@pytest.fixture(scope="module")
def browser():
    """Chromium, which draws bodies in software; tests are skipped, by name, without it."""
    if CHROMIUM is None:
        pytest.skip("no chromium to open pages with")
    sync_api = pytest.importorskip("playwright.sync_api", reason="no playwright")
    with sync_api.sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, SOFTWARE])
        yield opened
        opened.close()


def until(page, true: str, patience_s: float = 60.0) -> None:
    """Wait until an expression is true.

    Asked from outside, since a page's policy may forbid code made of strings, which
    ``wait_for_function`` is.
    """
    end = time.monotonic() + patience_s
    while not page.evaluate(true):
        assert time.monotonic() < end, true
        page.wait_for_timeout(20)
