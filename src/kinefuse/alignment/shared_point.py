"""Two segments feel the same acceleration at the joint they share, whichever way they face.

Each sensor's acceleration is carried to the joint by rigid-body motion and turned into its
segment's travel frame; in the horizontal plane the two must agree up to one turn about the
vertical, which has a closed form, since in the plane a rotation is a complex number.
"""

import numpy as np
from jaxtyping import Bool, Complex, Float

from kinefuse import so3
from kinefuse.alignment.flexion_axis import low_pass
from kinefuse.orientation.heading import slow_heading

BAND_HZ = (0.5, 3.0)
"""Between the body's path and the soft tissue's wobble lie the step and its first harmonic."""
_ALPHA_CUTOFF_HZ = 10.0  # differentiating amplifies noise; a leg's swing lies below 6 Hz

# From a sensor at the middle of its segment to the joints at its ends [m], half a segment of a
# person of 1.75 m (Winter 2009, table 4.1). The headings found change by 1 deg for 0.1 m.
TO_UPPER_END_M = {"thigh": 0.21, "shank": 0.21, "foot": 0.05}
TO_LOWER_END_M = {"thigh": -0.21, "shank": -0.21}


def horizontal_acceleration(
    acc_m_s2: Float[np.ndarray, "time 3"],
    gyr_rad_s: Float[np.ndarray, "time 3"],
    R_world_segment: Float[np.ndarray, "time 3 3"],
    along_y_m: float,
    rate_hz: float,
) -> Complex[np.ndarray, " time"]:
    """Acceleration of a point on the segment's long axis, as forward + i left, band-passed.

    Args:
        acc_m_s2: Specific force at the sensor, in segment axes.
        gyr_rad_s: Angular velocity, in segment axes.
        R_world_segment: Attitude; its heading is arbitrary.
        along_y_m: How far the point lies above the sensor, along the segment.
        rate_hz: Samples a second.
    """
    to_point = np.array([0.0, along_y_m, 0.0])
    alpha = np.gradient(low_pass(gyr_rad_s, _ALPHA_CUTOFF_HZ, rate_hz), 1 / rate_hz, axis=0)
    swing = np.cross(alpha, to_point) + np.cross(gyr_rad_s, np.cross(gyr_rad_s, to_point))
    slow = slow_heading(so3.heading(R_world_segment), rate_hz)
    R_travel_segment = so3.about_y(-slow) @ R_world_segment
    felt = np.einsum("tij,tj->ti", R_travel_segment, acc_m_s2 + swing)  # gravity is vertical
    low, high = BAND_HZ
    banded = low_pass(felt, high, rate_hz) - low_pass(felt, low, rate_hz)
    return banded[:, 0] - 1j * banded[:, 2]


def agreement(
    one: Complex[np.ndarray, " time"],
    other: Complex[np.ndarray, " time"],
    moves: Bool[np.ndarray, " time"],
) -> complex:
    """Complex coherence of two horizontal accelerations.

    Its angle is the turn about the vertical (positive to the left) that brings the first onto the
    second; its magnitude, from 0 to 1, how well they then agree.
    """
    one, other = one[moves], other[moves]
    power = np.sum(np.abs(one) ** 2) * np.sum(np.abs(other) ** 2)
    return complex(np.sum(np.conj(one) * other) / np.sqrt(power)) if power > 0 else 0j
