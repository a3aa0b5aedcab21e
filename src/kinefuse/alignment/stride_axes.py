"""Which way every sensor faces, told by the usual stride: the whole body's at one phase.

The same comparison that recognises sensors (``assignment``) yields the turn about the vertical at
which each sensor fits its segment best. In steady gait it agrees with the direction of the swing
within 2 deg, and it holds where that fails: for a runner's pelvis, and for thighs on a few
strides with turns (people who wore markers: 3 instead of 26 deg, and 5 instead of 15).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.stride_patterns import (
    UNLIKE_GAIT,
    best_turn,
    complex_of,
    delayed,
    mirrored,
    stride_patterns,
    turned,
)
from kinefuse.alignment.stride_signature import (
    FEWEST_STRIDES,
    LEAST_REGULAR,
    SLOWEST_HZ,
    find_strides,
    level,
    signature,
)
from kinefuse.errors import TooShort
from kinefuse.recordings import ImuSession

_PHASES = 2 * np.pi * np.arange(64) / 64


@dataclass(frozen=True)
class StrideAxis:
    """What the usual stride tells of one sensor."""

    to_the_right: Float[np.ndarray, "3"]
    """Horizontal direction, in sensor axes."""
    swing_rad: float
    """Amplitude of the first harmonic of the swing about it."""
    strides: float
    """How many strides this was learned from."""


def stride_axes(
    session: ImuSession, ups: Mapping[str, Float[np.ndarray, "3"]], activity: str
) -> dict[str, StrideAxis]:
    """How each sensor lies across the usual stride.

    Empty if the person does not walk or run as people do.

    Args:
        session: Sensors in their own axes, at their segments.
        ups: Mean upward direction of each in gait, in its own axes.
        activity: 'walking' or 'running'.
    """
    if session.rate_hz < SLOWEST_HZ:
        return {}
    try:
        strides = find_strides(session.sensors)
    except TooShort:
        return {}
    if strides.count < FEWEST_STRIDES or strides.regularity < LEAST_REGULAR:
        return {}
    patterns = stride_patterns(activity)
    usual = {s: patterns[s.split("_")[0]] for s in session.sensors}
    felt = {s: signature(imu, strides, ups[s]) for s, imu in session.sensors.items()}
    felt = {s: mirrored(one) if s.endswith("_l") else one for s, one in felt.items()}
    likely = [usual[s].log_likelihood(delayed(one, _PHASES)) for s, one in felt.items()]
    phase = _highest(np.sum(likely, axis=0))
    felt = {s: delayed(one, phase) for s, one in felt.items()}
    if np.mean([usual[s].misfit(one) for s, one in felt.items()]) > UNLIKE_GAIT:
        return {}
    axes = {}
    for segment, one in felt.items():
        turn = best_turn(one, complex_of(usual[segment].mean), usual[segment].weight)
        swing_rad = float(np.abs(turned(one, turn)[0, 2]))
        turn = -turn if segment.endswith("_l") else turn  # back out of the mirror
        to_the_right = (so3.about_y(turn) @ level(ups[segment]))[2]
        axes[segment] = StrideAxis(to_the_right, swing_rad, strides.count)
    return axes


def _highest(likely: Float[np.ndarray, " phase"]) -> float:
    """Phase of the highest value, between the phases tried: the top of a parabola."""
    at = int(np.argmax(likely))
    before, top, after = likely[at - 1], likely[at], likely[(at + 1) % len(likely)]
    offset = (before - after) / (2 * (before - 2 * top + after) - 1e-12)
    return float(_PHASES[at] + offset * _PHASES[1])
