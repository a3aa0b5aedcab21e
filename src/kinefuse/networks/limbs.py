"""A joint's two sensors as those of a right leg, so that one network serves both sides.

A left leg is seen in a mirror that stands in the sagittal plane (it flips z, the right axis).
Specific force is an arrow and is mirrored; angular velocity is a pseudovector and turns the other
way: it is mirrored and negated. Clinical angles have the same sign on both sides and stay.
"""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS, Joint, joint
from kinefuse.recordings import ImuRecording, ImuSession

Pair = Float[np.ndarray, "time 12"]
"""Proximal acc xyz, gyr xyz, then distal acc xyz, gyr xyz; m/s2 and rad/s, as on a right leg."""

_MIRROR = np.array([1.0, 1.0, -1.0])
_ACC, _GYR = slice(0, 3), slice(3, 6)


def pair_signals(session: ImuSession, joint_name: str) -> Pair:
    """Signals of the sensors above and below a joint, as those of a right leg.

    Raises:
        MissingSensor: One of the two segments carries no sensor.
        UnknownChoice: There is no joint of that name.
    """
    named = joint(joint_name)
    sensors = session[named.proximal], session[named.distal]
    return np.concatenate([_as_right(imu, named) for imu in sensors], axis=-1)


def mirrored_pair(pair: Pair) -> Pair:
    """The same signals seen in the sagittal mirror; twice is nothing."""
    return pair * np.tile(np.concatenate([_MIRROR, -_MIRROR]), 2)


def sensor_gyroscopes(pair: Pair) -> tuple[so3.Vectors, so3.Vectors]:
    """Angular velocity [rad/s] of the proximal and the distal sensor of a pair."""
    return pair[:, 3:6], pair[:, 9:12]


def mirror_rotations(R: so3.Rotations) -> so3.Rotations:
    """The same motion seen in the sagittal mirror; twice is nothing."""
    return R * np.outer(_MIRROR, _MIRROR)


def as_right_leg(R: so3.Rotations, side: str) -> so3.Rotations:
    """Attitudes of a leg's segments as those of a right leg, or back."""
    return mirror_rotations(R) if side == "l" else R


def right_joint(kind: str) -> Joint:
    """The right joint of that kind; mirrored left legs are read with it."""
    return JOINTS[joint(f"{kind}_r").name]


def _as_right(imu: ImuRecording, named: Joint) -> Float[np.ndarray, "time 6"]:
    signals = np.concatenate([imu.acc_m_s2, imu.gyr_rad_s], axis=-1)
    if named.side == "l":
        signals[:, _ACC] *= _MIRROR
        signals[:, _GYR] *= -_MIRROR
    return signals
