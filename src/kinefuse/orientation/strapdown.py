"""Attitude from the gyroscope alone: exact between samples, drifting over minutes."""

import numpy as np
from jaxtyping import Float

from kinefuse.orientation._compiled import compiled, turn_in_place


def turns_between_samples(
    gyr_rad_s: Float[np.ndarray, "time 3"], rate_hz: float
) -> Float[np.ndarray, "turn 3"]:
    """Rotation vector [rad] from each sample to the next (trapezoidal rule)."""
    return np.ascontiguousarray((gyr_rad_s[:-1] + gyr_rad_s[1:]) / (2 * rate_hz))


def dead_reckoning(
    gyr_rad_s: Float[np.ndarray, "time 3"], rate_hz: float
) -> Float[np.ndarray, "time 3 3"]:
    """Attitude relative to the first sample's, by adding up the turns."""
    return added_up(turns_between_samples(gyr_rad_s, rate_hz))


def added_up(turns_rad: Float[np.ndarray, "turn 3"]) -> Float[np.ndarray, "time 3 3"]:
    """Attitude before the first turn, which is the identity, and after each."""
    R = np.empty((len(turns_rad) + 1, 3, 3))
    R[0] = np.eye(3)
    _add_up(R, turns_rad)
    return R


@compiled
def _add_up(R, turns):
    for t in range(len(turns)):
        R[t + 1] = R[t]
        turn_in_place(R[t + 1], turns[t])
