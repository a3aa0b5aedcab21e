"""Attitudes that files give as quaternions (w, x, y, z): what their sensors felt."""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.gravity import STANDARD_GRAVITY_M_S2

_GAP_STEPS = 3.5  # over two lost samples, the turn between neighbours is no velocity any more

Quaternions = Float[np.ndarray, "time 4"]
Rotations = Float[np.ndarray, "time 3 3"]
Vectors = Float[np.ndarray, "time 3"]


def rotations(quaternions: Quaternions) -> Rotations:
    """Rotation of each quaternion, of whatever length; what is missing or zero is NaN."""
    with np.errstate(invalid="ignore", divide="ignore"):
        return so3.from_quaternions(
            quaternions / np.linalg.norm(quaternions, axis=-1, keepdims=True)
        )


def specific_force(R_world_sensor: Rotations, acceleration_m_s2: Vectors) -> Vectors:
    """Accelerometer reading [m/s2] in sensor axes.

    Args:
        R_world_sensor: Attitude; the world's z axis points up.
        acceleration_m_s2: In the world, gravity left out ("free acceleration").
    """
    felt = acceleration_m_s2 + np.array([0.0, 0.0, STANDARD_GRAVITY_M_S2])
    return np.einsum("tji,tj->ti", R_world_sensor, felt)


def angular_velocity(R_world_sensor: Rotations, time_s: Float[np.ndarray, " time"]) -> Vectors:
    """Angular velocity [rad/s] in sensor axes, by the turn between a sample's two neighbours.

    At the ends and beside gaps by the one turn there is. Exact for a constant rate; what oscillates
    at frequency f comes out smaller by (2 pi f / rate)^2 / 6: 1.6 % at 5 Hz in 100 Hz.
    """
    steps = np.diff(time_s)
    joined = steps < _GAP_STEPS * np.median(steps)
    index = np.arange(len(time_s))
    before = np.where(np.concatenate([[False], joined]), index - 1, index)
    after = np.where(np.concatenate([joined, [False]]), index + 1, index)
    turns = so3.log(so3.transpose(R_world_sensor[before]) @ R_world_sensor[after])
    with np.errstate(invalid="ignore"):  # a sample between two gaps has no neighbour: NaN
        return turns / (time_s[after] - time_s[before])[:, None]
