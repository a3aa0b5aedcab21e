"""Whether the sensors are where their labels say, and how they are mounted, in plain sentences."""

from collections.abc import Iterator, Mapping

import numpy as np

from kinefuse.alignment.assignment import Assignment, assign
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.alignment.stride_patterns import UNLIKE_GAIT
from kinefuse.alignment.stride_signature import LEAST_REGULAR, SLOWEST_HZ
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import TooShort
from kinefuse.quality.finding import Finding
from kinefuse.recordings import ImuSession

AS_LABELLED = 0.01
"""Least probability of the labels. Seven real recordings: 0.99 or more; below 0.003 with the thighs
of a mock stiff knee exchanged, below 1e-4 with any other two."""
_UPSIDE_DOWN = np.cos(np.deg2rad(120.0))  # a strap slips by 30 deg, it does not turn by 120
_SAME_STRIDES = "strides of simulated people and of people who wore markers"


def check_assignment(session: ImuSession, activity: str) -> Iterator[Finding]:
    """One sentence about which sensors look exchanged; nothing where too little was walked."""
    if len(session.sensors) < 2 or session.rate_hz < SLOWEST_HZ:
        return
    try:
        found = assign(session, activity)
    except TooShort:
        return
    if found.misfit > UNLIKE_GAIT or found.regularity < LEAST_REGULAR:
        return
    passed = found.as_labelled >= AS_LABELLED
    yield Finding(
        check="sensor positions",
        subject=session.name,
        passed=passed,
        value=100 * found.as_labelled,
        limit=100 * AS_LABELLED,
        unit="% probable",
        message="the sensors are on the segments that their labels name"
        if passed
        else f"{exchanged(found)}: look where each sensor was worn, rename the labels and "
        "estimate again",
        source=_SAME_STRIDES,
    )


def exchanged(found: Assignment) -> str:
    """What is wrong with the labels, for instance 'thigh_r and shank_r look swapped'."""
    moved = {name: s for name, s in found.segment_of.items() if name != s}
    legs = {name: s for name, s in found.segment_of.items() if name != "pelvis"}
    if len(legs) > 2 and all(_same_but_side(name, s) for name, s in legs.items()):
        return "left and right look swapped on the whole body"
    parts, seen = [], set()
    for name, segment in moved.items():
        if name in seen:
            continue
        if moved.get(segment) == name:
            one, other = sorted((name, segment), key=SEGMENTS.index)
            parts.append(f"{one} and {other} look swapped")
            seen |= {name, segment}
        else:
            parts.append(f"the sensor labelled {name} looks worn on {segment}")
    return "; ".join(parts)


def check_mounting(alignment: Mapping[str, SegmentAlignment]) -> Iterator[Finding]:
    """Which sensors sit upside down compared with the others; informs, for any mounting will do.

    Compared are thighs and shanks, which are worn the same way up as a rule.
    """
    up = {
        s: a.R_segment_sensor[1] for s, a in alignment.items() if s.startswith(("thigh", "shank"))
    }
    if len(up) < 3:
        return
    usual = _medoid(list(up.values()))
    odd = [s for s, axis in up.items() if axis @ usual < _UPSIDE_DOWN]
    yield Finding(
        check="mounting",
        subject=", ".join(odd) or "all sensors",
        passed=True,
        value=float(len(odd)),
        limit=float(len(up)),
        unit="sensors",
        message=f"{' and '.join(odd)} worn upside down compared with the other sensors; the angles "
        "allow for it"
        if odd
        else "no sensor is worn upside down compared with the others",
        source="direction of gravity in each sensor",
    )


def _medoid(axes: list[np.ndarray]) -> np.ndarray:
    """The axis that most others agree with."""
    return max(axes, key=lambda axis: sum(axis @ other for other in axes))


def _same_but_side(name: str, segment: str) -> bool:
    return name != segment and name.split("_")[0] == segment.split("_")[0]
