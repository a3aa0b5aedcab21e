"""Random windows of worn legs: everybody and every condition as often as asked for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import TooShort
from kinefuse.networks.leg_correction import LegScales
from kinefuse.networks.legs import OWN, BodySignals, own_truth
from kinefuse.training.correction_config import UNTOLD
from kinefuse.training.wearings import WornBody
from kinefuse.whole_body.wearing import ALIGNED


@dataclass(frozen=True)
class LegWindows:
    """A batch of windows, all seen as right legs."""

    signals: BodySignals
    truth_rad: Float[np.ndarray, "batch window 3 3"]
    """Zero where unknown."""
    counts: Bool[np.ndarray, "batch window 3"]
    """Whether a joint's truth is known there; false as well where a short trial had ended."""
    movable: Bool[np.ndarray, " batch"]
    """Whether the sensors may as well have been strapped on a little differently."""


class LegWindowCache:
    """Every wearing end to end, in one float32 array a quantity."""

    def __init__(self, bodies: Sequence[WornBody], shares: Mapping[str, float]) -> None:
        if not bodies:
            raise TooShort("the training set", needed=1, got=0)
        self._vectors = _joined([body.signals.vectors for body in bodies])
        self._angles = _joined([body.signals.angles_rad for body in bodies])
        self._truth = _joined([body.truth_rad for body in bodies])
        self._worn = np.stack([body.signals.worn for body in bodies])
        self._lengths = np.array([len(body.truth_rad) for body in bodies])
        self._offsets = np.cumsum([0, *self._lengths])
        self._glued = np.stack([body.signals.glued for body in bodies])
        exact = (ALIGNED, UNTOLD)
        self._movable = np.array([body.wearing.condition not in exact for body in bodies])
        self._chances = _chances(bodies, shares)

    def draw(self, batch: int, window: int, rng: np.random.Generator) -> LegWindows:
        """Random windows of random legs.

        A trial shorter than the window is taken whole; what lies beyond its end repeats its last
        sample and does not count.
        """
        body = rng.choice(len(self._lengths), size=batch, p=self._chances)
        starts = np.maximum(self._lengths[body] - window, 0) + 1
        first = np.floor(rng.random(batch) * starts).astype(np.int64)
        within = first[:, None] + np.arange(window)
        last = self._lengths[body][:, None] - 1
        at = self._offsets[body][:, None] + np.minimum(within, last)
        sides = np.array(SIDES)[rng.integers(len(SIDES), size=batch)]
        legs = [self._leg(at[i], int(body[i]), str(sides[i])) for i in range(batch)]
        truth = np.stack([truth for _, truth in legs])
        counts = np.isfinite(truth).all(axis=-1) & (within <= last)[..., None]
        return LegWindows(
            signals=BodySignals(
                vectors=np.stack([seen.vectors for seen, _ in legs]),
                angles_rad=np.stack([seen.angles_rad for seen, _ in legs]),
                worn=np.stack([seen.worn for seen, _ in legs]),
                glued=self._glued[body],
            ),
            truth_rad=np.where(counts[..., None], truth, 0).astype(np.float32),
            counts=counts,
            movable=self._movable[body],
        )

    def scales(self) -> LegScales:
        """Mean and spread of everything over the bodies that wear all sensors.

        Where nobody does, over all bodies, of what they wear; what nobody wears has mean zero and
        spread one.
        """
        used = np.repeat(self._worn.all(axis=1), self._lengths)
        if not used.any():
            used[:] = True
        worn = np.repeat(self._worn, self._lengths, axis=0)[used]
        parts = []
        for side in SIDES:
            seen = BodySignals(
                vectors=self._vectors[used],
                angles_rad=self._angles[used],
                worn=worn,
                glued=np.zeros((len(worn), 1), dtype=bool),
            ).seen_from(side)
            error = seen.angles_rad[:, :OWN] - own_truth(self._truth[used], side)
            error = np.where(seen.known[:, :OWN, None], error, np.nan)
            parts.append((seen.vectors, seen.angles_rad, error, seen.worn, seen.known))
        vectors, angles, error, worn, known = (
            np.concatenate(both) for both in zip(*parts, strict=True)
        )
        vectors_mean, vectors_spread = _scale(vectors, worn)
        angles_mean, angles_spread = _scale(angles, known)
        return LegScales(
            vectors_mean=vectors_mean,
            vectors_spread=vectors_spread,
            angles_mean_rad=angles_mean,
            angles_spread_rad=angles_spread,
            error_rad=_size(error),
        )

    def _leg(self, at: np.ndarray, body: int, side: str) -> tuple[BodySignals, np.ndarray]:
        seen = BodySignals(
            vectors=self._vectors[at],
            angles_rad=self._angles[at],
            worn=self._worn[body],
            glued=self._glued[body],
        )
        return seen.seen_from(side), own_truth(self._truth[at], side)


def _chances(bodies: Sequence[WornBody], shares: Mapping[str, float]) -> Float[np.ndarray, " body"]:
    """Shares of conditions, then everybody equally, then every sample of theirs."""
    chances = np.zeros(len(bodies))
    keys = [(body.wearing.condition, body.wearing.person) for body in bodies]
    for condition, person in set(keys):
        of_theirs = np.array([key == (condition, person) for key in keys])
        lengths = np.array([len(body.truth_rad) for body in bodies]) * of_theirs
        people = len({p for c, p in keys if c == condition})
        chances += shares.get(condition, 0.0) / people * lengths / lengths.sum()
    return chances / chances.sum()


def _joined(parts: list[np.ndarray]) -> np.ndarray:
    return np.concatenate(parts).astype(np.float32, copy=False)


def _scale(values: np.ndarray, there: Bool[np.ndarray, "time what"]) -> tuple:
    """Mean and SD over time of each thing while it is there; constants get SD 1."""
    mean, spread = (np.empty(values.shape[1:]) for _ in range(2))
    for i in range(values.shape[1]):
        of_one = values[:, i] if there[:, i].all() else values[there[:, i], i]
        empty = len(of_one) == 0
        mean[i] = 0.0 if empty else of_one.mean(axis=0, dtype=np.float64)
        spread[i] = 1.0 if empty else of_one.std(axis=0, dtype=np.float64)
    return mean, np.where(spread > 1e-6, spread, 1.0)


def _size(error_rad: Float[np.ndarray, "time 3 3"]) -> Float[np.ndarray, "3 3"]:
    """RMS of what is known; of an unknown joint, that of the known ones."""
    known = np.isfinite(error_rad)
    count = known.sum(axis=0)
    square = np.where(known, error_rad, 0).astype(np.float64)
    square = np.sum(square**2, axis=0) / np.maximum(count, 1)
    usual = square[count > 0].mean() if count.any() else 1.0
    return np.sqrt(np.where(count > 0, square, usual))
