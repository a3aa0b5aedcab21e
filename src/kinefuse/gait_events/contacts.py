"""When the foot meets the ground, and the strides between, from the sensors of one leg.

The sensors must be in their segments' axes (x forward, y up, z right). Seen about z, the shank
and the foot turn fast and positively while the leg swings (their lower end goes forwards), cross
zero as the leg reaches out and have their first minimum as the foot is put down (Aminian et al.
2002, J. Biomech. 35:689, shank; Mariani et al. 2013, Gait & Posture 37:229, foot). The contact
lies between that crossing and that minimum.
"""

from collections.abc import Mapping

import numpy as np
from scipy.signal import butter, find_peaks, sosfiltfilt

from kinefuse.errors import MissingSensor
from kinefuse.gait_events.config import GaitEventConfig, Times
from kinefuse.recordings import ImuRecording


def foot_contacts(
    foot: ImuRecording | None,
    shank: ImuRecording | None,
    config: GaitEventConfig = GaitEventConfig(),
) -> Times:
    """Times of initial contact of one foot, from either sensor or, better, both.

    Raises:
        MissingSensor: Neither sensor was given.
    """
    sensors = [imu for imu in (shank, foot) if imu is not None]
    if not sensors:
        raise MissingSensor(missing=["the shank or the foot"], present=())
    rate_hz = sensors[0].rate_hz
    swings = swing_peaks(sensors[0], config)
    landings = np.stack([_landings(imu, swings, config) for imu in sensors], axis=1)
    seen = np.isfinite(landings).any(axis=1)
    return np.nanmean(landings[seen], axis=1) / rate_hz


def contacts_by_side(
    sensors: Mapping[str, ImuRecording], config: GaitEventConfig = GaitEventConfig()
) -> dict[str, Times]:
    """Contacts of every leg that carries a shank or a foot sensor, by side ('r', 'l')."""
    legs = {side: (sensors.get(f"foot_{side}"), sensors.get(f"shank_{side}")) for side in "rl"}
    return {side: foot_contacts(*leg, config) for side, leg in legs.items() if any(leg)}


def swing_peaks(imu: ImuRecording, config: GaitEventConfig) -> np.ndarray:
    """Samples of fastest forward swing; a recording may begin in the midst of one."""
    rate = rate_about_z(imu, config.swing_cutoff_hz)
    begun = np.insert(rate, 0, rate.min())  # so that the first sample can be a peak
    apart = max(1, int(0.8 * config.shortest_stride_s * imu.rate_hz))
    peaks, _ = find_peaks(begun, height=config.slowest_swing_rad_s, distance=apart)
    if not len(peaks):
        return peaks
    enough = config.swing_fraction * np.median(begun[peaks])
    return find_peaks(begun, height=enough, prominence=enough, distance=apart)[0] - 1


def _landings(imu: ImuRecording, swings: np.ndarray, config: GaitEventConfig) -> np.ndarray:
    """Sample, with fraction, of the contact after each swing; NaN where none can be seen."""
    rate = rate_about_z(imu, config.contact_cutoff_hz)
    ends = np.append(swings, len(rate))[1:]
    return np.array(
        [
            start + _descent(rate[start:end], config.contact_fraction)
            for start, end in zip(swings, ends, strict=True)
        ]
    )


def _descent(rate: np.ndarray, fraction: float) -> float:
    """Where between the first zero crossing and the minimum after it, in samples."""
    below = np.flatnonzero(rate <= 0)
    if not len(below) or below[0] == 0:
        return np.nan
    after = int(below[0])
    rising = np.flatnonzero(np.diff(rate[after:]) > 0)
    if not len(rising):
        return np.nan
    minimum = after + int(rising[0])
    crossing = after - 1 + rate[after - 1] / (rate[after - 1] - rate[after])
    return crossing + fraction * (minimum - crossing)


def rate_about_z(imu: ImuRecording, cutoff_hz: float) -> np.ndarray:
    """Angular velocity about the right-pointing axis, without lag."""
    nyquist = imu.rate_hz / 2
    filters = butter(2, min(cutoff_hz, 0.9 * nyquist), fs=imu.rate_hz, output="sos")
    padding = min(int(imu.rate_hz / cutoff_hz), imu.samples - 1)
    return sosfiltfilt(filters, imu.gyr_rad_s[:, 2], padlen=padding)
