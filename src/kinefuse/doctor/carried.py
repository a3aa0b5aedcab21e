"""What gravity that the gyroscope carries tells of the rate and of its own sign."""

import numpy as np
from scipy.ndimage import uniform_filter1d

from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import WINDOW_S, Sensors, carried_gravity, turning_speeds
from kinefuse.orientation.strapdown import dead_reckoning

ALIKE, AGREEING = 0.6, 0.75  # turns of so many sensors have to agree in size, else all are doubtful
TOLD_TURN_RAD = np.deg2rad(60.0)  # six times what a bias of 0.5 deg/s adds up to in 20 s
SCALES = np.geomspace(0.4, 2.5, 23)  # 9 % apart, as fine as what is told
LONGEST_S = 60.0  # looked at for the rate
GRAVITY_M_S2 = 9.80665
MOVING_RAD_S = 1.0  # of the usual sensor; standing, any rate carries gravity alike
ALL = "all sensors"


def turning_scale(sensors: Sensors) -> dict[str, float]:
    """The factor on all turning that brings carried gravity nearest to 9.81; 1 if it is right.

    Of all sensors together but the worst, so that one faulty sensor is not taken for a wrong rate:
    least squares of logarithms. One sensor alone cannot tell, for its own acceleration keeps time
    with its turning. Empty, which is 'cannot tell', where people stand most of the middle minute.
    """
    parts = {s: _middle(felt) for s, felt in sensors.items()}
    if len(parts) < 3 or np.median(list(turning_speeds(parts).values())) < MOVING_RAD_S:
        return {}
    off = [_off_gravity(parts, scale) for scale in SCALES]
    return {ALL: float(SCALES[int(np.argmin(off))])}


def _middle(felt: Felt) -> Felt:
    spare = max(0, felt.samples - round(LONGEST_S * felt.rate_hz)) // 2
    part = slice(spare, felt.samples - spare)
    return felt.changed(felt.acc_m_s2[part], felt.gyr_rad_s[part])


def _off_gravity(sensors: Sensors, scale: float) -> float:
    scaled = {s: felt.changed(felt.acc_m_s2, scale * felt.gyr_rad_s) for s, felt in sensors.items()}
    found = np.array(list(carried_gravity(scaled).values()))
    return float(np.sum(np.sort(np.log(np.maximum(found, 1e-3) / GRAVITY_M_S2) ** 2)[:-1]))


def shared_turns(sensors: Sensors) -> dict[str, float]:
    """Turn about gravity, as a part of the usual sensor's; -1 if gravity is upside down.

    Nothing else here tells the sign, for carried gravity has none. Empty, which is 'cannot tell',
    with fewer than three sensors, where nobody turned by 60 deg, or
    where the turns disagree in more than sign.
    """
    turns = {s: _turn_about_gravity(felt) for s, felt in sensors.items()}
    all_turns = np.array(list(turns.values()))
    usual = float(np.sign(np.median(all_turns)) * np.median(np.abs(all_turns)))
    if len(turns) < 3 or abs(usual) < TOLD_TURN_RAD:
        return {}
    alike = [abs(abs(turn / usual) - 1) < ALIKE for turn in turns.values()]
    if np.mean(alike) < AGREEING:
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
