"""Which curves over the gait cycle are drawn together on a recording's page."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.report.certainty import NINETY
from kinefuse.report.cycle_drawing import HEIGHT, WIDTH, Band, Scene, drawing
from kinefuse.report.cycles import Cycles
from kinefuse.report.normal_band import NormalBand
from kinefuse.report.side_tests import SideTest

__all__ = ["HEIGHT", "PLANE_WORDS", "WIDTH", "Panel", "plot_cycles"]

PLANE_WORDS = {
    "hip": ("flexion", "adduction", "internal rotation"),
    "knee": ("flexion", "adduction", "internal rotation"),
    "ankle": ("dorsiflexion", "inversion", "internal rotation"),
}
"""What a positive angle of each plane is called, a joint."""


@dataclass(frozen=True)
class Panel:
    """One drawing and what it shows."""

    title: str
    svg: str


def plot_cycles(
    cycles: Mapping[str, Cycles],
    truth: Mapping[str, Cycles] | None = None,
    normal: NormalBand | None = None,
    toe_offs_percent: Mapping[str, float] | None = None,
    tests: Mapping[tuple[str, int], SideTest] | None = None,
) -> list[Panel]:
    """A panel for every joint and plane that has strides; joints in rows, planes in columns.

    Args:
        cycles: Of the estimate.
        truth: Of known angles, as thin lines.
        normal: Healthy people, behind.
        toe_offs_percent: When each foot leaves the ground, by side.
        tests: Right against left, by kind of joint and number of the plane.
    """
    panels = []
    for kind in JOINT_KINDS:
        for i, plane in enumerate(PLANES):
            bands = [
                *_bands(cycles, kind, i, "estimate"),
                *_bands(truth or {}, kind, i, "truth"),
            ]
            if bands:
                title = f"{kind.capitalize()} {PLANE_WORDS[kind][i]}"
                test = (tests or {}).get((kind, i))
                scene = Scene(
                    title=title,
                    told=_told(title, bands),
                    bands=bands,
                    normal=normal.of(kind, plane) if normal else None,
                    toe_offs_percent=toe_offs_percent or {},
                    differs=test.curves.differs if test else None,
                    beyond=test.beyond_error if test else None,
                )
                panels.append(Panel(title, drawing(scene)))
    return panels


def _told(title: str, bands: list[Band]) -> str:
    words = {"r": "right", "l": "left"}
    spans = [
        f"{words[band.side]} from {band.mean_deg.min():.0f} to {band.mean_deg.max():.0f} degrees"
        for band in bands
        if band.kind == "estimate"
    ]
    return f"{title}, mean and standard deviation over the gait cycle: {', '.join(spans)}"


def _bands(cycles: Mapping[str, Cycles], kind: str, plane: int, what: str) -> list[Band]:
    return [
        _band(side, cycles[f"{kind}_{side}"], plane, what)
        for side in SIDES
        if f"{kind}_{side}" in cycles
    ]


def _band(side: str, cycles: Cycles, plane: int, what: str) -> Band:
    known = None if cycles.error_sd_rad is None else cycles.error_sd_rad[:, plane]
    return Band(
        side,
        np.rad2deg(cycles.mean_rad[:, plane]),
        np.rad2deg(cycles.sd_rad[:, plane]),
        what,
        None if known is None else NINETY * np.rad2deg(known),
    )
