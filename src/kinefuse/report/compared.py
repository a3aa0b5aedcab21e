"""Two sets of recordings, or two sides of them, against each other.

What is exchanged in a permutation is a *case*: a stride where each side of the comparison is one
recording, and otherwise the mean stride of a recording.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import KinefuseError
from kinefuse.gait_events import StridePhases
from kinefuse.report.results import Result
from kinefuse.report.timing import QUANTITIES
from kinefuse.statistics import (
    Agreement,
    CurveTest,
    Interval,
    Reliability,
    bland_altman,
    compare_curves,
    compare_paired_curves,
    intraclass_correlations,
    of_difference,
    of_mean,
)

FEWEST_FOR_AGREEMENT = 3
FIGURES: Mapping[str, Callable[[np.ndarray], np.ndarray]] = {
    "range": lambda strides: np.ptp(strides, axis=1),
    "highest": lambda strides: strides.max(axis=1),
    "lowest": lambda strides: strides.min(axis=1),
}
"""Numbers of every stride [deg], from curves (stride, point, plane)."""


class NothingToCompare(KinefuseError):
    """Two sets of recordings share no joint with enough cases."""

    def __init__(self, first: str, second: str, why: str) -> None:
        super().__init__(
            f"{first} and {second} cannot be compared: {why}; choose other recordings."
        )


@dataclass(frozen=True, kw_only=True)
class Group:
    """One side of a comparison."""

    name: str
    results: Sequence[Result]
    joints: Mapping[str, str]
    """Joint of the results by the name it is compared under: 'knee_r' or, of sides, 'knee'."""


@dataclass(frozen=True)
class Cases:
    """Every case of one joint [deg]."""

    curves: Float[np.ndarray, "_case _point 3"]
    figures: Mapping[str, Float[np.ndarray, "_case 3"]]


@dataclass(frozen=True, kw_only=True)
class CurveRow:
    """One joint and plane."""

    joint: str
    plane: int
    first: Float[np.ndarray, "_case _point"]
    second: Float[np.ndarray, "_other_case _point"]
    test: CurveTest


@dataclass(frozen=True, kw_only=True)
class FigureRow:
    """One number of one joint and plane, or of the timing of one side."""

    joint: str
    plane: int | None
    figure: str
    unit: str
    first: Interval
    second: Interval
    difference: Interval
    agreement: Agreement | None = None
    reliability: Reliability | None = None
    pairs: tuple[np.ndarray, np.ndarray] | None = None


@dataclass(frozen=True, kw_only=True)
class Compared:
    """All that was found."""

    first: Group
    second: Group
    paired: bool
    unit: str
    """'stride' or 'recording': what was exchanged."""
    cases: tuple[int, int]
    curves: Sequence[CurveRow]
    figures: Sequence[FigureRow]
    timing: Sequence[FigureRow]

    @property
    def differing(self) -> int:
        """How many curves differ."""
        return sum(bool(row.test.differs.any()) for row in self.curves)

    @property
    def can_tell(self) -> bool:
        """Whether there are cases enough for any difference to be called one."""
        return any(row.test.can_tell for row in self.curves)


def by_joint(name: str, results: Sequence[Result]) -> Group:
    """Recordings under the names of their joints."""
    return Group(name=name, results=results, joints={joint: joint for joint in JOINTS})


def by_side(side: str, results: Sequence[Result]) -> Group:
    """One side of recordings, under the names of kinds of joints."""
    words = {"r": "right", "l": "left"}
    joints = {kind: f"{kind}_{side}" for kind in JOINT_KINDS}
    return Group(name=words[side], results=results, joints=joints)


def compared(first: Group, second: Group, rng: np.random.Generator, *, paired: bool) -> Compared:
    """Curves by permutation, numbers by Student's and Welch's intervals.

    Args:
        first: One side; differences are first less second.
        second: The other.
        rng: For permutations where there are too many to try them all.
        paired: Whether case i of the first belongs to case i of the second.

    Raises:
        NothingToCompare: No joint has two cases on both sides, or pairs do not match.
    """
    if paired and len(first.results) != len(second.results):
        raise NothingToCompare(first.name, second.name, "pairs need as many on either side")
    unit = "stride" if len(first.results) == len(second.results) == 1 else "recording"
    curves, figures, counts = [], [], (0, 0)
    for joint in first.joints:
        both = _both_cases(first, second, joint, unit, paired)
        if both:
            counts = max(counts, (len(both[0].curves), len(both[1].curves)))
            curves += _curve_rows(joint, *both, rng, paired)
            figures += _figure_rows(joint, *both, paired)
    if not curves:
        raise NothingToCompare(first.name, second.name, _WHY_NOTHING[unit])
    return Compared(
        first=first,
        second=second,
        paired=paired,
        unit=unit,
        cases=counts,
        curves=curves,
        figures=figures,
        timing=_timing_rows(first, second, unit, paired),
    )


_WHY_NOTHING = {
    "stride": "no joint has two strides on both sides",
    "recording": "no joint is known of two recordings on both sides",
}


def _both_cases(
    first: Group, second: Group, joint: str, unit: str, paired: bool
) -> tuple[Cases, Cases] | None:
    """None where either has less than two; of pairs, only those where both know the joint."""
    known = [
        [group.joints.get(joint) in result.cycles for result in group.results]
        for group in (first, second)
    ]
    if paired:
        known = [[a and b for a, b in zip(*known, strict=True)]] * 2
    a, b = (
        _cases(group, group.joints.get(joint, ""), unit, kept)
        for group, kept in zip((first, second), known, strict=True)
    )
    if a is None or b is None or min(len(a.curves), len(b.curves)) < 2:
        return None
    if paired and len(a.curves) != len(b.curves):
        raise NothingToCompare(first.name, second.name, f"{joint} has no pair for every stride")
    return a, b


def _cases(group: Group, joint: str, unit: str, kept: Sequence[bool]) -> Cases | None:
    found = [
        np.rad2deg(result.cycles[joint].angles_rad)
        for result, keep in zip(group.results, kept, strict=True)
        if keep
    ]
    if not found:
        return None
    if unit == "stride":
        return Cases(found[0], {figure: of(found[0]) for figure, of in FIGURES.items()})
    return Cases(
        np.stack([strides.mean(axis=0) for strides in found]),
        {f: np.stack([of(strides).mean(axis=0) for strides in found]) for f, of in FIGURES.items()},
    )


def _curve_rows(
    joint: str, a: Cases, b: Cases, rng: np.random.Generator, paired: bool
) -> list[CurveRow]:
    test = compare_paired_curves if paired else compare_curves
    return [
        CurveRow(
            joint=joint,
            plane=i,
            first=a.curves[..., i],
            second=b.curves[..., i],
            test=test(a.curves[..., i], b.curves[..., i], rng),
        )
        for i in range(len(PLANES))
    ]


def _figure_rows(joint: str, a: Cases, b: Cases, paired: bool) -> list[FigureRow]:
    return [
        _figure_row(joint, i, name, "°", a.figures[name][:, i], b.figures[name][:, i], paired)
        for i in range(len(PLANES))
        for name in FIGURES
    ]


def _figure_row(
    joint: str,
    plane: int | None,
    figure: str,
    unit: str,
    a: np.ndarray,
    b: np.ndarray,
    paired: bool,
) -> FigureRow:
    enough = paired and int(np.isfinite(a - b).sum()) >= FEWEST_FOR_AGREEMENT
    return FigureRow(
        joint=joint,
        plane=plane,
        figure=figure,
        unit=unit,
        first=of_mean(a),
        second=of_mean(b),
        difference=of_mean(a - b) if paired else of_difference(a, b),
        agreement=bland_altman(a, b) if enough else None,
        reliability=intraclass_correlations(a, b) if enough else None,
        pairs=(a, b) if enough else None,
    )


def _timing_rows(first: Group, second: Group, unit: str, paired: bool) -> list[FigureRow]:
    """Of both sides, or of right against left."""
    sides = SIDES if "hip_r" in first.joints else ("",)
    rows = []
    for side in sides:
        for name, measure, _, only, of in QUANTITIES:
            if only and any(r.activity != only for r in (*first.results, *second.results)):
                continue
            a, b = (_timing(group, side or _side_of(group), of, unit) for group in (first, second))
            if paired:
                if len(a) != len(b):  # strides of two recordings
                    continue
                a, b = (np.where(np.isfinite(a - b), of_group, np.nan) for of_group in (a, b))
            if min(np.isfinite(a).sum(), np.isfinite(b).sum()) >= 2:
                rows.append(_figure_row(side, None, name, measure, a, b, paired))
    return rows


def _side_of(group: Group) -> str:
    return next(iter(group.joints.values()))[-1]


def _timing(
    group: Group, side: str, of: Callable[[StridePhases], np.ndarray], unit: str
) -> Float[np.ndarray, " _case"]:
    """One value a case; NaN of a recording without that side, so that pairs stay pairs."""
    none = np.zeros(0)
    samples = [of(r.phases[side]) if side in r.phases else none for r in group.results]
    if unit == "stride":
        return samples[0]
    means = [np.nanmean(s) if np.isfinite(s).any() else np.nan for s in samples]
    return np.array(means, dtype=float)
