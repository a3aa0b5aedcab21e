"""Samples that were lost: which may be bridged, and which end a session."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.dataset.gaps import runs

LONGEST_BRIDGE_S = 0.05
"""A leg turns with up to 6 to 10 Hz, of which half a wave lasts 50 to 80 ms: what happens in a
longer gap its ends do not tell. On real walks the turn over a gap of 50 ms is wrong by less than
2.5 deg in 95 of 100, of 30 ms by 1, of 100 ms by 9 (``revalidation/synchronisation.py``)."""
SHORTEST_STRETCH_S = 5.0
"""Of what is left between longer gaps: four strides, the least that mounting is found from."""

Samples = Bool[np.ndarray, " time"]


@dataclass(frozen=True)
class Gaps:
    """What is missing of one stream on its own ticks."""

    bridged: Samples
    """Missing, and short enough to be interpolated."""
    open: Samples
    """Missing for longer, or at an end."""

    @property
    def bridges(self) -> int:
        """How many gaps are bridged."""
        return len(runs(self.bridged))

    @property
    def longest_bridge(self) -> int:
        """Samples of the longest of them."""
        return max((stop - start for start, stop in runs(self.bridged)), default=0)


def gaps_of(known: Samples, rate_hz: float) -> Gaps:
    """Which of the unknown samples may be interpolated."""
    bridged, open_ = np.zeros_like(known), np.zeros_like(known)
    longest = int(LONGEST_BRIDGE_S * rate_hz + 1e-6)
    for start, stop in runs(~known):
        inside = start > 0 and stop < len(known)
        (bridged if inside and stop - start <= longest else open_)[start:stop] = True
    return Gaps(bridged, open_)


def stretches(sound: Samples) -> list[tuple[int, int]]:
    """Unbroken stretches, first sample and the one after the last; the longest comes first."""
    return sorted(runs(sound), key=lambda run: (run[0] - run[1], run[0]))


def finite(*signals: Float[np.ndarray, "time 3"]) -> Samples:
    """Samples in which every number is there."""
    return np.all([np.isfinite(signal).all(axis=-1) for signal in signals], axis=0)
