"""How people's segments are held on average, standing and in gait: what alignment leans on.

A sensor tells where gravity and the swing point; where those point in the *anatomical* axes has to
be known from people whose markers were measured. Means over people, right legs (left ones
mirrored); ``revalidation/reference_posture.py`` recomputes every number. Standing: 12 runners and
6 walkers; walking: 7 people overground; running: 10 people on treadmills (of the RBDS set without
runners 4, 11, 18 and 23, who are kept for testing).
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, kw_only=True)
class Posture:
    """Mean attitude of one segment [deg], on the right side."""

    lean: float
    """How far the long axis leans forward."""
    lateral: float
    """How far the vertical, seen from the segment, leans outwards: positive if the segment's upper
    end is nearer to the body's midline than its lower end."""
    sd: float
    """Spread of the lean between people: what alignment by gravity cannot know."""
    heading: float = 0.0
    """Mean direction of the z axis about the vertical, positive to the left, from the travel
    direction; tibial torsion and toeing out make shank and foot negative."""
    swing_axis: float = 0.0
    """Direction of the swing's axis about the long axis, from the z axis towards x."""
    swing_axis_sd: float = 90.0
    """Spread of it between people; the pelvis has no swing to speak of."""


STANDING = {
    "pelvis": Posture(lean=11.0, lateral=0.0, sd=5.8),
    "thigh": Posture(lean=5.5, lateral=4.0, sd=2.6),
    "shank": Posture(lean=1.9, lateral=4.3, sd=2.5),
    "foot": Posture(lean=0.0, lateral=0.0, sd=2.0),
}
GAIT = {
    "walking": {
        "pelvis": Posture(lean=13.1, lateral=0.0, sd=5.8),
        "thigh": Posture(
            lean=-7.1, lateral=-3.5, sd=2.4, heading=-1.4, swing_axis=3.8, swing_axis_sd=7.8
        ),
        "shank": Posture(
            lean=16.3, lateral=5.6, sd=2.2, heading=-18.9, swing_axis=20.3, swing_axis_sd=5.1
        ),
        "foot": Posture(
            lean=14.9, lateral=-3.1, sd=2.7, heading=-12.6, swing_axis=7.9, swing_axis_sd=6.2
        ),
    },
    "running": {
        "pelvis": Posture(lean=14.0, lateral=0.0, sd=3.9),
        "thigh": Posture(
            lean=-10.1, lateral=-0.9, sd=3.3, heading=5.1, swing_axis=-4.4, swing_axis_sd=5.0
        ),
        "shank": Posture(
            lean=36.9, lateral=7.4, sd=4.1, heading=-10.0, swing_axis=15.4, swing_axis_sd=6.2
        ),
        "foot": Posture(
            lean=37.5, lateral=-0.5, sd=5.1, heading=-6.7, swing_axis=5.5, swing_axis_sd=3.7
        ),
    },
}


def up_in_segment(posture: Posture, segment: str) -> Float[np.ndarray, "3"]:
    """Direction of the vertical in segment axes: tilted backwards if the segment leans forward."""
    lean, lateral = np.deg2rad([posture.lean, posture.lateral * _outwards(segment)])
    up = np.array([-np.tan(lean), 1.0, np.tan(lateral)])
    return up / np.linalg.norm(up)


def swing_axis_in_segment(activity: str, segment: str) -> Float[np.ndarray, "3"]:
    """Direction about which a leg segment swings, in segment axes."""
    angle = np.deg2rad(GAIT[activity][_stem(segment)].swing_axis)
    return np.array([np.sin(angle) * _outwards(segment), 0.0, np.cos(angle)])


def swing_axis_sd_deg(activity: str, segment: str) -> float:
    """Spread between people of that direction [deg]."""
    return GAIT[activity][_stem(segment)].swing_axis_sd


def heading_in_travel_frame_rad(activity: str, segment: str) -> float:
    """Mean heading [rad] of a segment, which its own travel frame lacks."""
    return float(np.deg2rad(GAIT[activity][_stem(segment)].heading) * _outwards(segment))


def _outwards(segment: str) -> int:
    return -1 if segment.endswith("_l") else +1


def _stem(segment: str) -> str:
    return segment.split("_")[0]
