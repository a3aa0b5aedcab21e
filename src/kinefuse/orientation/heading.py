"""What gravity cannot tell: headings, and how they are made comparable without a magnetometer.

Each sensor's filter has a heading of its own that drifts. In straight walking the flexion axes of
all segments point to the same side on average over a stride, and in a turn they turn together, so
each segment's slow heading is taken away: what is left is the attitude in the *travel frame*,
whose x axis is where that segment goes.
"""

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinefuse import so3

SLOW_HEADING_S = 1.0
"""One sigma [s] of the Gaussian that averages the heading: about two strides in all. Measured on
a walk with turns: 0.6 to 1.6 s change knee flexion by less than 0.1 deg; shorter eats rotation."""


def slow_heading(
    heading_rad: Float[np.ndarray, " time"], rate_hz: float, sigma_s: float = SLOW_HEADING_S
) -> Float[np.ndarray, " time"]:
    """Moving average of a heading [rad], taken on the circle.

    Three moving means in a row come within 3 % of a Gaussian (Wells 1986, IEEE PAMI 8:234) at a
    cost that does not grow with its width.
    """
    window = max(1, min(round(2 * sigma_s * rate_hz), len(heading_rad)))
    parts = np.stack([np.sin(heading_rad), np.cos(heading_rad)])
    for _ in range(3):
        parts = uniform_filter1d(parts, window, axis=-1, mode="nearest")
    return np.arctan2(parts[0], parts[1])


def in_travel_frame(
    R_world_segment: Float[np.ndarray, "time 3 3"], rate_hz: float
) -> Float[np.ndarray, "time 3 3"]:
    """Attitude in the segment's own travel frame: the slow heading of its z axis is removed."""
    slow = slow_heading(so3.heading(R_world_segment), rate_hz)
    return so3.about_y(-slow) @ R_world_segment
