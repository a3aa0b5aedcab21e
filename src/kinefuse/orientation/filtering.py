"""Attitude of a sensor from accelerometer and gyroscope alone, by a published filter."""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.recordings import ImuRecording

# The filter's world has z up; ours has y up and keeps x.
_R_ours_filters = np.array([[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.0, -1.0, 0.0]])


def filter_attitude(imu: ImuRecording) -> Float[np.ndarray, "time 3 3"]:
    """Attitude ``R_world_sensor``; its heading is arbitrary and drifts slowly.

    Offline VQF in its 6-D form (Laidig & Seel 2023, Information Fusion 91:187), which also
    estimates the gyroscope's bias.
    """
    from vqf import offlineVQF

    gyr, acc = (np.ascontiguousarray(signal) for signal in (imu.gyr_rad_s, imu.acc_m_s2))
    quaternions_wxyz = offlineVQF(gyr, acc, None, 1 / imu.rate_hz)["quat6D"]
    return _R_ours_filters @ so3.from_quaternions(quaternions_wxyz)
