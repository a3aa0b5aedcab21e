"""How one sensor sits on its segment, and how sure that is."""

from collections.abc import Mapping
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


KNOWN_DEG = 3.0
"""One sigma of a mounting that somebody states: a casing put on by hand and eye. A guess, and less
than the spread between people (4 to 8 deg) that mountings found from gravity have."""


def stated(mountings: Mapping[str, Float[np.ndarray, "3 3"]]) -> dict[str, SegmentAlignment]:
    """Alignments of sensors whose ``R_segment_sensor`` somebody states, by segment."""
    return {
        segment: SegmentAlignment(
            segment=segment,
            R_segment_sensor=R,
            method="as stated",
            tilt_sd_deg=KNOWN_DEG,
            heading_sd_deg=KNOWN_DEG,
            lean_sd_deg=KNOWN_DEG,
            lateral_sd_deg=KNOWN_DEG,
        )
        for segment, R in mountings.items()
    }
