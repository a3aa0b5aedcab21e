"""The accelerometer: over a few strides a body gets no faster, so its mean force is its weight.

The specific force, turned into the world and averaged under a raised cosine over several strides,
points up and measures one g; what remains is the change of velocity over that time. Summed up
before the solution as ``m[k]``, the window mean of ``S acc``:

    r = m[k] - C[k]^T g up

(seen from the dead reckoning's frame, so that it says nothing about the heading).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.optimiser.residuals import Residuals, correlated
from kinefuse.optimiser.unknowns import Unknowns

UP = np.array([0.0, 1.0, 0.0])


@dataclass(frozen=True, kw_only=True)
class Direction:
    """A direction measured at every knot that points up in the world."""

    name: str
    segment: str
    measured: Float[np.ndarray, "knot 3"]
    """In the frame of the segment's dead reckoning, any unit."""
    length: float
    """What it should measure in the world, in that unit."""
    sd: Float[np.ndarray, " knot"]
    """Of each component, in that unit."""
    likeness: float = 0.0
    """Correlation of the error from knot to knot."""
    huber: float | None = None
    known: Bool[np.ndarray, " knot"] | None = None

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row of three a knot."""
        C = at.turn(self.segment)
        per_sigma = 1 / self.sd[:, None]
        white = Residuals(
            name=self.name,
            values=per_sigma * (self.measured - self.length * C[:, 1, :]),
            columns=at.layout.turn(self.segment),
            jacobians=-self.length * per_sigma[..., None] * so3.transpose(C) @ so3.skew(UP),
            huber=self.huber,
            known=self.known,
        )
        return correlated(white, self.likeness)
