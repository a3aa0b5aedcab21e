"""How the stride of each segment usually looks: what signatures are compared with.

One Gaussian a segment and activity, of the signature of a right leg's segment (left ones in the
mirror) and of the pelvis; made by ``revalidation/stride_patterns.py`` from simulated people and
from people who wore markers. Numbers lie in ``data/stride_patterns_<activity>.safetensors``.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float
from safetensors.numpy import load

from kinefuse.alignment.stride_signature import HARMONICS, Signature
from kinefuse.errors import UnknownChoice

ACTIVITIES = ("walking", "running")
KINDS = ("pelvis", "thigh", "shank", "foot")
UNLIKE_GAIT = 4.0
"""Misfit beyond which it is no such gait: real walks have 0.4 to 0.8 with a mock stiff knee among
them, runs at up to 4.5 m/s 0.3 to 1.9; what walks called a run 2.7, the other way round 11."""
_ORDERS = np.arange(1, HARMONICS + 1)
_MIRROR = np.array([-1.0, -1.0, 1.0, 1.0, 1.0, -1.0])
"""A sagittal mirror turns rotations about x and y round, and forces along z."""
_HORIZONTAL = ((0, 2), (3, 5))
"""Forward and right, of the angular velocity and of the force."""


@dataclass(frozen=True)
class StridePattern:
    """Mean and spread of the signatures of one kind of segment."""

    mean: Float[np.ndarray, " number"]
    precision_root: Float[np.ndarray, "number number"]
    """Lower Cholesky factor of the inverse covariance."""
    weight: Float[np.ndarray, "harmonic 6"]
    """With which harmonics count where the turn about the upward axis is sought."""

    def log_likelihood(self, signature: Signature) -> Float[np.ndarray, "..."]:
        """Of each signature, turned about its upward axis as it fits best."""
        return self.log_likelihood_at(self.misfit(signature))

    def misfit(self, signature: Signature) -> Float[np.ndarray, "..."]:
        """Mean squared deviation from the mean in units of the spread: about 1 for a member."""
        angle = best_turn(signature, complex_of(self.mean), self.weight)
        deviation = numbers_of(turned(signature, angle)) - self.mean
        return np.asarray(np.mean((deviation @ self.precision_root) ** 2, axis=-1))

    def log_likelihood_at(
        self, misfit: Float[np.ndarray, "..."] | float
    ) -> Float[np.ndarray, "..."]:
        """Of a signature with that misfit."""
        volume = np.sum(np.log(np.diag(self.precision_root)))
        return np.asarray(volume - 0.5 * np.asarray(misfit) * len(self.mean))


def delayed(signature: Signature, phase_rad: Float[np.ndarray, "..."] | float) -> Signature:
    """The signature with the stride's origin moved on; one for every shift."""
    return signature * np.exp(-1j * np.multiply.outer(phase_rad, _ORDERS))[..., None]


def mirrored(signature: Signature) -> Signature:
    """What the same segment of the other leg would feel, half a stride later."""
    return signature * _MIRROR * ((-1.0) ** _ORDERS)[:, None]


def turned(signature: Signature, angle_rad: Float[np.ndarray, "..."] | float) -> Signature:
    """The signature of a sensor turned about its upward axis."""
    out = np.array(signature)
    cos, sin = (f(np.asarray(angle_rad))[..., None] for f in (np.cos, np.sin))
    for x, z in _HORIZONTAL:
        out[..., x] = cos * signature[..., x] + sin * signature[..., z]
        out[..., z] = cos * signature[..., z] - sin * signature[..., x]
    return out


def best_turn(
    signature: Signature, wanted: Signature, weight: Float[np.ndarray, "harmonic 6"]
) -> Float[np.ndarray, "..."]:
    """Angle by which ``turned`` comes nearest to another signature."""
    along = across = 0.0
    for x, z in _HORIZONTAL:
        w, to = weight[:, x], np.conj(wanted)
        same = to[..., x] * signature[..., x] + to[..., z] * signature[..., z]
        other = to[..., x] * signature[..., z] - to[..., z] * signature[..., x]
        along = along + np.sum(w * np.real(same), axis=-1)
        across = across + np.sum(w * np.real(other), axis=-1)
    return np.asarray(np.arctan2(across, along))


def numbers_of(signature: Signature) -> Float[np.ndarray, "... number"]:
    """Real parts, then imaginary parts, in one row."""
    flat = signature.reshape(*signature.shape[:-2], -1)
    return np.concatenate([np.real(flat), np.imag(flat)], axis=-1)


def complex_of(numbers: Float[np.ndarray, "... number"]) -> Signature:
    """Inverse of ``numbers_of``."""
    real, imaginary = np.split(numbers, 2, axis=-1)
    return (real + 1j * imaginary).reshape(*numbers.shape[:-1], HARMONICS, 6)


@cache
def stride_patterns(activity: str) -> Mapping[str, StridePattern]:
    """Pattern of every kind of segment.

    Raises:
        UnknownChoice: The activity is neither walking nor running.
    """
    if activity not in ACTIVITIES:
        raise UnknownChoice("activity", activity, known=ACTIVITIES)
    file = files("kinefuse.alignment") / "data" / f"stride_patterns_{activity}.safetensors"
    numbers = {name: value.astype(float) for name, value in load(file.read_bytes()).items()}
    fields = ("mean", "precision_root", "weight")
    return {kind: StridePattern(*(numbers[f"{kind}.{f}"] for f in fields)) for kind in KINDS}
