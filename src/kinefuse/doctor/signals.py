"""What the readings of one sensor tell by themselves: clipping, noise, and bias at rest."""

import numpy as np
from jaxtyping import Float
from scipy.ndimage import uniform_filter1d

from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import Sensors, turning_speeds

PLATEAU = 3  # samples; two equal ones happen
JUMP = 5.0  # least steps of the converter, at both ends of a plateau
QUIET = 10.0  # percent of a recording that is looked at for noise: the part with least motion
STILL_RAD_S, STILL_M_S2 = np.deg2rad(3.0), 0.3  # standard deviations over a second of rest
APART_S = 5.0  # between two rests whose biases are compared
THIRD = np.sqrt(20.0)  # a third difference has so many times the spread of white noise


def limb_turning_speeds(sensors: Sensors) -> dict[str, float]:
    """Root mean square of the angular velocity [rad/s] of all but the pelvis, which may rest."""
    return turning_speeds({s: felt for s, felt in sensors.items() if s != "pelvis"})


def clipped_samples(sensors: Sensors) -> dict[str, float]:
    """Samples in plateaus at the greatest or least value of an axis that changes."""
    return {
        s: float(sum(_plateaus(x) for x in np.hstack([f.acc_m_s2, f.gyr_rad_s]).T))
        for s, f in sensors.items()
    }


def _plateaus(signal: Float[np.ndarray, " time"]) -> int:
    """Samples at an extreme, in a row, reached and left with a jump: round tops repeat too."""
    jumps = np.abs(np.diff(signal))
    if not jumps.any():
        return 0
    steep = JUMP * jumps[jumps > 0].min()
    found = 0
    for extreme in (signal.min(), signal.max()):
        edges = np.diff(np.concatenate([[0], signal == extreme, [0]]).astype(int))
        for start, end in zip(np.flatnonzero(edges == 1), np.flatnonzero(edges == -1), strict=True):
            inside = start > 0 and end < len(signal)
            if end - start >= PLATEAU and inside and min(jumps[start - 1], jumps[end - 1]) > steep:
                found += end - start
    return int(found)


def gyroscope_noise(sensors: Sensors) -> dict[str, float]:
    """Standard deviation [deg/s] from sample to sample of an axis, where it moves least."""
    return {s: float(np.rad2deg(_noise(f.gyr_rad_s, f.rate_hz))) for s, f in sensors.items()}


def accelerometer_noise(sensors: Sensors) -> dict[str, float]:
    """Standard deviation [m/s2] from sample to sample of an axis, where it moves least."""
    return {s: _noise(f.acc_m_s2, f.rate_hz) for s, f in sensors.items()}


def _noise(signal: Float[np.ndarray, "time 3"], rate_hz: float) -> float:
    """Of third differences, which take away all that is smooth."""
    if len(signal) < 8:
        return 0.0
    power = uniform_filter1d(np.diff(signal, 3, axis=0) ** 2, max(3, round(rate_hz / 4)), axis=0)
    quiet = np.maximum(np.percentile(power, QUIET, axis=0), 0.0)  # running sums round below zero
    return float(np.sqrt(quiet).max() / THIRD)


def resting_biases(sensors: Sensors) -> dict[str, float]:
    """Turning [deg/s] that a sensor at rest claims; only of sensors that rest for a second."""
    rests = {s: _rests(felt) for s, felt in sensors.items()}
    return {
        s: float(np.rad2deg(np.linalg.norm(np.median(gyr, axis=0))))
        for s, (_, gyr) in rests.items()
        if len(gyr)
    }


def bias_drifts(sensors: Sensors) -> dict[str, float]:
    """Change of bias [deg/s] between first and last rest, where those are 5 s apart or more."""
    found = {}
    for segment, felt in sensors.items():
        time_s, gyr = _rests(felt)
        if len(gyr) and time_s[-1] - time_s[0] >= APART_S:
            found[segment] = float(np.rad2deg(np.linalg.norm(gyr[-1] - gyr[0])))
    return found


def _rests(felt: Felt) -> tuple[np.ndarray, np.ndarray]:
    """Time and mean angular velocity of every second of rest."""
    length = max(3, round(felt.rate_hz))
    count = felt.samples // length
    parts = [x[: count * length].reshape(count, length, 3) for x in (felt.gyr_rad_s, felt.acc_m_s2)]
    gyr_sd, acc_sd = (part.std(axis=1).max(axis=-1, initial=0.0) for part in parts)
    still = (gyr_sd < STILL_RAD_S) & (acc_sd < STILL_M_S2)
    changed = np.any(np.ptp(parts[0], axis=1) > 0, axis=-1)
    where = np.flatnonzero(still & changed)
    return where * length / felt.rate_hz, parts[0].mean(axis=1)[where]
