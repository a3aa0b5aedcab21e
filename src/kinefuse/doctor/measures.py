"""What the doctor measures: one number a segment, from what its sensor felt."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Bool, Float
from scipy.ndimage import uniform_filter1d

from kinefuse.doctor.felt import Felt
from kinefuse.orientation.strapdown import dead_reckoning

WINDOW_S = 3.0  # some strides, over which a person's own acceleration is nearly zero on average
IN_MOTION_RAD_S = 0.5  # no reading stays the same then; at rest a coarse converter's do
FEWEST_IN_MOTION = 100  # samples, to speak of hundredths

Sensors = Mapping[str, Felt]


def whole_shares(sensors: Sensors) -> dict[str, float]:
    """Percentage of the time in which a sensor has whole samples, of both its instruments."""
    return {s: 100 * float(felt.known.mean()) for s, felt in sensors.items()}


def missing_shares(sensors: Sensors) -> dict[str, float]:
    """Percentage of samples that were never recorded."""
    return {s: 100 - share for s, share in whole_shares(sensors).items()}


def constant_axes(sensors: Sensors) -> dict[str, float]:
    """Number of axes, of six, that hold one value from beginning to end."""
    return {
        s: float(np.sum(np.ptp(np.hstack([felt.acc_m_s2, felt.gyr_rad_s]), axis=0) == 0))
        for s, felt in sensors.items()
    }


def longest_holds(sensors: Sensors) -> dict[str, float]:
    """Longest time [s] for which all six readings repeat themselves."""
    found = {}
    for segment, felt in sensors.items():
        signals = np.hstack([felt.acc_m_s2, felt.gyr_rad_s])
        moved = np.flatnonzero(np.any(np.diff(signals, axis=0) != 0, axis=1))
        edges = np.concatenate([[-1], moved, [len(signals) - 1]])
        found[segment] = float((np.diff(edges).max() - 1) / felt.rate_hz)
    return found


def repeated_shares(sensors: Sensors) -> dict[str, float]:
    """Percentage of samples in motion that only repeat the one before, of the worse instrument.

    Longer stretches that stand still count once: they are another fault.
    """
    found = {}
    for segment, felt in sensors.items():
        moving = np.linalg.norm(felt.gyr_rad_s[1:], axis=1) > IN_MOTION_RAD_S
        if moving.sum() >= FEWEST_IN_MOTION:
            instruments = (felt.acc_m_s2, felt.gyr_rad_s)
            found[segment] = 100 * max(float(_repeats(x)[moving].mean()) for x in instruments)
    return found


def _repeats(signal: Float[np.ndarray, "time 3"]) -> Bool[np.ndarray, " later"]:
    """Where all three axes repeat for the first time."""
    same = np.all(np.diff(signal, axis=0) == 0, axis=1)
    return same & ~np.concatenate([[False], same[:-1]])


def turning_speeds(sensors: Sensors) -> dict[str, float]:
    """Root mean square of the angular velocity [rad/s]."""
    return {
        s: float(np.sqrt(np.mean(np.sum(felt.gyr_rad_s**2, axis=-1))))
        for s, felt in sensors.items()
    }


def carried_gravity(sensors: Sensors) -> dict[str, float]:
    """Gravity [m/s2]: specific force in axes that the gyroscope holds still, averaged over strides.

    A person's own acceleration averages out over a stride; gravity stays, where the accelerometer
    feels it in its true unit and the gyroscope turns as the sensor does. Median over a recording.
    """
    found = {}
    for segment, felt in sensors.items():
        R_start_sensor = dead_reckoning(felt.gyr_rad_s, felt.rate_hz)
        force = np.einsum("tij,tj->ti", R_start_sensor, felt.acc_m_s2)
        window = max(3, round(WINDOW_S * felt.rate_hz))
        mean = uniform_filter1d(force, window, axis=0)
        whole = mean[window // 2 : -(window // 2)] if felt.samples > 2 * window else mean
        found[segment] = float(np.median(np.linalg.norm(whole, axis=-1)))
    return found
