"""The world as the walker sees it: turned about the vertical so that x is where they are heading.

Accelerometer and gyroscope cannot know the absolute heading, so networks are taught attitudes in
this frame. Its heading ``psi`` is the pelvis's, without what is faster than a quarter of a cycle
a second (the pelvis turning with every stride, about 1 Hz). On a treadmill it is nearly constant.
"""

import numpy as np
from jaxtyping import Float
from scipy.linalg import solveh_banded

from kinefuse import so3

CUTOFF_HZ = 0.25  # strides are at 0.7 Hz and faster; a turn of the path takes seconds
_LEAST_LEVEL = 0.1  # of the right axis's squared level part: 70 deg of tilt, no gait goes there

Angle = Float[np.ndarray, " time"]
Attitudes = Float[np.ndarray, "time 3 3"]


def travel_heading(R_world_pelvis: Attitudes, rate_hz: float) -> Angle:
    """Heading [rad] of the travel frame, from the pelvis's true attitude (labels)."""
    return low_pass(np.unwrap(so3.heading(R_world_pelvis)), rate_hz)


def estimated_heading(
    gyr_rad_s: Float[np.ndarray, "time 3"], R_travel_sensor: Attitudes, rate_hz: float
) -> Angle:
    """Heading [rad] of the travel frame since the first sample, from one sensor.

    The turning of the sensor's right axis about the vertical (as ``so3.heading`` has it), from the
    gyroscope read with the network's attitude. The plain vertical rate would not do: a thigh that
    swings in an ellipse has one on average, though it turns nowhere. A bias makes it drift, which
    is harmless where the same heading serves both sensors of a pair.
    """
    turning = np.einsum("tij,tj->ti", R_travel_sensor, gyr_rad_s)
    right = R_travel_sensor[:, :, 2]
    moving = np.cross(turning, right)
    level = np.maximum(right[:, 0] ** 2 + right[:, 2] ** 2, _LEAST_LEVEL)
    rate_rad_s = (right[:, 2] * moving[:, 0] - right[:, 0] * moving[:, 2]) / level
    turned = np.cumsum(0.5 * (rate_rad_s[1:] + rate_rad_s[:-1])) / rate_hz
    return low_pass(np.concatenate([[0.0], turned]), rate_hz)


def to_travel(R_world_segment: Attitudes, heading_rad: Angle) -> Attitudes:
    """Attitudes in the travel frame, from those in the world."""
    return so3.about_y(-heading_rad) @ R_world_segment


def to_world(R_travel_segment: Attitudes, heading_rad: Angle) -> Attitudes:
    """Attitudes in the world, from those in the travel frame."""
    return so3.about_y(heading_rad) @ R_travel_segment


def low_pass(angle_rad: Angle, rate_hz: float, cutoff_hz: float = CUTOFF_HZ) -> Angle:
    """The slow part of an unwrapped angle; half the amplitude passes at the cut-off.

    Penalised least squares on the second difference (Whittaker 1923, Proc. Edinburgh Math. Soc.
    41:63; Eilers 2003, Anal. Chem. 75:3631): zero phase, a Butterworth-like gain
    ``1 / (1 + (f / cutoff)^4)``, and ends that go on straight, so short trials need no padding.
    """
    samples = len(angle_rad)
    if samples < 3:
        return np.full(samples, angle_rad.mean())
    stiffness = (rate_hz / (2 * np.pi * cutoff_hz)) ** 4
    return solveh_banded(_bands(samples, stiffness), angle_rad, lower=True)


def _bands(samples: int, stiffness: float) -> Float[np.ndarray, "3 time"]:
    """Lower bands of ``I + stiffness D^T D``, with D the second difference."""
    bands = np.zeros((3, samples))
    for offset, row in enumerate([(1.0, 4.0, 1.0), (-2.0, -2.0), (1.0,)]):
        for shift, value in enumerate(row):
            bands[offset, shift : samples - 2 + shift] += value
    bands *= stiffness
    bands[0] += 1
    return bands
