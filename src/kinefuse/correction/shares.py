"""How much of a correction is heard: shares fitted on people the network was not trained on.

A network that has seen a few people takes part of what it knows of them for a law. As with the
fusion of two networks (``kinefuse.fusion``), the middle of a movement and the course about it are
therefore taken in shares, plane by plane, and so is what it says of its own uncertainty.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import PerPlane, per_plane

Angles = Float[np.ndarray, "time 3"]
_ALL: PerPlane = (1.0, 1.0, 1.0)


@dataclass(frozen=True, kw_only=True)
class JointShares:
    """For one kind of joint, a plane."""

    middle: PerPlane = _ALL
    """Of the correction's mean over the movement."""
    course: PerPlane = _ALL
    """Of the correction's course about its mean."""
    sd_factor: PerPlane = _ALL
    """On the network's SD, so that 90 % intervals hold 90 % of the validation people's samples."""

    def combine(
        self, given_rad: Angles, corrected_rad: Angles, weights: Float[np.ndarray, " time"]
    ) -> Angles:
        """The optimiser's angles with the shares of their correction; weights say what moves."""
        middle, course = parted(corrected_rad - given_rad, weights)
        return given_rad + middle * np.array(self.middle) + course * np.array(self.course)

    @classmethod
    def from_words(cls, words: Mapping[str, Sequence[float]]) -> "JointShares":
        """From a card."""
        return cls(**{name: per_plane(values) for name, values in words.items()})


def parted(
    curve: Angles, weights: Float[np.ndarray, " time"]
) -> tuple[Float[np.ndarray, "3"], Angles]:
    """A curve's mean over what counts, and its course about it."""
    counts = weights if weights.any() else np.ones_like(weights)
    middle = np.average(curve, axis=0, weights=counts)
    return middle, curve - middle
