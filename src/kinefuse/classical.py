"""Joint angles without any network: the baseline that every learned method has to beat.

Filtered attitudes, the sensor-to-segment alignment, one common heading, Cardan angles.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.reference_posture import heading_in_travel_frame_rad
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.orientation.heading import in_travel_frame, slow_heading
from kinefuse.recordings import ImuSession, JointAngles


def classical_angles(aligned: ImuSession, activity: str) -> JointAngles:
    """Angles of every joint with a sensor on both sides.

    Args:
        aligned: Sensors in segment axes (see ``kinefuse.alignment``).
        activity: 'walking' or 'running'; tells how segments are turned on average.
    """
    return angles_between(aligned, classical_attitudes(aligned, activity))


def classical_attitudes(
    aligned: ImuSession, activity: str
) -> dict[str, Float[np.ndarray, "time 3 3"]]:
    """``R_world_segment`` of every sensor: filtered, and facing where people's segments face.

    Each segment's slow heading is replaced by that of the first one (the pelvis where it has a
    sensor) and what the segment's usually is, so that all share one world. Arguments as for
    ``classical_angles``.
    """
    filtered = {s: filter_attitude(imu) for s, imu in aligned.sensors.items()}
    first = next(s for s in SEGMENTS if s in filtered)
    travelled = slow_heading(so3.heading(filtered[first]), aligned.rate_hz)
    return {
        s: so3.about_y(travelled + heading_in_travel_frame_rad(activity, s))
        @ in_travel_frame(R, aligned.rate_hz)
        for s, R in filtered.items()
    }


def angles_between(
    aligned: ImuSession, R_world_segment: Mapping[str, Float[np.ndarray, "_time 3 3"]]
) -> JointAngles:
    """Angles of every joint of a session from attitudes of its segments in one world."""
    return JointAngles(
        rate_hz=aligned.rate_hz,
        angles_rad={j: joint_angles_of(j, R_world_segment) for j in aligned.joints()},
    )


def joint_angles_of(
    joint_name: str, R_world_segment: Mapping[str, Float[np.ndarray, "time 3 3"]]
) -> Float[np.ndarray, "time 3"]:
    """Clinical angles [rad] of one joint from attitudes in one common world."""
    joint = JOINTS[joint_name]
    rotation = joint_rotation(R_world_segment[joint.proximal], R_world_segment[joint.distal])
    return angles_of_rotation(rotation, joint)
