"""Two sensors on either side of a joint feel one acceleration there: at one moment only.

The acceleration of a joint, carried there from each sensor by rigid-body motion, has one length,
whichever way the sensors face and whatever is known of their mounting but for two unknown vectors
from sensor to joint (Seel, Raisch & Schauer 2014, Sensors 14:6891). How well two sensors can be
made to agree therefore tells how late one clock is; impacts and the swing's whip make it sharp.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.signal import butter, sosfiltfilt

from kinefuse.sensor_streams import Vectors
from kinefuse.sessions._joint_loops import settled, sum_of_squares
from kinefuse.sessions.gaps import Samples

CUTOFF_HZ = 10.0
"""Differentiating a gyroscope amplifies noise; a leg's swing lies below 6 Hz."""
_REACH_M = 0.3
"""One sigma of the distance from a sensor to a joint along each axis: half a long thigh."""
_FORCE_M_S2 = 1.0
"""Spread of the disagreement that soft tissue leaves (real walks: 0.3 to 1.8)."""
_STEPS = 3
_ENOUGH_M = 1e-3  # a step below which nothing changes any more

Places = Float[np.ndarray, "6"]
"""Joint seen from one sensor, then from the other [m]."""


@dataclass(frozen=True)
class Carried:
    """One sensor's specific force and turning, and how force changes from place to place."""

    force_m_s2: Vectors
    turning_rad_s: Vectors
    by_place_1_s2: Float[np.ndarray, "time 3 3"]
    sound: Samples


@dataclass(frozen=True)
class Compared:
    """Which samples of two sensors are compared."""

    start: int
    """First sample of the one."""
    stop: int
    """The one after the last."""
    lag: int
    """How many samples later the other's are."""
    every: int = 1
    """Of so many samples one is looked at."""


def carried(
    acc_m_s2: Vectors,
    gyr_rad_s: Vectors,
    sound: Samples,
    rate_hz: float,
    cutoff_hz: float = CUTOFF_HZ,
) -> Carried:
    """Everything that is needed to carry one sensor's force to any place on its segment."""
    sections = butter(2, cutoff_hz, "lowpass", fs=rate_hz, output="sos")
    acc, gyr = (sosfiltfilt(sections, signal, axis=0) for signal in (acc_m_s2, gyr_rad_s))
    turning, speeding = _cross_matrices(gyr), _cross_matrices(np.gradient(gyr, 1 / rate_hz, axis=0))
    # One layout in memory, so that loops are compiled once.
    return Carried(np.ascontiguousarray(acc), gyr, speeding + turning @ turning, sound)


def agreement(
    one: Carried, other: Carried, at: Compared, places_m: Places | None = None
) -> tuple[float, Places]:
    """Mean square of what is left between both lengths [(m/s2)^2], and the places that leave it.

    Args:
        one: A sensor.
        other: The sensor beyond the joint.
        at: Moments that are the same as far as is known.
        places_m: Where to begin: joint seen from one sensor, then from the other.

    Returns:
        Zero, and where it began, if no moment of both is sound.
    """
    start = np.zeros(6) if places_m is None else places_m
    # A prior worth one second in a hundred: keeps places on a body where nothing else does.
    prior = 0.01 * (_FORCE_M_S2 / _REACH_M) ** 2
    squares, count, found = settled(
        *_signals(one, other), _where(at), start, prior, _STEPS, _ENOUGH_M
    )
    return squares / max(1, count), found


def agreement_at(one: Carried, other: Carried, at: Compared, places_m: Places) -> float:
    """The same where the places are known; infinite if no moment of both is sound."""
    signals = _signals(one, other)
    squares, count = sum_of_squares(*signals, _where(at), places_m, np.empty((2, 6)))
    return squares / count if count else float("inf")


def _signals(one: Carried, other: Carried):
    forces = one.force_m_s2, one.by_place_1_s2, other.force_m_s2, other.by_place_1_s2
    return *forces, one.sound, other.sound


def _where(at: Compared) -> tuple[int, int, int, int]:
    return at.start, at.stop, at.every, at.lag


def _cross_matrices(vectors: Vectors) -> Float[np.ndarray, "time 3 3"]:
    x, y, z = vectors.T
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)
