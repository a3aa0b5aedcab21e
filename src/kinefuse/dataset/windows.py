"""The training cache: every leg end to end in one array, and random windows gathered from it.

One array and a list of offsets, so that a batch of windows is one vectorised look-up.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int

from kinefuse.errors import TooShort


@dataclass(frozen=True, kw_only=True)
class Limb:
    """One leg's two sensors and their truth over one trial, as a right leg."""

    person: str
    trial: str
    side: str
    signals: Float[np.ndarray, "time 12"]
    angles_rad: Float[np.ndarray, "time 3"]
    R_travel_segment: Float[np.ndarray, "time 2 3 3"]
    """Proximal and distal attitude in the travel frame."""

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.signals)

    def with_precision(self, precision: type[np.floating]) -> "Limb":
        """The same limb in numbers of this type."""
        return replace(
            self,
            signals=self.signals.astype(precision),
            angles_rad=self.angles_rad.astype(precision),
            R_travel_segment=self.R_travel_segment.astype(precision),
        )


@dataclass(frozen=True)
class Windows:
    """A batch of windows; ``known`` is false where a short trial had ended."""

    signals: Float[np.ndarray, "batch window 12"]
    angles_rad: Float[np.ndarray, "batch window 3"]
    R_travel_segment: Float[np.ndarray, "batch window 2 3 3"]
    known: Bool[np.ndarray, "batch window"]


class WindowCache:
    """Every limb in one float32 array a quantity."""

    def __init__(self, limbs: Sequence[Limb]) -> None:
        if not limbs:
            raise TooShort("the training set", needed=1, got=0)
        self.signals = _joined([limb.signals for limb in limbs])
        self.angles_rad = _joined([limb.angles_rad for limb in limbs])
        self.R_travel_segment = _joined([limb.R_travel_segment for limb in limbs])
        self.offsets = np.cumsum([0, *(limb.samples for limb in limbs)])
        self.people = tuple(limb.person for limb in limbs)

    @cached_property
    def spread(self) -> Float[np.ndarray, "12"]:
        """SD of each signal over all limbs."""
        return self.signals.std(axis=0)

    def draw(self, batch: int, window: int, rng: np.random.Generator) -> Windows:
        """Random windows: everybody equally likely, then every possible start of theirs.

        A trial shorter than the window is taken whole; what lies beyond its end repeats its last
        sample and is marked as not known.
        """
        lengths = np.diff(self.offsets)
        limb = rng.choice(len(lengths), size=batch, p=self._chances(window))
        starts = np.maximum(lengths[limb] - window, 0) + 1
        first = np.floor(rng.random(batch) * starts).astype(np.int64)
        within = first[:, None] + np.arange(window)
        known = within < lengths[limb][:, None]
        return self._gather(
            self.offsets[limb][:, None] + np.minimum(within, lengths[limb][:, None] - 1), known
        )

    def _chances(self, window: int) -> Float[np.ndarray, " limb"]:
        starts = np.maximum(np.diff(self.offsets) - window, 0) + 1.0
        _, person = np.unique(self.people, return_inverse=True)
        of_person = np.bincount(person, weights=starts)
        chances = starts / of_person[person]
        return chances / chances.sum()

    def _gather(
        self, index: Int[np.ndarray, "batch window"], known: Bool[np.ndarray, "batch window"]
    ) -> Windows:
        return Windows(
            signals=self.signals[index],
            angles_rad=self.angles_rad[index],
            R_travel_segment=self.R_travel_segment[index],
            known=known,
        )


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.float32)
