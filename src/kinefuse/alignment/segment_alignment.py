"""How one sensor sits on its segment, and how sure that is."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, kw_only=True)
class SegmentAlignment:
    """Rotation from a sensor's axes to its segment's, with its evidence."""

    segment: str
    R_segment_sensor: Float[np.ndarray, "3 3"]
    method: str
    """What the vertical and the heading of the sensor on the segment were taken from."""
    tilt_sd_deg: float
    """One sigma of the direction of the segment's long axis [deg], a mean of the next two."""
    heading_sd_deg: float
    """One sigma of the rotation about the segment's long axis [deg]."""
    lean_sd_deg: float = np.nan
    """One sigma of its lean forward, about the segment's z axis [deg]; NaN if not told apart."""
    lateral_sd_deg: float = np.nan
    """One sigma of its lean sideways, about the x axis [deg]."""
    note: str = ""
    """What a reader should know; empty if nothing is unusual."""
