"""When the foot meets the ground, and the strides between, from the sensors of one leg.

The sensors must be in their segments' axes (x forward, y up, z right). Seen about z, the shank
and the foot turn fast and positively while the leg swings (their lower end goes forwards), cross
zero as the leg reaches out and have their first minimum as the foot is put down (Aminian et al.
2002, J. Biomech. 35:689, shank; Mariani et al. 2013, Gait & Posture 37:229, foot). The contact
lies between that crossing and that minimum.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.signal import butter, find_peaks, sosfiltfilt

from kinefuse.errors import MissingSensor
from kinefuse.recordings import ImuRecording

Times = Float[np.ndarray, " event"]
"""Seconds since the first sample, increasing."""


@dataclass(frozen=True, kw_only=True)
class GaitEventConfig:
    """What counts as a swing, a contact and a stride."""

    swing_cutoff_hz: float = 5.0
    """Low-pass that leaves one hump a swing; walking and running swings last 0.2 to 0.5 s."""
    contact_cutoff_hz: float = 12.0
    """Low-pass that keeps the crossing and the minimum, and drops the ringing after impact."""
    slowest_swing_rad_s: float = 1.2
    """A leg that peaks below this stands or shuffles; braced knees swing at 2.4 and more."""
    swing_fraction: float = 0.3
    """A peak below this fraction of the median swing is no swing; a pivoting turn has 0.34."""
    contact_fraction: float = 0.45
    """Where the contact lies, from the zero crossing (0) to the minimum (1). So 28 of 29 steps are
    within 30 ms of force plates in walking, and 92 % of 2,772 in running within 30 ms of the foot
    reaching the ground; see tests/agreement/test_contacts.py."""
    shortest_stride_s: float = 0.45
    """Sprinting; Novacheck 1998, Gait & Posture 7:77, has 0.6 s at 3.2 m/s."""
    longest_stride_s: float = 2.0
    """Walking at 0.4 m/s; Schwartz et al. 2008, J. Biomech. 41:1639, very slow."""
    unlike_the_median: float = 0.35
    """A stride that differs from the median by more than this fraction was cut wrongly, or
    belongs to a turn, a start or a stop."""


@dataclass(frozen=True)
class Stride:
    """From one contact of a foot to its next."""

    start_s: float
    end_s: float
    rejected: str = ""
    """Why the stride is left out of averages; empty if it is sound."""

    @property
    def duration_s(self) -> float:
        """Stride time."""
        return self.end_s - self.start_s


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
    swings = _swing_peaks(sensors[0], config)
    landings = np.stack([_landings(imu, swings, config) for imu in sensors], axis=1)
    seen = np.isfinite(landings).any(axis=1)
    return np.nanmean(landings[seen], axis=1) / rate_hz


def contacts_by_side(
    sensors: Mapping[str, ImuRecording], config: GaitEventConfig = GaitEventConfig()
) -> dict[str, Times]:
    """Contacts of every leg that carries a shank or a foot sensor, by side ('r', 'l')."""
    legs = {side: (sensors.get(f"foot_{side}"), sensors.get(f"shank_{side}")) for side in "rl"}
    return {side: foot_contacts(*leg, config) for side, leg in legs.items() if any(leg)}


def strides(contacts_s: Times, config: GaitEventConfig = GaitEventConfig()) -> tuple[Stride, ...]:
    """Every stride between neighbouring contacts; the implausible ones say why."""
    durations = np.diff(contacts_s)
    possible = (durations >= config.shortest_stride_s) & (durations <= config.longest_stride_s)
    median = float(np.median(durations[possible])) if possible.any() else np.nan
    return tuple(
        Stride(float(start), float(end), _why_rejected(float(end - start), median, config))
        for start, end in pairwise(contacts_s)
    )


def sound(all_strides: tuple[Stride, ...]) -> tuple[Stride, ...]:
    """The strides that averages are made of."""
    return tuple(stride for stride in all_strides if not stride.rejected)


def stride_time_s(all_strides: tuple[Stride, ...]) -> float:
    """Median duration of the sound strides; NaN without any."""
    durations = [stride.duration_s for stride in sound(all_strides)]
    return float(np.median(durations)) if durations else np.nan


def cadence_steps_min(all_strides: tuple[Stride, ...]) -> float:
    """Steps of both feet in a minute: a stride is two steps."""
    return 120.0 / stride_time_s(all_strides)


def _why_rejected(duration_s: float, median_s: float, config: GaitEventConfig) -> str:
    if duration_s < config.shortest_stride_s:
        return f"{duration_s:.2f} s is shorter than any stride"
    if duration_s > config.longest_stride_s:
        return f"{duration_s:.2f} s is longer than any stride: a pause or a missed contact"
    if abs(duration_s - median_s) > config.unlike_the_median * median_s:
        return f"{duration_s:.2f} s is unlike the median of {median_s:.2f} s"
    return ""


def _swing_peaks(imu: ImuRecording, config: GaitEventConfig) -> np.ndarray:
    """Samples of fastest forward swing; a recording may begin in the midst of one."""
    rate = _low_passed(imu, config.swing_cutoff_hz)
    begun = np.insert(rate, 0, rate.min())  # so that the first sample can be a peak
    apart = max(1, int(0.8 * config.shortest_stride_s * imu.rate_hz))
    peaks, _ = find_peaks(begun, height=config.slowest_swing_rad_s, distance=apart)
    if not len(peaks):
        return peaks
    enough = config.swing_fraction * np.median(begun[peaks])
    return find_peaks(begun, height=enough, prominence=enough, distance=apart)[0] - 1


def _landings(imu: ImuRecording, swings: np.ndarray, config: GaitEventConfig) -> np.ndarray:
    """Sample, with fraction, of the contact after each swing; NaN where none can be seen."""
    rate = _low_passed(imu, config.contact_cutoff_hz)
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


def _low_passed(imu: ImuRecording, cutoff_hz: float) -> np.ndarray:
    """Angular velocity about the right-pointing axis, without lag."""
    nyquist = imu.rate_hz / 2
    filters = butter(2, min(cutoff_hz, 0.9 * nyquist), fs=imu.rate_hz, output="sos")
    padding = min(int(imu.rate_hz / cutoff_hz), imu.samples - 1)
    return sosfiltfilt(filters, imu.gyr_rad_s[:, 2], padlen=padding)
