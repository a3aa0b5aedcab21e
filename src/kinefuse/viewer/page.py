"""One self-contained page to watch: no server, no network, opens in ten years."""

import json
from functools import cache
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path

from kinefuse.errors import UnequalLengths, UnequalRates
from kinefuse.estimation import Estimate
from kinefuse.recordings import JointAngles
from kinefuse.viewer.recording_data import recording_data
from kinefuse.whole_files import write_text

PLACE = "{{recording}}"
"""Where the built page (``viewer/``) wants its data."""
# In a script element only '<' can end it or begin a comment; the two separators end a line in old
# JavaScript. All are the same characters to whoever parses the JSON.
_ESCAPES = {
    "<": "\\u003c",
    ">": "\\u003e",
    "&": "\\u0026",
    "\u2028": "\\u2028",
    "\u2029": "\\u2029",
}


def write_view(
    estimate: Estimate,
    path: Path,
    truth: JointAngles | None = None,
    height_m: float | None = None,
) -> None:
    """Write the page; a reader never meets half of it, since it is renamed into its place.

    Args:
        estimate: What was found.
        path: The file; an existing one is replaced.
        truth: Known angles at the same rate and of the same length, to be shown as a ghost.
        height_m: Of the person; without it, bones have the lengths of somebody of usual height.

    Raises:
        UnequalRates: Truth and estimate have different rates.
        UnequalLengths: Truth and estimate differ in their number of samples.
    """
    write_text(path, render(estimate, truth, height_m))


def render(
    estimate: Estimate, truth: JointAngles | None = None, height_m: float | None = None
) -> str:
    """The page as text; arguments and errors as of ``write_view``."""
    if truth:
        _check_alike(estimate, truth)
    data = recording_data(estimate, truth, height_m) | {"kinefuse": version("kinefuse")}
    before, after = built_page().split(PLACE)
    return before + script_safe(data) + after


@cache
def built_page() -> str:
    """The page without data, as ``make viewer`` built it."""
    return (files("kinefuse.viewer") / "data" / "view.html").read_text(encoding="utf-8")


def script_safe(data: object) -> str:
    """JSON that cannot leave the script element it is put into, whatever names it holds."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return text.translate(str.maketrans(_ESCAPES))


def _check_alike(estimate: Estimate, truth: JointAngles) -> None:
    rates = {estimate.angles.rate_hz, truth.rate_hz}
    if len(rates) > 1:
        raise UnequalRates(f"{estimate.session_name} and its truth", rates)
    lengths = {"estimate": estimate.angles.samples, "truth": truth.samples}
    if len(set(lengths.values())) > 1:
        raise UnequalLengths(f"{estimate.session_name} and its truth", lengths)
