"""How people's segments are held on average, standing and in gait: what alignment leans on.

A sensor tells where gravity and the swing point; where those point in the *anatomical* axes has to
be known from people whose markers were measured. Means over people, right legs (left ones
mirrored); ``revalidation/reference_posture.py`` recomputes every number. Standing: 12 runners and
6 walkers; walking: 7 people overground; running: 10 people on treadmills (of the RBDS set without
runners 4, 11, 18 and 23, who are kept for testing).
"""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, kw_only=True)
class Posture:
    """Mean attitude of one segment [deg], on the right side."""

    lean: float
    """How far the long axis leans forward."""
    lean_per_swing: float = 0.0
    """How much more it leans for each radian by which the swing's amplitude exceeds ``swing``."""
    swing: float = 0.0
    """Amplitude [rad] of the stride's first harmonic at which the lean is as given."""
    lateral: float
    """How far the vertical, seen from the segment, leans outwards: positive if the segment's upper
    end is nearer to the body's midline than its lower end."""
    sd: float
    """Spread of the lean between people: what alignment by gravity cannot know."""
    lateral_sd: float
    """Spread of the lateral lean."""
    heading: float = 0.0
    """Mean direction of the z axis about the vertical, positive to the left, from the travel
    direction; tibial torsion and toeing out make shank and foot negative."""
    swing_axis: float = 0.0
    """Direction of the swing's axis about the long axis, from the z axis towards x."""
    stride_axis: float = 0.0
    """Direction to the right of the usual stride (``stride_axes``), as for the swing's axis."""
    axis_sd: float = 90.0
    """Spread of both between people."""


# Spreads in gait, standing laterally, and of the axes, and the stride's axes: of 220 simulated
# people and of those who wore markers, two thirds of whom are within them; where the two groups
# differ (the stride's axis; runners' lateral lean of shank and foot, 7.4 and -0.5 deg with markers
# and -1.1 and -6.8 simulated) the mean lies half way, and the spread is that of the wider group.
# Faster runners swing further and lean more: shanks 33.6, 39.1 and 41.7 deg at 2.5, 3.5 and 4.5 m/s
# with swings of 0.54, 0.70 and 0.80 rad, feet 29.6, 39.0 and 43.7 deg with 0.76, 0.98 and 1.08 rad
# (7 people).
STANDING = {
    "pelvis": Posture(lean=11.0, lateral=0.0, sd=5.8, lateral_sd=1.5),
    "thigh": Posture(lean=5.5, lateral=4.0, sd=2.9, lateral_sd=4.5),
    "shank": Posture(lean=1.9, lateral=4.3, sd=3.0, lateral_sd=7.0),
    "foot": Posture(lean=0.0, lateral=0.0, sd=3.0, lateral_sd=7.0),
}
GAIT = {
    "walking": {
        "pelvis": Posture(lean=13.1, lateral=0.0, sd=5.8, lateral_sd=3.0, axis_sd=25.0),
        "thigh": Posture(
            lean=-7.1,
            lateral=-3.5,
            sd=5.5,
            lateral_sd=4.0,
            heading=-1.4,
            swing_axis=3.8,
            stride_axis=1.4,
            axis_sd=8.0,
        ),
        "shank": Posture(
            lean=16.3,
            lateral=5.6,
            sd=4.5,
            lateral_sd=6.5,
            heading=-18.9,
            swing_axis=20.3,
            stride_axis=5.3,
            axis_sd=9.0,
        ),
        "foot": Posture(
            lean=14.9,
            lateral=-3.1,
            sd=4.0,
            lateral_sd=4.5,
            heading=-12.6,
            swing_axis=7.9,
            stride_axis=1.4,
            axis_sd=7.0,
        ),
    },
    "running": {
        "pelvis": Posture(lean=14.0, lateral=0.0, sd=3.9, lateral_sd=3.0, axis_sd=7.0),
        "thigh": Posture(
            lean=-10.1,
            lateral=-0.9,
            sd=3.9,
            lateral_sd=3.5,
            heading=5.1,
            swing_axis=-4.4,
            stride_axis=2.0,
            axis_sd=6.0,
        ),
        "shank": Posture(
            lean=32.5,
            lean_per_swing=33.0,
            swing=0.54,
            lateral=3.2,
            sd=3.5,
            lateral_sd=6.0,
            heading=-10.0,
            swing_axis=15.4,
            stride_axis=2.0,
            axis_sd=8.5,
        ),
        "foot": Posture(
            lean=28.5,
            lean_per_swing=46.0,
            swing=0.75,
            lateral=-3.6,
            sd=4.5,
            lateral_sd=5.0,
            heading=-6.7,
            swing_axis=5.5,
            stride_axis=-0.7,
            axis_sd=6.0,
        ),
    },
}


def up_in_segment(posture: Posture, segment: str) -> Float[np.ndarray, "3"]:
    """Direction of the vertical in segment axes: tilted backwards if the segment leans forward."""
    lean, lateral = np.deg2rad([posture.lean, posture.lateral * _outwards(segment)])
    up = np.array([-np.tan(lean), 1.0, np.tan(lateral)])
    return up / np.linalg.norm(up)


def up_in_gait(activity: str, segment: str, swing_rad: float) -> Float[np.ndarray, "3"]:
    """Mean direction of the vertical in segment axes, of somebody who swings so far."""
    posture = GAIT[activity][_stem(segment)]
    more = posture.lean_per_swing * (swing_rad - posture.swing)
    return up_in_segment(replace(posture, lean=posture.lean + more), segment)


def swing_axis_in_segment(activity: str, segment: str) -> Float[np.ndarray, "3"]:
    """Direction about which a leg segment swings, in segment axes."""
    return _to_the_right(GAIT[activity][_stem(segment)].swing_axis, segment)


def stride_axis_in_segment(activity: str, segment: str) -> Float[np.ndarray, "3"]:
    """Direction to the right of the usual stride, in segment axes."""
    return _to_the_right(GAIT[activity][_stem(segment)].stride_axis, segment)


def axis_sd_deg(activity: str, segment: str) -> float:
    """Spread between people of these directions [deg]."""
    return GAIT[activity][_stem(segment)].axis_sd


def heading_in_travel_frame_rad(activity: str, segment: str) -> float:
    """Mean heading [rad] of a segment, which its own travel frame lacks."""
    return float(np.deg2rad(GAIT[activity][_stem(segment)].heading) * _outwards(segment))


def _to_the_right(towards_x_deg: float, segment: str) -> Float[np.ndarray, "3"]:
    angle = np.deg2rad(towards_x_deg)
    return np.array([np.sin(angle) * _outwards(segment), 0.0, np.cos(angle)])


def _outwards(segment: str) -> int:
    return -1 if segment.endswith("_l") else +1


def _stem(segment: str) -> str:
    return segment.split("_")[0]
