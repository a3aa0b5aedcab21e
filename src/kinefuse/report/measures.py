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

Contacts = Mapping[str, Float[np.ndarray, " contact"]]


@dataclass(frozen=True)
class SideMeasures:
    """One joint and plane of one side [deg]: mean over strides."""

    range_deg: float
    range_sd_deg: float
    highest_deg: float
    lowest_deg: float


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
            {side: _side_measures(cycles.get(f"{kind}_{side}"), i) for side in SIDES},
        )
        for kind in JOINT_KINDS
        if any(f"{kind}_{side}" in cycles for side in SIDES)
        for i in range(len(PLANES))
    ]


def timing_rows(contacts_s: Contacts) -> list[TimingRow]:
    """Strides, their time and the cadence, a side."""
    return [_timing(side, gait_events.strides(times)) for side, times in contacts_s.items()]


def step_times_s(contacts_s: Contacts) -> dict[str, float]:
    """Median time from a contact of the other foot to the next of this one [s], by side.

    Empty unless both feet have contacts; steps that no stride could hold are left out.
    """
    if not all(len(contacts_s.get(side, ())) for side in SIDES):
        return {}
    steps = {}
    for side, other in (("r", "l"), ("l", "r")):
        next_ones = np.searchsorted(contacts_s[side], contacts_s[other], side="right")
        reached = next_ones < len(contacts_s[side])
        times = contacts_s[side][next_ones[reached]] - contacts_s[other][reached]
        times = times[times < gait_events.GaitEventConfig().longest_stride_s / 2]
        if len(times):
            steps[side] = float(np.median(times))
    return steps


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


def _side_measures(cycles: Cycles | None, plane: int) -> SideMeasures | None:
    if cycles is None:
        return None
    strides = np.rad2deg(cycles.angles_rad[..., plane])
    ranges = np.ptp(strides, axis=1)
    return SideMeasures(
        range_deg=float(ranges.mean()),
        range_sd_deg=float(ranges.std(ddof=1)) if cycles.count > 1 else 0.0,
        highest_deg=float(strides.max(axis=1).mean()),
        lowest_deg=float(strides.min(axis=1).mean()),
    )


def _timing(side: str, strides: tuple[gait_events.Stride, ...]) -> TimingRow:
    durations = [stride.duration_s for stride in gait_events.sound(strides)]
    return TimingRow(
        side=side,
        strides=len(durations),
        rejected=tuple(stride.rejected for stride in strides if stride.rejected),
        stride_time_s=gait_events.stride_time_s(strides),
        stride_time_sd_s=float(np.std(durations)) if durations else float("nan"),
        cadence_steps_min=gait_events.cadence_steps_min(strides),
    )
