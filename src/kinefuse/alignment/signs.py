"""Which way each flexion axis points, decided by what a body can do.

A swing tells the line about which it goes, not the side to which that line points. The sign cannot
be read off one thigh: on a real walk the skewness of its angular velocity was of opposite sign on
the two legs. But a wrong sign bends the knee forwards or turns the foot through the shin, and
neighbours then feel opposite accelerations at the joint they share. So the signs of a leg's
segments are tried together and the combination is taken that a body can do.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.alignment.shared_point import (
    TO_LOWER_END_M,
    TO_UPPER_END_M,
    agreement,
    horizontal_acceleration,
)
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.orientation.heading import in_travel_frame
from kinefuse.recordings import ImuSession

Candidates = tuple[Float[np.ndarray, "3 3"], Float[np.ndarray, "3 3"]]

# In gait with the neutral pose at standing [deg]: hyperextension beyond 15 and plantarflexion
# beyond 50 are not walked or run with (ranges in AAOS 1965, less what gait leaves unused).
_GAIT_RANGE_DEG = {"knee": (-15.0, 150.0), "ankle": (-50.0, 40.0)}
# A wrong sign costs 5 to 20 deg of impossible angle, or hardly any where the leg leans far (one
# thigh in eight while running), but always turns the agreement at a joint from +0.8 to -0.8.
_DISAGREEMENT_WEIGHT_DEG = 5.0
_SKEWNESS_WEIGHT_DEG = 3.0  # decides front and back where no still pose fixes the knee's zero


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
    candidates: Mapping[str, Candidates],
    session: ImuSession,
    attitudes: Mapping[str, Float[np.ndarray, "time 3 3"]],
    moves: Bool[np.ndarray, " time"],
) -> LegSigns:
    """Find the signs of the flexion axes of one leg's segments.

    Args:
        side: 'r' or 'l'.
        candidates: For each segment, both sensor-to-segment rotations: with the axis as it was
            found, and turned.
        session: The sensors in their own axes.
        attitudes: ``R_world_sensor`` of each; headings are arbitrary.
        moves: Samples in which the person walks or runs.
    """
    segments = tuple(candidates)
    travelling = {
        (s, turned): in_travel_frame(attitudes[s] @ R_segment_sensor.T, session.rate_hz)[moves]
        for s in segments
        for turned, R_segment_sensor in enumerate(candidates[s])
    }
    at_ends = {
        (s, turned, end): _acceleration(session[s], attitudes[s], R_segment_sensor, s, end)
        for s in segments
        for turned, R_segment_sensor in enumerate(candidates[s])
        for end in ("upper", "lower")
    }
    costs = {
        signs: _impossible_deg(side, dict(zip(segments, signs, strict=True)), travelling)
        - _DISAGREEMENT_WEIGHT_DEG * _agreement(side, segments, signs, at_ends, moves)
        - _SKEWNESS_WEIGHT_DEG * _forward_swing(segments, signs, candidates, session, moves)
        for signs in product((False, True), repeat=len(segments))
    }
    best, runner_up = sorted(costs, key=costs.__getitem__)[:2]
    return LegSigns(dict(zip(segments, best, strict=True)), costs[best], costs[runner_up])


def _impossible_deg(side, signs, travelling) -> float:
    """Mean angle by which knee and ankle leave their range."""
    total = 0.0
    for kind, (low, high) in _GAIT_RANGE_DEG.items():
        joint = JOINTS[f"{kind}_{side}"]
        if joint.proximal in signs and joint.distal in signs:
            proximal, distal = (travelling[s, signs[s]] for s in (joint.proximal, joint.distal))
            angles = angles_of_rotation(joint_rotation(proximal, distal), joint)
            flexion = np.rad2deg(angles[:, 0])
            beyond = np.clip(low - flexion, 0, None) + np.clip(flexion - high, 0, None)
            total += float(np.mean(beyond))
    return total


def _acceleration(imu, R_world_sensor, R_segment_sensor, segment, end):
    """Horizontal acceleration at one end of a segment, if the sensor sits as supposed."""
    lever = {"upper": TO_UPPER_END_M, "lower": TO_LOWER_END_M}[end].get(segment[:-2], 0.0)
    aligned = imu.turned(R_segment_sensor)
    return horizontal_acceleration(
        aligned.acc_m_s2, aligned.gyr_rad_s, R_world_sensor @ R_segment_sensor.T, lever, imu.rate_hz
    )


def _agreement(side, segments, signs, at_ends, moves) -> float:
    """Sum over knee and ankle of how alike both sides of the joint are accelerated, within 1."""
    turned = dict(zip(segments, signs, strict=True))
    joints = (JOINTS[f"{kind}_{side}"] for kind in _GAIT_RANGE_DEG)
    return sum(
        agreement(
            at_ends[j.proximal, turned[j.proximal], "lower"],
            at_ends[j.distal, turned[j.distal], "upper"],
            moves,
        ).real
        for j in joints
        if j.proximal in turned and j.distal in turned
    )


def _forward_swing(segments, signs, candidates, session, moves) -> float:
    """Skewness of the shank's flexion rate, within 1: its swing forwards is faster than back.

    That of thigh and foot was found to mislead and is not used.
    """
    for segment, turned in zip(segments, signs, strict=True):
        if segment.startswith("shank"):
            rate = session[segment].gyr_rad_s[moves] @ candidates[segment][turned][2]
            spread = rate.std()
            if spread > 0:
                return float(np.clip(np.mean((rate - rate.mean()) ** 3) / spread**3, -1, 1))
    return 0.0
