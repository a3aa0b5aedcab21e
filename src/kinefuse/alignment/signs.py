"""Which way each flexion axis points, decided by what a body can do.

Turning a sensor's axes by half a turn about the long axis leaves gravity and the swing's direction
as they were. The sign cannot be read off one thigh: on a real walk the skewness of its angular
velocity was of opposite sign on the two legs. But a wrong sign bends the knee forwards or turns
the foot through the shin, so the signs of a leg's segments are tried together and the combination
is taken that keeps knee and ankle within their ranges.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.orientation.heading import in_travel_frame

HALF_TURN_ABOUT_Y = np.diag([-1.0, 1.0, -1.0])

# In gait with the neutral pose at standing [deg]: hyperextension beyond 15 and plantarflexion
# beyond 50 are not walked or run with (ranges in AAOS 1965, less what gait leaves unused).
_GAIT_RANGE_DEG = {"knee": (-15.0, 150.0), "ankle": (-50.0, 40.0)}
_SKEWNESS_WEIGHT_DEG = 0.5  # a tie-breaker: typical wrong combinations cost 5 to 20 deg


@dataclass(frozen=True)
class LegSigns:
    """For each segment of a leg, whether its axes have to be turned about."""

    turned: Mapping[str, bool]
    cost_deg: float
    runner_up_cost_deg: float
    """Cost of the best other combination; close to ``cost_deg`` means undecided."""

    @property
    def sure(self) -> bool:
        """Whether another combination would clearly break a joint."""
        return self.runner_up_cost_deg > self.cost_deg + 1.0


def leg_signs(
    side: str,
    R_world_segment: Mapping[str, Float[np.ndarray, "time 3 3"]],
    gyr_segment: Mapping[str, Float[np.ndarray, "time 3"]],
    moves: Bool[np.ndarray, " time"],
    rate_hz: float,
) -> LegSigns:
    """Find the signs of the segments of one leg, given axes that are right up to sign.

    Args:
        side: 'r' or 'l'.
        R_world_segment: Attitudes with each axis as it was found; headings are arbitrary.
        gyr_segment: Angular velocities in the same axes [rad/s].
        moves: Samples in which the person walks or runs.
        rate_hz: Samples a second.
    """
    segments = [s for s in (f"thigh_{side}", f"shank_{side}", f"foot_{side}") if s in gyr_segment]
    travelling = {
        (s, turned): in_travel_frame(
            R_world_segment[s] @ HALF_TURN_ABOUT_Y if turned else R_world_segment[s], rate_hz
        )[moves]
        for s in segments
        for turned in (False, True)
    }
    costs = {
        turned: _impossible_deg(side, segments, turned, travelling)
        - _SKEWNESS_WEIGHT_DEG * _forward_swing(segments, turned, gyr_segment, moves)
        for turned in product((False, True), repeat=len(segments))
    }
    best, runner_up = sorted(costs, key=costs.__getitem__)[:2]
    return LegSigns(dict(zip(segments, best, strict=True)), costs[best], costs[runner_up])


def _impossible_deg(side, segments, turned, travelling) -> float:
    """Mean angle by which knee and ankle leave their range."""
    sign_of = dict(zip(segments, turned, strict=True))
    total = 0.0
    for kind, (low, high) in _GAIT_RANGE_DEG.items():
        joint = JOINTS[f"{kind}_{side}"]
        if joint.proximal in sign_of and joint.distal in sign_of:
            proximal, distal = (travelling[s, sign_of[s]] for s in (joint.proximal, joint.distal))
            flexion = np.rad2deg(angles_of_rotation(joint_rotation(proximal, distal), joint)[:, 0])
            total += float(
                np.mean(np.clip(low - flexion, 0, None) + np.clip(flexion - high, 0, None))
            )
    return total


def _forward_swing(segments, turned, gyr_segment, moves) -> float:
    """Skewness of the shank's flexion rate, within 1: its swing forwards is faster than back.

    That of thigh and foot was found to mislead and is not used.
    """
    for segment, is_turned in zip(segments, turned, strict=True):
        if segment.startswith("shank"):
            rate = gyr_segment[segment][moves, 2] * (-1 if is_turned else 1)
            spread = rate.std()
            if spread > 0:
                return float(np.clip(np.mean((rate - rate.mean()) ** 3) / spread**3, -1, 1))
    return 0.0
