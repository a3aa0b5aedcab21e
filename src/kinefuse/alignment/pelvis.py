"""Which way the pelvis faces: its sensor and the thighs' feel the same accelerations of the hips.

The pelvis has no flexion axis to find. But the middle of the hip joints belongs to pelvis and
thighs alike, so the horizontal acceleration of the pelvis sensor, turned into the pelvis' travel
frame, has to agree with that of the upper ends of the thighs in theirs; the turn about the
vertical that makes the two agree best is the sensor's heading on the pelvis (closed form, since
in the plane a rotation is a complex number). Measured on a real walk with optical truth: 2 deg.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.alignment.flexion_axis import low_pass
from kinefuse.orientation.heading import slow_heading
from kinefuse.recordings import ImuRecording

# From a sensor at mid-thigh to the hip [m]: half a thigh, 0.245 of a height of 1.75 m (Winter
# 2009, table 4.1). The heading found changes by 1 deg for 0.1 m.
SENSOR_TO_HIP_M = 0.21
BAND_HZ = (0.5, 3.0)
"""Between the body's path and the soft tissue's wobble lie the step and its first harmonic."""
_G_WORLD = np.array([0.0, 9.81, 0.0])


@dataclass(frozen=True)
class PelvisHeading:
    """Turn about the long axis that brings the pelvis sensor's axes to the pelvis'."""

    angle_rad: float
    coherence: float
    """How well both accelerations agree after the turn: 1 perfectly, 0 not at all."""

    @property
    def sd_deg(self) -> float:
        """One sigma of the angle [deg]: 4 deg on a clear walk, growing as coherence falls."""
        return float(min(90.0, 4.0 / max(self.coherence, 0.05)))


def pelvis_heading(
    acc_pelvis_m_s2: Float[np.ndarray, "time 3"],
    R_world_pelvis: Float[np.ndarray, "time 3 3"],
    thighs: Mapping[str, ImuRecording],
    R_world_thigh: Mapping[str, Float[np.ndarray, "time 3 3"]],
    moves: Bool[np.ndarray, " time"],
) -> PelvisHeading:
    """Find the heading of the pelvis sensor; its long axis is already right.

    Args:
        acc_pelvis_m_s2: Specific force in the axes of ``R_world_pelvis``.
        R_world_pelvis: Attitude, right up to a turn about the pelvis' long axis.
        thighs: One or both thighs' sensors, in segment axes.
        R_world_thigh: Their attitudes.
        moves: Samples in which the person walks or runs.
    """
    rate_hz = next(iter(thighs.values())).rate_hz
    at_pelvis = _horizontal(acc_pelvis_m_s2, R_world_pelvis, rate_hz)[moves]
    at_hips = np.mean(
        [_horizontal(_at_hip(imu), R_world_thigh[s], rate_hz)[moves] for s, imu in thighs.items()],
        axis=0,
    )
    overlap = np.sum(np.conj(at_pelvis) * at_hips)
    power = np.sum(np.abs(at_pelvis) ** 2) * np.sum(np.abs(at_hips) ** 2)
    return PelvisHeading(float(np.angle(overlap)), float(np.abs(overlap) / np.sqrt(power)))


def _at_hip(imu: ImuRecording) -> Float[np.ndarray, "time 3"]:
    """Specific force at the thigh's upper end, by rigid-body motion from the sensor."""
    to_hip = np.array([0.0, SENSOR_TO_HIP_M, 0.0])
    omega = imu.gyr_rad_s
    alpha = np.gradient(low_pass(omega, 10.0, imu.rate_hz), 1 / imu.rate_hz, axis=0)
    return imu.acc_m_s2 + np.cross(alpha, to_hip) + np.cross(omega, np.cross(omega, to_hip))


def _horizontal(acc, R_world_segment, rate_hz):
    """Horizontal acceleration in the travel frame, as forward + i left, band-passed."""
    slow = slow_heading(so3.heading(R_world_segment), rate_hz)
    R_travel_segment = so3.about_y(-slow) @ R_world_segment
    felt = np.einsum("tij,tj->ti", R_travel_segment, acc) - _G_WORLD
    low, high = BAND_HZ
    banded = low_pass(felt, high, rate_hz) - low_pass(felt, low, rate_hz)
    return banded[:, 0] - 1j * banded[:, 2]
