"""The published demo's tree of ``.npy`` files: both legs, and scores if the truth is there.

A model in the published format hears exactly what the demo would let it hear: its sensors are
in the segments' axes already. Any other method sees a recording like every other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.errors import UnequalLengths, UnreadableFile

if TYPE_CHECKING:
    from kinefuse.alignment import SegmentAlignment
    from kinefuse.recordings import ImuSession, JointAngles


@dataclass(frozen=True, kw_only=True)
class Demo:
    """A recording of the demo's."""

    session: "ImuSession"
    truth: "JointAngles | None"
    alignment: "Mapping[str, SegmentAlignment] | None"
    """None where it has to be found."""


def read_demo(root: Path, joint: str | None, *, as_published: bool) -> Demo:
    """Signals and truth of one joint, or of all.

    Args:
        root: Holds Hip, Knee and Ankle, or some of them.
        joint: hip, knee or ankle; None is all.
        as_published: Whether a network in the published format will hear them.

    Raises:
        UnreadableFile: The joint is not there, or a file is damaged.
        UnequalLengths: The truth is of another length than the signals.
    """
    from kinefuse.formats import published_npy

    folder = _folder(root, joint)
    if not published_npy.recognises(folder):
        raise UnreadableFile(
            folder,
            "no Right_seg1_acc.npy and so on is here",
            f"give {published_npy.FORMAT.description}",
        )
    undo = published_npy.SIMULATED if as_published else published_npy.NEGATED
    session = published_npy.read(folder, upside_down=undo)
    truth = published_npy.read_truth(folder)
    if truth is not None and truth.samples != session.samples:
        lengths = {"signals": session.samples, "true angles": truth.samples}
        raise UnequalLengths(str(folder), lengths)
    alignment = _in_place(session) if as_published else None
    return Demo(session=session, truth=truth, alignment=alignment)


def scores_deg(found: "JointAngles", truth: "JointAngles") -> list[dict[str, object]]:
    """A row a joint and plane: RMSE [deg], raw and with both means removed."""
    import numpy as np

    from kinefuse.anatomy.joints import JOINTS, PLANES
    from kinefuse.metrics import rmse, rmse_mean_removed

    rows: list[dict[str, object]] = []
    for name in (n for n in JOINTS if n in found.angles_rad and n in truth.angles_rad):
        pair = found.angles_rad[name], truth.angles_rad[name]
        raw, shape = (np.rad2deg(score(*pair)) for score in (rmse, rmse_mean_removed))
        rows += [
            {
                "joint": name,
                "plane": plane,
                "rmse_deg": float(raw[i]),
                "rmse_mean_removed_deg": float(shape[i]),
            }
            for i, plane in enumerate(PLANES)
        ]
    return rows


def print_scores(rows: list[dict[str, object]]) -> None:
    """One line a joint and plane."""
    print(f"{'joint':<9}{'plane':<12}{'RMSE':>8}{'mean removed':>15}")
    for row in rows:
        print(
            f"{row['joint']:<9}{row['plane']:<12}{row['rmse_deg']:>7.2f}°"
            f"{row['rmse_mean_removed_deg']:>14.2f}°"
        )


def _folder(root: Path, joint: str | None) -> Path:
    if not root.is_dir():
        raise UnreadableFile(root, "there is no such directory", "check the path")
    if joint is None or root.name.lower() == joint.lower():
        return root
    found = [d for d in sorted(root.iterdir()) if d.is_dir() and d.name.lower() == joint.lower()]
    if not found:
        there = ", ".join(d.name for d in sorted(root.iterdir()) if d.is_dir()) or "nothing"
        raise UnreadableFile(root, f"it holds no directory {joint} (but {there})", "name another")
    return found[0]


def _in_place(session: "ImuSession") -> "dict[str, SegmentAlignment]":
    """Sensors that were turned into their segments' axes before."""
    import numpy as np

    from kinefuse.alignment import SegmentAlignment

    return {
        segment: SegmentAlignment(
            segment=segment,
            R_segment_sensor=np.eye(3),
            method="as the published format states: x forward, y up, z right",
            tilt_sd_deg=np.nan,
            heading_sd_deg=np.nan,
        )
        for segment in session.sensors
    }
