"""What a network is fed, by name: signals with their units, and the features made of them."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.networks.limbs import Pair

PLACES = ("proximal", "distal")
_AXES = ("x", "y", "z")
_UNITS = {"acc": "m/s2", "gyr": "rad/s"}

SIGNALS = {
    f"{place}_{quantity}_{axis}": unit
    for place in PLACES
    for quantity, unit in _UNITS.items()
    for axis in _AXES
}
"""Columns of a pair, in order, and their units."""

FEATURES = tuple(
    f"{place}_{quantity}_{part}"
    for place in PLACES
    for quantity in _UNITS
    for part in (*_AXES, "norm")
)
"""The sixteen channels of the published networks: each vector followed by its length."""


@dataclass(frozen=True)
class Standardisation:
    """Mean and SD of every channel over the training people."""

    mean: Float[np.ndarray, " channel"]
    spread: Float[np.ndarray, " channel"]


def features(pair: Pair) -> Float[np.ndarray, "time 16"]:
    """Each vector of a pair followed by its length, in the order of ``FEATURES``."""
    vectors = pair.reshape(len(pair), 4, 3)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.concatenate([vectors, lengths], axis=-1).reshape(len(pair), 16)


def standardisation(samples: Float[np.ndarray, "sample channel"]) -> Standardisation:
    """Mean and SD a channel; a constant channel gets SD 1, so that it becomes zero."""
    spread = samples.std(axis=0)
    return Standardisation(samples.mean(axis=0), np.where(spread > 1e-6, spread, 1.0))
