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
from kinefuse.sessions.gaps import Samples

CUTOFF_HZ = 10.0
"""Differentiating a gyroscope amplifies noise; a leg's swing lies below 6 Hz."""
_REACH_M = 0.3
"""One sigma of the distance from a sensor to a joint along each axis: half a long thigh."""
_FORCE_M_S2 = 1.0
"""Spread of the disagreement that soft tissue leaves (real walks: 0.3 to 1.8)."""
_STEPS = 3


@dataclass(frozen=True)
class Carried:
    """One sensor's specific force, and how it changes from place to place on its segment."""

    force_m_s2: Vectors
    by_place_1_s2: Float[np.ndarray, "time 3 3"]
    sound: Samples

    def part(self, start: int, stop: int, every: int = 1) -> "Carried":
        """The same for some samples."""
        where = slice(start, stop, every)
        return Carried(self.force_m_s2[where], self.by_place_1_s2[where], self.sound[where])


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
    return Carried(acc, speeding + turning @ turning, sound)


def disagreement(
    one: Carried, other: Carried, places_m: Float[np.ndarray, "6"] | None = None
) -> tuple[Float[np.ndarray, " time"], Float[np.ndarray, "6"]]:
    """What is left between both lengths [m/s2] at the best places, 0 where not sound.

    Args:
        one: A sensor.
        other: The sensor beyond the joint, at the same moments as far as is known.
        places_m: Where to begin: joint seen from one sensor, then from the other.
    """
    r = np.zeros(6) if places_m is None else places_m
    both = one.sound & other.sound
    weight = both / max(1, both.sum()) / _FORCE_M_S2**2
    # A prior worth one second in a hundred: keeps places on a body where nothing else does.
    prior = np.full(6, 0.01 / _REACH_M**2)
    for _ in range(_STEPS):
        (u, length_u), (v, length_v) = _at(one, r[:3]), _at(other, r[3:])
        left = length_u - length_v
        J = np.hstack(
            [
                np.einsum("ti,tij->tj", u / length_u[:, None], one.by_place_1_s2),
                -np.einsum("ti,tij->tj", v / length_v[:, None], other.by_place_1_s2),
            ]
        )
        weighted = J * weight[:, None]
        step = np.linalg.solve(weighted.T @ J + np.diag(prior), weighted.T @ left + prior * r)
        r = r - step
        if np.abs(step).max() < 1e-3:
            break
    left = _at(one, r[:3])[1] - _at(other, r[3:])[1]
    return np.where(both, left, 0.0), r


def _at(sensor: Carried, place_m: Float[np.ndarray, "3"]):
    """Force at a place, and its length."""
    force = sensor.force_m_s2 + sensor.by_place_1_s2 @ place_m
    return force, np.linalg.norm(force, axis=-1) + 1e-9


def _cross_matrices(vectors: Vectors) -> Float[np.ndarray, "time 3 3"]:
    x, y, z = vectors.T
    zero = np.zeros_like(x)
    return np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1).reshape(-1, 3, 3)
