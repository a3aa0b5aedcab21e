"""What gravity that the gyroscope carries tells of its sign."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import WINDOW_S, Sensors
from kinefuse.orientation.strapdown import dead_reckoning

TOLD_TURN_RAD = np.deg2rad(60.0)  # six times what a bias of 0.5 deg/s adds up to in 20 s


def shared_turns(sensors: Sensors) -> dict[str, float]:
    """Turn about gravity, as a part of the usual sensor's; -1 if gravity is upside down.

    Nothing else here tells the sign, for carried gravity has none. Empty, which is 'cannot tell',
    with fewer than three sensors or where nobody turned by 60 deg.
    """
    turns = {s: _turn_about_gravity(felt) for s, felt in sensors.items()}
    usual = float(np.median(list(turns.values())))
    if len(turns) < 3 or abs(usual) < TOLD_TURN_RAD:
        return {}
    return {s: turn / usual for s, turn in turns.items()}


def _turn_about_gravity(felt: Felt) -> float:
    """Angle [rad], with the sign of a turn to the left where gravity has its usual sign."""
    R_start_sensor = dead_reckoning(felt.gyr_rad_s, felt.rate_hz)
    force = np.einsum("tij,tj->ti", R_start_sensor, felt.acc_m_s2)
    up = uniform_filter1d(force, max(3, round(WINDOW_S * felt.rate_hz)), axis=0)
    up /= np.maximum(np.linalg.norm(up, axis=-1, keepdims=True), 1e-9)
    turning = np.einsum("tij,tj->ti", R_start_sensor, felt.gyr_rad_s)
    return float(np.sum(up * turning) / felt.rate_hz)
