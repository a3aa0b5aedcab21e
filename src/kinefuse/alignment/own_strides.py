"""Strides of sensors whose clocks are not one: each has a phase of its own, the rhythm is shared.

How well turning repeats after a stride needs no common clock, so all sensors tell the rhythm
together: by itself a pelvis would often name its steps. The phase is each sensor's own.
"""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from kinefuse.alignment.stride_signature import (
    STRIDE_S,
    Signature,
    Strides,
    period_of,
    signature,
    strides_at,
)
from kinefuse.alignment.vertical import own_moving
from kinefuse.errors import TooShort
from kinefuse.even_samples import start_of_most
from kinefuse.recordings import ImuRecording


def own_signatures(
    sensors: Mapping[str, ImuRecording], longest_s: float
) -> dict[str, tuple[ImuRecording, Strides, Signature]]:
    """What was looked at of every sensor, its own strides in there, and the signature of those.

    Phases of different sensors have nothing to do with each other.

    Args:
        sensors: By any name; of one rate, of any length.
        longest_s: At most so much of each is looked at, where it moves most.

    Raises:
        TooShort: A sensor felt less than two of the slowest strides.
    """
    seen = {name: _busiest(imu, longest_s) for name, imu in sensors.items()}
    samples = {name: np.flatnonzero(own_moving(imu)) for name, imu in seen.items()}
    turning = {name: _in_its_own_units(imu.gyr_rad_s[samples[name]]) for name, imu in seen.items()}
    rate_hz = next(iter(seen.values())).rate_hz
    needed = round(2 * STRIDE_S[1] * rate_hz)
    for name, signals in turning.items():
        if len(signals) < needed:  # the shortest decides which periods can be told
            raise TooShort(f"{name}: telling where it is", needed, len(signals))
    period_s, regularity = period_of(list(turning.values()), rate_hz)
    found = {}
    for name, imu in seen.items():
        its = strides_at(1 / period_s, turning[name], samples[name], rate_hz, regularity)
        found[name] = imu, its, signature(imu, its)
    return found


def _busiest(imu: ImuRecording, longest_s: float) -> ImuRecording:
    length = round(longest_s * imu.rate_hz)
    if imu.samples <= length:
        return imu
    start = start_of_most(own_moving(imu), length)
    stretch = slice(start, start + length)
    return replace(imu, acc_m_s2=imu.acc_m_s2[stretch], gyr_rad_s=imu.gyr_rad_s[stretch])


def _in_its_own_units(turning: np.ndarray) -> np.ndarray:
    return turning / (np.sqrt(np.mean(turning**2)) + 1e-9)
