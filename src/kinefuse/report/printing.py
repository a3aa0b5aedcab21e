"""A page on paper: printed to PDF by a Chromium that is already there."""

import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from kinefuse.errors import KinefuseError
from kinefuse.whole_files import written_whole

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
"""Names under which one is looked for."""
VARIABLE = "KINEFUSE_CHROMIUM"
LONGEST_S = 180.0  # an hour's page on a busy machine takes 20
_FLAGS = (
    "--headless",
    "--no-sandbox",  # the page is ours, and containers allow no other
    "--disable-gpu",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-pdf-header-footer",
)


class NoBrowser(KinefuseError):
    """Nothing is there that could print a page."""

    def __init__(self, named: str | None) -> None:
        tried = f"{VARIABLE}={named} is no program" if named else "no Chromium was found"
        super().__init__(
            f"{tried}, and printing to PDF needs one; install chromium or google-chrome, name "
            f"it in {VARIABLE}, or print the page from any browser."
        )


class NotPrinted(KinefuseError):
    """The browser gave no PDF."""

    def __init__(self, page: Path, browser: Path, why: str) -> None:
        super().__init__(
            f"{page}: {browser} printed nothing ({why}); name another Chromium in {VARIABLE}, or "
            "print the page from any browser."
        )


def find_browser() -> Path:
    """The Chromium to print with: the one that ``KINEFUSE_CHROMIUM`` names, or one on the path.

    Raises:
        NoBrowser: There is none.
    """
    named = os.environ.get(VARIABLE)
    for name in (named,) if named else BROWSERS:
        found = shutil.which(name)
        if found:
            return Path(found)
    raise NoBrowser(named)


def print_page(page: Path, pdf: Path, browser: Path) -> None:
    """Write the PDF of a page; an existing one is replaced, by a whole one only.

    Raises:
        NotPrinted: The browser failed or took too long.
    """
    with tempfile.TemporaryDirectory() as profile, written_whole(pdf) as beside:
        command = [
            str(browser),
            *_FLAGS,
            f"--user-data-dir={profile}",
            f"--print-to-pdf={beside.absolute()}",
            page.absolute().as_uri(),
        ]
        try:
            done = subprocess.run(command, capture_output=True, timeout=LONGEST_S, check=False)
        except subprocess.TimeoutExpired as error:
            raise NotPrinted(page, browser, f"it took over {LONGEST_S:.0f} s") from error
        except OSError as error:
            raise NotPrinted(page, browser, str(error.strerror)) from error
        if not beside.is_file() or not beside.read_bytes().startswith(b"%PDF"):
            raise NotPrinted(page, browser, f"exit code {done.returncode}")
