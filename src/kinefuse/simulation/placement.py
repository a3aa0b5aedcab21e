"""Where on each segment a simulated sensor sits; its axes are those of the segment."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SEGMENTS, side_of
from kinefuse.recordings import SegmentPoses

# Mean of women and men, 1.71 m tall, by the segment ratios of Winter (2009), Biomechanics and
# Motor Control of Human Movement, 4th ed., fig. 4.1; used where the poses do not tell a length.
_USUAL_LENGTH_M = {"pelvis": 0.17, "thigh": 0.42, "shank": 0.42, "foot": 0.26}
_ENDS_AT = {"thigh": "shank", "shank": "foot"}


@dataclass(frozen=True, kw_only=True)
class Place:
    """A point that moves with a segment, given for the right side."""

    along: float
    """Way down the segment (-y) from its proximal joint, as a fraction of its length."""
    offset_m: tuple[float, float, float]
    """Forward, up and lateral distance from that point."""

    def position_m(self, side: str | None, length_m: float) -> Float[np.ndarray, "3"]:
        """In the segment's axes (x forward, y up, z right), from its origin."""
        forward, up, lateral = self.offset_m
        to_the_right = -lateral if side == "l" else lateral
        return np.array([forward, up - self.along * length_m, to_the_right])


_WORN = {
    # Over the sacrum. By Harrington et al. (2007), J. Biomech. 40:595, the hip centres lie about
    # 46 mm behind and 83 mm below the front spines of a pelvis 150 mm deep; so the rear spines
    # are about 104 mm behind and 83 mm above them. A little lower, on skin and strap: here.
    "pelvis": Place(along=0.0, offset_m=(-0.12, 0.07, 0.0)),
    # Mid-thigh, on the outside, where least muscle moves: half of a 0.53 m girth's diameter.
    "thigh": Place(along=0.5, offset_m=(0.0, 0.0, 0.085)),
    # On the flat inner face of the tibia, upper middle: half of a 0.36 m girth's diameter.
    "shank": Place(along=0.4, offset_m=(0.05, 0.0, -0.025)),
    # On the laces: in front of and a little below the ankle's centre.
    "foot": Place(along=0.0, offset_m=(0.08, -0.02, 0.0)),
}
# Girths: mean of both sexes, 50th percentile, Gordon et al. (2014), ANSUR II, NATICK/TR-15/007.

PLACEMENT: Mapping[str, Place] = {s: _WORN[s.split("_")[0]] for s in SEGMENTS}
"""By segment: the places that most studies and makers' manuals name."""


def sensor_offset_m(segment: str, place: Place, poses: SegmentPoses) -> Float[np.ndarray, "3"]:
    """Sensor position from the segment's origin, in the segment's axes."""
    return place.position_m(side_of(segment), segment_length_m(segment, poses))


def segment_length_m(segment: str, poses: SegmentPoses) -> float:
    """Median distance to the next joint; a usual length where that joint is not known."""
    stem, _, side = segment.partition("_")
    end = f"{_ENDS_AT.get(stem)}_{side}"
    if segment not in poses.origin_m or end not in poses.origin_m:
        return _USUAL_LENGTH_M[stem]
    return float(np.median(np.linalg.norm(poses.origin_m[end] - poses.origin_m[segment], axis=-1)))
