"""How far a sensor turned on its segment, by how every stride looks to it.

The strides of one person are alike, so two strides differ by little else than by how the sensor is
strapped on. The rotation that brings a stride's forces and turns nearest to those of the usual
stride (Kabsch 1976, Acta Cryst. A32:922) stays where it is, but for a strap that slips.
"""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.stride_signature import Strides
from kinefuse.doctor.felt import Felt
from kinefuse.doctor.measures import Sensors
from kinefuse.gravity import WORN_GRAVITY_M_S2

_MOMENTS = 32  # of a stride
_FEWEST = 4
"""Strides before a slip and after it, the middle one of which is taken."""


def slips(sensors: Sensors, strides: Strides) -> dict[str, float]:
    """Largest angle [deg] between how a sensor sat before and after any moment.

    Of no sensor where there are fewer than eight strides.
    """
    if int(strides.count) < 2 * _FEWEST:
        return {}
    return {s: float(np.rad2deg(_slip_rad(_looks(felt, strides)))) for s, felt in sensors.items()}


def _looks(felt: Felt, strides: Strides) -> Float[np.ndarray, "stride vector 3"]:
    """Forces in g, then turns in units of their own size, at even phases of every stride."""
    phase = strides.phase_rad - strides.phase_rad[0]
    rising = np.maximum.accumulate(phase) + 1e-9 * np.arange(len(phase))
    at = (np.arange(int(strides.count) * _MOMENTS) + 0.5) * 2 * np.pi / _MOMENTS
    size = np.sqrt(np.mean(np.sum(felt.gyr_rad_s**2, axis=-1))) + 1e-9
    signals = np.hstack([felt.acc_m_s2 / WORN_GRAVITY_M_S2, felt.gyr_rad_s / size])[strides.samples]
    even = np.stack([np.interp(at, rising, signal) for signal in signals.T], axis=-1)
    even = even.reshape(-1, _MOMENTS, 6)
    return np.concatenate([even[..., :3], even[..., 3:]], axis=1)


def _slip_rad(looks: Float[np.ndarray, "stride vector 3"]) -> float:
    usual = np.median(looks, axis=0)
    turns = so3.log(so3.nearest(np.einsum("vi,kvj->kij", usual, looks)))
    changes = [
        np.median(turns[:split], axis=0) - np.median(turns[split:], axis=0)
        for split in range(_FEWEST, len(turns) - _FEWEST + 1)
    ]
    return float(max(np.linalg.norm(change) for change in changes))
