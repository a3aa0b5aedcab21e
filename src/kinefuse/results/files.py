"""The files that an estimate becomes."""

import json
import math
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.formats.angle_files import write_angles_csv, write_angles_mot
from kinefuse.report import write_report
from kinefuse.saved_estimate import ESTIMATE_FILE, write_estimate
from kinefuse.viewer import write_view
from kinefuse.whole_files import write_text

if TYPE_CHECKING:
    from kinefuse.estimation import Estimate
    from kinefuse.recordings import JointAngles


def write_results(
    folder: Path,
    found: "Estimate",
    *,
    recording: Path | None,
    notes: Sequence[str] = (),
    truth: "JointAngles | None" = None,
    told: Mapping[str, object] | None = None,
) -> None:
    """Write the tables, ``estimate.h5``, ``summary.json``, ``report.html`` and ``view.html``.

    Args:
        folder: An existing folder.
        found: The estimate.
        recording: Where the recording was read from, for the summary; None if nobody knows.
        notes: What reading it left out or converted.
        truth: Known angles, for the report to show beside.
        told: What else the summary is to say.
    """
    write_angles_csv(folder / "angles.csv", found.angles, found.angles_sd_rad)
    write_angles_mot(folder / "angles.mot", found.angles)
    write_estimate(folder / ESTIMATE_FILE, found)
    summary = {
        "kinefuse": version("kinefuse"),
        "recording": None if recording is None else str(recording),
        "notes": list(notes),
        **found.summary(),
        **(told or {}),
    }
    text = json.dumps(_plain(summary), indent=2, allow_nan=False)
    write_text(folder / "summary.json", text + "\n")
    write_report(found, folder / "report.html", truth, found.person.height_m)
    write_view(found, folder / "view.html", truth, found.person.height_m)


def _plain(value: object) -> object:
    """Only what JSON has: NaN, which it has not, becomes null."""
    if isinstance(value, Mapping):
        return {str(key): _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value
