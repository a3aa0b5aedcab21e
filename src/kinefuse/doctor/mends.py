"""What can be mended without guessing: a row a check.

A mend changes copies, never what it was given. ``fixed`` keeps it only if its check passes after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kinefuse.doctor.case import Case, Mended
from kinefuse.doctor.felt import felt_together
from kinefuse.doctor.measures import carried_gravity
from kinefuse.doctor.mends_by_motion import (
    axes_by_motion,
    biases_by_motion,
    places_by_motion,
    steps_by_motion,
)
from kinefuse.doctor.wearing import GRAVITY
from kinefuse.formats.units import STANDARD_GRAVITY_M_S2
from kinefuse.sensor_streams import SensorStream

_LONGEST_HOLD_S = 0.05
"""Repeats from here on are taken for lost samples: five steps of 100 Hz, so that a sensor that
sends every value twice keeps its own."""


@dataclass(frozen=True, kw_only=True)
class Mend:
    """What is done about the faults of one check."""

    check: str
    apply: Callable[[Case], Mended | None]
    """None where there is no sound way."""


def of_streams(change: Callable[[SensorStream], tuple[SensorStream, str] | None]):
    """A mend that changes each faulty sensor's stream by itself, and says in words what it did."""

    def apply(case: Case) -> Mended | None:
        done = {s: one for s in case.subjects if (one := change(case.stream(s))) is not None}
        return case.with_streams(done) if done else None

    return apply


def _radians(stream: SensorStream) -> tuple[SensorStream, str]:
    in_rad_s = replace(stream, gyr_rad_s=np.deg2rad(stream.gyr_rad_s))
    return in_rad_s, "its gyroscope was taken for deg/s and multiplied by pi / 180"


def _without_holds(stream: SensorStream) -> tuple[SensorStream, str]:
    """Repeated samples marked as missing; the first of each run stays."""
    signals = np.hstack([stream.acc_m_s2, stream.gyr_rad_s])
    moved = np.flatnonzero((np.diff(signals, axis=0) != 0).any(axis=1))
    edges = np.concatenate([[-1], moved, [len(signals) - 1]])
    held = np.zeros(len(signals), bool)
    for before, last in pairwise(edges):
        if stream.time_s[last] - stream.time_s[before + 1] > _LONGEST_HOLD_S:
            held[before + 2 : last + 1] = True
    acc, gyr = stream.acc_m_s2.copy(), stream.gyr_rad_s.copy()
    acc[held] = gyr[held] = np.nan
    words = f"{held.sum()} samples that only repeat the one before were marked as missing"
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr), words


def _degrees(stream: SensorStream) -> tuple[SensorStream, str]:
    in_rad_s = replace(stream, gyr_rad_s=np.rad2deg(stream.gyr_rad_s))
    return in_rad_s, "its gyroscope was taken for rad/s, not deg/s, and multiplied by 180 / pi"


_OF_GRAVITY = {"g": 1.0, "mg": 1000.0}
"""What gravity measures where an accelerometer's unit was mistaken."""
_AS_GRAVITY = 0.15  # of it: what an honest accelerometer may be off by
_NEAR_GRAVITY = 0.5  # of it: what one may be off by whose neighbours tell the unit


def _metres(case: Case) -> Mended | None:
    """In m/s2, where gravity measures one g or a thousand mg.

    Where most of a recording is in a unit, all of it is: an accelerometer that is badly calibrated
    as well follows the others, and its check may go on failing.
    """
    gravity = {s: _gravity(case.stream(s)) for s in case.subjects}
    units = {s: unit for s in gravity if (unit := _unit(gravity[s], _AS_GRAVITY)) is not None}
    if not units:
        return None
    usual = max(sorted(set(units.values())), key=list(units.values()).count)
    follow = {
        s: usual
        for s in gravity
        if s not in units
        and len(units) > len(gravity) / 2
        and _unit(gravity[s], _NEAR_GRAVITY) == usual
    }
    mended = case.with_streams(
        {s: _in_m_s2(case.stream(s), unit) for s, unit in (units | follow).items()}
    )
    return replace(mended, subjects=tuple(units))


def _gravity(stream: SensorStream) -> float:
    return carried_gravity(felt_together({stream.label: stream}))[stream.label]


def _unit(gravity: float, tolerance: float) -> str | None:
    near = (unit for unit, size in _OF_GRAVITY.items() if abs(gravity / size - 1) < tolerance)
    return next(near, None)


def _in_m_s2(stream: SensorStream, unit: str) -> tuple[SensorStream, str]:
    acc_m_s2 = stream.acc_m_s2 * STANDARD_GRAVITY_M_S2 / _OF_GRAVITY[unit]
    return replace(stream, acc_m_s2=acc_m_s2), f"its accelerometer was taken for {unit}, not m/s2"


MENDS: Mapping[str, Mend] = {
    mend.check: mend
    for mend in (
        Mend(check="unit of the gyroscope", apply=of_streams(_radians)),
        Mend(check="gyroscope too slow", apply=of_streams(_degrees)),
        Mend(check=GRAVITY, apply=_metres),
        Mend(check="held samples", apply=of_streams(_without_holds)),
        Mend(check="place", apply=places_by_motion),
        Mend(check="left and right", apply=places_by_motion),
        Mend(check="axes", apply=axes_by_motion),
        Mend(check="out of step", apply=steps_by_motion),
        Mend(check="bias in gait", apply=biases_by_motion),
    )
}
"""By the check whose faults they mend, in the order in which they are tried."""
