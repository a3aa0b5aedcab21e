"""Every way to deal sensors out to segments, or to none: summed and searched without listing them.

At one phase of the stride, how well a sensor fits a segment does not depend on where the others
are; ways differ only in which segments are taken. Going through the sensors one by one, all that
has to be remembered is the set of segments taken so far, 128 sets of seven, whereas eleven sensors
on seven segments and elsewhere are 130 million ways.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy.special import logsumexp

NOWHERE = -1
"""In place of a segment's index: worn where no segment is."""

Fits = Float[np.ndarray, "sensor place phase"]
"""Log-likelihood of every sensor on every segment, then elsewhere, at every phase."""
Allowed = Bool[np.ndarray, "sensor place"]


@dataclass(frozen=True)
class Dealing:
    """All ways in which some sensors can be on some segments."""

    fits: Fits
    log_shared: float = -np.inf
    """Log of the factor by which a second sensor on a segment is less likely than a first one."""

    @property
    def sensors(self) -> int:
        """How many sensors."""
        return self.fits.shape[0]

    @property
    def segments(self) -> int:
        """How many segments; the last place is elsewhere."""
        return self.fits.shape[1] - 1

    def log_weight(self, allowed: Allowed | None = None) -> float:
        """Log of the summed likelihood of all ways that are allowed, phases equally likely."""
        return float(logsumexp(self._passed(allowed, np.logaddexp)))

    def certainty(self, allowed: Allowed) -> Float[np.ndarray, "sensor place"]:
        """Probability of every place of every sensor, given what is allowed."""
        whole = self.log_weight(allowed)
        found = np.zeros(allowed.shape)
        for sensor, place in np.argwhere(allowed):
            only = allowed.copy()
            only[sensor] = False
            only[sensor, place] = True
            found[sensor, place] = np.exp(self.log_weight(only) - whole)
        return found

    def best(self, allowed: Allowed | None = None) -> tuple[list[int], int]:
        """The likeliest place of every sensor, and the phase at which they are so."""
        allowed = self.anywhere() if allowed is None else allowed.copy()
        phase = int(np.argmax(self._passed(allowed, np.maximum)))
        at_phase = Dealing(self.fits[:, :, phase : phase + 1], self.log_shared)
        places = []
        for sensor in range(self.sensors):
            values = []
            for place in range(self.segments + 1):
                only = allowed.copy()
                only[sensor] = False
                only[sensor, place] = allowed[sensor, place]
                values.append(at_phase._passed(only, np.maximum)[0])
            best = int(np.argmax(values))
            allowed[sensor] = False
            allowed[sensor, best] = True
            places.append(NOWHERE if best == self.segments else best)
        return places, phase

    def anywhere(self) -> Allowed:
        """Everything is allowed."""
        return np.ones(self.fits.shape[:2], dtype=bool)

    def only(self, places: Sequence[int | None]) -> Allowed:
        """Some sensors where they are said to be; None: anywhere."""
        allowed = self.anywhere()
        for sensor, place in enumerate(places):
            if place is not None:
                allowed[sensor] = False
                allowed[sensor, place] = True  # NOWHERE is the last one
        return allowed

    def _passed(self, allowed: Allowed | None, join: np.ufunc) -> Float[np.ndarray, " phase"]:
        """Likelihoods of all ways joined, by sets of segments taken, sensor by sensor."""
        allowed = self.anywhere() if allowed is None else allowed
        sets = np.arange(2**self.segments)
        reached = np.full((len(sets), self.fits.shape[2]), -np.inf)
        reached[0] = 0.0
        for fits, may in zip(self.fits, allowed, strict=True):
            after = reached + fits[NOWHERE] if may[NOWHERE] else np.full_like(reached, -np.inf)
            for segment in np.flatnonzero(may[:NOWHERE]):
                free = sets[sets >> segment & 1 == 0]
                taken = free + (1 << segment)
                after[taken] = join(after[taken], reached[free] + fits[segment])
                if self.log_shared > -np.inf:
                    again = reached[taken] + fits[segment] + self.log_shared
                    after[taken] = join(after[taken], again)
            reached = after
        return np.asarray(join.reduce(reached, axis=0))
