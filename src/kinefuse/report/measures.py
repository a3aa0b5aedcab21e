"""The numbers of a report: ranges, peaks, timing, left against right, and errors to a truth."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import gait_events, metrics
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.recordings import JointAngles
from kinefuse.report.cycles import Cycles
from kinefuse.report.figures import PLANE_WORDS
from kinefuse.report.normal_band import NormalBand
from kinefuse.report.peaks import SideMeasures, side_measures
from kinefuse.statistics import Interval, of_ratio_symmetry

Contacts = Mapping[str, Float[np.ndarray, " contact"]]


@dataclass(frozen=True)
class MovementRow:
    """One joint and plane, both sides; a side without strides is None."""

    joint: str
    plane: str
    sides: Mapping[str, SideMeasures | None]

    @property
    def difference_deg(self) -> float | None:
        """Range of the right side minus that of the left [deg]."""
        right, left = (self.sides[side] for side in SIDES)
        return right.range_deg - left.range_deg if right and left else None

    @property
    def symmetry_percent(self) -> float | None:
        """Difference over mean range [%] (Robinson et al. 1987, J. Manip. Phys. Ther. 10:172)."""
        right, left = (self.sides[side] for side in SIDES)
        if not right or not left or right.range_deg + left.range_deg == 0:
            return None
        return 200 * (right.range_deg - left.range_deg) / (right.range_deg + left.range_deg)

    @property
    def symmetry(self) -> Interval | None:
        """The same with its interval over strides."""
        right, left = (self.sides[side] for side in SIDES)
        if not right or not left:
            return None
        return of_ratio_symmetry(right.ranges_deg, left.ranges_deg)


@dataclass(frozen=True)
class TimingRow:
    """Gait timing of one side."""

    side: str
    strides: int
    rejected: tuple[str, ...]
    """Why each stride that does not count was left out."""
    stride_time_s: float
    stride_time_sd_s: float
    cadence_steps_min: float


@dataclass(frozen=True)
class NormalRow:
    """One joint and plane beside healthy people."""

    joint: str
    plane: str
    range_deg: float
    """Of the mean stride."""
    normal_range_deg: float
    """Of their mean stride."""
    offset_deg: float
    """Mean over the cycle of this person less that of theirs."""
    outside_percent: float
    """Part of the cycle beyond two of their standard deviations."""
    shape_outside_percent: float
    """The same once the offset is taken off."""


@dataclass(frozen=True)
class ErrorRow:
    """One joint and plane against the truth [deg]."""

    joint: str
    plane: str
    rmse_deg: float
    rmse_mean_removed_deg: float
    correlation: float


@dataclass(frozen=True)
class AgreementRow:
    """Another method's answer against the reported one [deg], a joint: RMS difference a plane."""

    method: str
    joint: str
    rms_deg: tuple[float, ...]


def movement_rows(cycles: Mapping[str, Cycles]) -> list[MovementRow]:
    """Range of motion and peaks of every joint and plane that has strides."""
    return [
        MovementRow(
            kind,
            PLANE_WORDS[kind][i],
            {
                side: side_measures(cycles[f"{kind}_{side}"], i)
                if f"{kind}_{side}" in cycles
                else None
                for side in SIDES
            },
        )
        for kind in JOINT_KINDS
        if any(f"{kind}_{side}" in cycles for side in SIDES)
        for i in range(len(PLANES))
    ]


def normal_rows(cycles: Mapping[str, Cycles], normal: NormalBand) -> list[NormalRow]:
    """How far each mean stride is from healthy people's."""
    rows = []
    for name in (name for name in JOINTS if name in cycles):
        for i, plane in enumerate(PLANES):
            band = normal.of(JOINTS[name].kind, plane)
            if band:
                away = np.rad2deg(cycles[name].mean_rad[:, i]) - band[0]
                offset = float(away.mean())
                outside, without = (
                    100 * float(np.mean(np.abs(each) > 2 * band[1]))
                    for each in (away, away - offset)
                )
                words = PLANE_WORDS[JOINTS[name].kind][i]
                own = float(np.ptp(np.rad2deg(cycles[name].mean_rad[:, i])))
                rows.append(
                    NormalRow(name, words, own, float(np.ptp(band[0])), offset, outside, without)
                )
    return rows


def timing_rows(contacts_s: Contacts) -> list[TimingRow]:
    """Strides, their time and the cadence, a side."""
    return [_timing(side, gait_events.strides(times)) for side, times in contacts_s.items()]


def error_rows(angles: JointAngles, truth: JointAngles) -> list[ErrorRow]:
    """How far the estimate is from a known truth of the same length."""
    estimate_deg, truth_deg = angles.in_degrees(), truth.in_degrees()
    rows = []
    for name in (name for name in JOINTS if name in estimate_deg and name in truth_deg):
        pair = estimate_deg[name], truth_deg[name]
        measures = (metrics.rmse, metrics.rmse_mean_removed, metrics.correlation)
        scores = [measure(*pair) for measure in measures]
        rows += [
            ErrorRow(name, PLANE_WORDS[JOINTS[name].kind][i], *(float(s[i]) for s in scores))
            for i in range(len(PLANES))
        ]
    return rows


def agreement_rows(
    angles: JointAngles, alternatives: Mapping[str, JointAngles]
) -> list[AgreementRow]:
    """How far the other methods' answers are from the reported one."""
    reported = angles.in_degrees()
    return [
        AgreementRow(method, name, tuple(map(float, metrics.rmse(other[name], reported[name]))))
        for method, other in ((m, each.in_degrees()) for m, each in alternatives.items())
        for name in JOINTS
        if name in other and name in reported and len(other[name]) == len(reported[name])
    ]


def _timing(side: str, strides: tuple[gait_events.Stride, ...]) -> TimingRow:
    durations = [stride.duration_s for stride in gait_events.sound(strides)]
    return TimingRow(
        side=side,
        strides=len(durations),
        rejected=tuple(stride.rejected for stride in strides if stride.rejected),
        stride_time_s=gait_events.stride_time_s(strides),
        stride_time_sd_s=float(np.std(durations, ddof=1)) if len(durations) > 1 else np.nan,
        cadence_steps_min=gait_events.cadence_steps_min(strides),
    )
