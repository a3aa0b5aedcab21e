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
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.orientation.heading import in_travel_frame
from kinefuse.recordings import ImuSession, JointAngles


def classical_angles(aligned: ImuSession, activity: str) -> JointAngles:
    """Angles of every joint with a sensor on both sides.

    Args:
        aligned: Sensors in segment axes (see ``kinefuse.alignment``).
        activity: 'walking' or 'running'; tells how segments are turned on average.
    """
    R_travel_segment = {
        s: so3.about_y(heading_in_travel_frame_rad(activity, s))
        @ in_travel_frame(filter_attitude(imu), imu.rate_hz)
        for s, imu in aligned.sensors.items()
    }
    return JointAngles(
        rate_hz=aligned.rate_hz,
        angles_rad={j: joint_angles_of(j, R_travel_segment) for j in aligned.joints()},
    )


def joint_angles_of(
    joint_name: str, R_world_segment: Mapping[str, Float[np.ndarray, "time 3 3"]]
) -> Float[np.ndarray, "time 3"]:
    """Clinical angles [rad] of one joint from attitudes in one common world."""
    joint = JOINTS[joint_name]
    rotation = joint_rotation(R_world_segment[joint.proximal], R_world_segment[joint.distal])
    return angles_of_rotation(rotation, joint)
