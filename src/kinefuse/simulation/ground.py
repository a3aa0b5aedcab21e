"""How the pelvis moves over feet that stand still or fly, and how a landing foot knocks."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid
from scipy.signal import butter, sosfiltfilt

from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.simulation.imu import derivative

Vectors = Float[np.ndarray, "time 3"]

_SOLE_M = 0.008  # how soft the change from heel to ball is: about the give of a shoe's sole
_LOADING = {"walking": 0.12, "running": 0.10}  # part of the stride: double support, force rise
_TRUNK_HZ = 6.0  # the trunk's mass follows the feet sideways and forwards no faster: 2 of a step
_DRIFT_HZ = 0.25  # a treadmill keeps people in place; nothing of gait is as slow

# A landing: how hard the foot is stopped [m/s2], and how it rings. Chosen so that the simulated
# signals spread as those of the clinic do; what travels up is swallowed by flesh and joints.
_SHOCK_HZ = 14.0
_SHOCK_DECAY_S = 0.018
_SHOCK_DIRECTION = np.array([-0.5, 1.0, 0.0])
SHOCK_REACHES = {"foot": 1.0, "shank": 0.7, "thigh": 0.4, "pelvis": 0.15}
"""Fraction of a foot's shock that each segment moves by."""


def carried(
    phase: Mapping[str, Float[np.ndarray, " time"]], contact_fraction: float, activity: str
) -> dict[str, Float[np.ndarray, " time"]]:
    """Share of each foot in carrying the body; what is missing to one is flight."""
    ramp = _LOADING[activity]
    shares = {side: _window(p % 1.0, contact_fraction, ramp) for side, p in phase.items()}
    total = sum(shares.values())
    if activity == "walking":  # somebody always carries
        return {side: share / total for side, share in shares.items()}
    return {side: share / np.maximum(total, 1.0) for side, share in shares.items()}


def pelvis_path_m(
    contacts_m: Mapping[str, Float[np.ndarray, "time point 3"]],
    share: Mapping[str, Float[np.ndarray, " time"]],
    rate_hz: float,
    under_way: Float[np.ndarray, " time"],
) -> Vectors:
    """Path of the pelvis' origin such that a carrying sole does not accelerate.

    Args:
        contacts_m: Points of each sole, seen from the pelvis, in the world's axes.
        share: How much each foot carries when under way.
        rate_hz: Samples a second.
        under_way: 0 while the person stands on both feet, 1 in gait.
    """
    share = {side: under_way * s + (1 - under_way) / 2 for side, s in share.items()}
    load = np.sum(list(share.values()), axis=0)[:, None]
    falling = np.array([0.0, -STANDARD_GRAVITY_M_S2, 0.0]) * (1 - load)
    acceleration = _demanded(contacts_m, share, rate_hz) + falling
    acceleration[:, [0, 2]] = _slowed(acceleration[:, [0, 2]], rate_hz)
    # Nobody gains speed for good: what the angles leave over is put on the carrying foot.
    carrying = load * under_way[:, None]
    acceleration = acceleration - carrying * acceleration.mean(axis=0) / carrying.mean()
    return _integrated(_integrated(acceleration, rate_hz), rate_hz)


def _demanded(contacts_m: Mapping, share: Mapping, rate_hz: float) -> Vectors:
    """Acceleration of the pelvis that its feet ask for.

    Walking hands the body's speed over from one foot to the other, and the difference between
    the two is the push-off and the landing; a runner's feet never meet.
    """
    speed = {side: _velocity(points, rate_hz) for side, points in contacts_m.items()}
    if np.sum(list(share.values()), axis=0).min() > 1 - 1e-6:
        handed_over = np.sum([share[side][:, None] * v for side, v in speed.items()], axis=0)
        return derivative(handed_over.T, rate_hz, order=1).T
    pushes = [
        share[side][:, None] * derivative(v.T, rate_hz, order=1).T for side, v in speed.items()
    ]
    return np.sum(pushes, axis=0)


def sole_path_m(
    points_m: Float[np.ndarray, "phase point 3"], samples: int
) -> Float[np.ndarray, "phase 3"]:
    """Where the carried part of one sole passes, seen from the pelvis, over one closed stride."""
    around = np.concatenate([points_m[-8:], points_m, points_m[:8]])
    moving = -_velocity(around, float(samples))[8:-8]
    start = points_m[0, points_m[0, :, 1].argmin()]
    return start + cumulative_trapezoid(moving, dx=1 / samples, axis=0, initial=0.0)


def shock_path_m(
    landings_s: Float[np.ndarray, " landing"],
    peak_m_s2: Float[np.ndarray, " landing"],
    time_s: Float[np.ndarray, " time"],
) -> Vectors:
    """Displacement of a foot by its landings: stopped upwards and backwards, ringing out."""
    path = np.zeros(len(time_s))
    for landing, peak in zip(landings_s, peak_m_s2, strict=True):
        near = slice(*np.searchsorted(time_s, [landing, landing + 16 * _SHOCK_DECAY_S]))
        path[near] += peak * _ringing(time_s[near] - landing)
    return path[:, None] * _SHOCK_DIRECTION


def _window(phase: np.ndarray, end: float, ramp: float) -> np.ndarray:
    """Rises from 0 at phase 0, falls back to 0 at ``end``, smoothly over ``ramp``."""
    up, down = np.clip(phase / ramp, 0, 1), np.clip((end - phase) / ramp, 0, 1)
    return smooth_step(up) * smooth_step(down)


def smooth_step(x: np.ndarray) -> np.ndarray:
    """From 0 at 0 to 1 at 1, without a jump of the acceleration."""
    return x**3 * (10 - 15 * x + 6 * x**2)


def _velocity(points_m: Float[np.ndarray, "time point 3"], rate_hz: float) -> Vectors:
    """Of the pelvis over the lowest points of one sole, were these at rest."""
    height = points_m[:, :, 1]
    weight = np.exp(-(height - height.min(axis=1, keepdims=True)) / _SOLE_M)
    weight = weight / weight.sum(axis=1, keepdims=True)
    flat = points_m.reshape(len(points_m), -1)
    moving = derivative(flat.T, rate_hz, order=1).T.reshape(points_m.shape)
    return -np.einsum("tp,tpi->ti", weight, moving)


def _slowed(values: np.ndarray, rate_hz: float) -> np.ndarray:
    sos = butter(2, _TRUNK_HZ, fs=rate_hz, output="sos")
    return sosfiltfilt(sos, values, axis=0)


def _integrated(values: Vectors, rate_hz: float) -> Vectors:
    slow = butter(2, _DRIFT_HZ, "highpass", fs=rate_hz, output="sos")
    total = cumulative_trapezoid(values, dx=1 / rate_hz, axis=0, initial=0.0)
    return sosfiltfilt(slow, total, axis=0)


def _ringing(t: np.ndarray) -> np.ndarray:
    """Displacement [m] whose acceleration peaks at 1 m/s2."""
    return _SHOCK_SCALE * _ringing_shape(t)


def _ringing_shape(t: np.ndarray) -> np.ndarray:
    s = t / _SHOCK_DECAY_S
    return s**3 * np.exp(-s) * np.sin(2 * np.pi * _SHOCK_HZ * t)


_FINE_S = np.arange(0.0, 0.3, 1e-4)
_SHOCK_SCALE = 1 / float(
    np.abs(np.gradient(np.gradient(_ringing_shape(_FINE_S), 1e-4), 1e-4)).max()
)
