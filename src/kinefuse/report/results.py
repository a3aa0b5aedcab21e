"""What a folder of results says, as far as comparing it with others needs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.angle_tables import read_angles
from kinefuse.gait_events import StridePhases, phases_by_side
from kinefuse.recordings import JointAngles
from kinefuse.report.cycles import Cycles, cut_cycles

Times = Mapping[str, Float[np.ndarray, " _event"]]


@dataclass(frozen=True, kw_only=True)
class Result:
    """Angles of one recording, and when its feet met and left the ground."""

    name: str
    activity: str
    method: str
    model: str | None
    angles: JointAngles
    contacts_s: Times
    toe_offs_s: Times

    @cached_property
    def cycles(self) -> dict[str, Cycles]:
        """Strides of every joint."""
        return cut_cycles(self.angles, self.contacts_s)

    @cached_property
    def phases(self) -> dict[str, StridePhases]:
        """Stance and swing, by side."""
        return phases_by_side(self.contacts_s, self.toe_offs_s)


def read_result(folder: Path) -> Result:
    """The folder that ``kinefuse estimate`` or ``demo`` wrote.

    Raises:
        UnreadableFile: A file of it is missing, no JSON, or from before contacts were kept.
    """
    summary = _summary(folder)
    try:
        gait = summary["gait"]
        contacts, toe_offs = (
            {side: np.array(found[key], dtype=float) for side, found in gait.items()}
            for key in ("contacts_s", "toe_offs_s")
        )
        words = {key: str(summary[key]) for key in ("session", "activity", "method")}
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UnreadableFile(
            folder / "summary.json",
            f"it does not say what a comparison needs ({error})",
            "estimate the recording again with this version",
        ) from error
    angles, _ = read_angles(folder / "angles.csv")
    model = summary.get("model")
    return Result(
        name=folder.name or words["session"],
        activity=words["activity"],
        method=words["method"],
        model=str(model) if model else None,
        angles=angles,
        contacts_s=contacts,
        toe_offs_s=toe_offs,
    )


def with_truth(result: Result, truth: JointAngles) -> tuple[Result, Result]:
    """A result and the truth over the same samples and strides; both begin at the same instant.

    The truth is interpolated to the result's times. Where one of them is unknown, both are.
    """
    known = [name for name in result.angles.angles_rad if name in truth.angles_rad]
    at_samples = truth.at_samples_of(result.angles)
    ours, theirs = {}, {}
    for name in known:
        true = at_samples.angles_rad[name]
        either = np.isnan(true) | np.isnan(result.angles.angles_rad[name])
        ours[name] = np.where(either, np.nan, result.angles.angles_rad[name])
        theirs[name] = np.where(either, np.nan, true)
    return _with_angles(result, result.name, ours), _with_angles(result, "truth", theirs)


def _with_angles(result: Result, name: str, angles_rad: dict) -> Result:
    angles = JointAngles(rate_hz=result.angles.rate_hz, angles_rad=angles_rad)
    return replace(result, name=name, angles=angles)


def _summary(folder: Path) -> dict:
    path = folder / "summary.json"
    if not path.is_file():
        raise UnreadableFile(
            folder, "no folder of results", "name one that 'kinefuse estimate --out' wrote"
        )
    try:
        found = json.loads(path.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFile(path, "no JSON", "estimate the recording again") from error
    if not isinstance(found, dict):
        raise UnreadableFile(path, "no summary", "estimate the recording again")
    return found
