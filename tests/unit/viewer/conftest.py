"""A browser to open pages with."""

import pytest
from playwright.sync_api import sync_playwright

from chromium import CHROMIUM, FLAGS

SOFTWARE = "--enable-unsafe-swiftshader"


@pytest.fixture(scope="module")
def browser():
    """Chromium, which draws the body in software; tests are skipped, by name, without it."""
    if CHROMIUM is None:
        pytest.skip("no chromium to open pages with")
    with sync_playwright() as play:
        opened = play.chromium.launch(executable_path=CHROMIUM, args=[*FLAGS, SOFTWARE])
        yield opened
        opened.close()
