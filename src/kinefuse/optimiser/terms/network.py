"""The orientation network: how a pair's two segments lie to each other.

Its headings are those of a travel frame, which accelerometers and gyroscopes cannot know, so only
inclinations (``gravity.Direction``) and the relative attitude are used. The cell's mean of
``S_p N_p^T N_d S_d^T`` measures ``C_p^T C_d``:

    r = log(Q^T C_p^T C_d)
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.optimiser.residuals import Residuals, correlated
from kinefuse.optimiser.unknowns import Unknowns


@dataclass(frozen=True, kw_only=True)
class RelativeAttitude:
    """A measured attitude of the distal sensor, seen from the proximal one."""

    joint: str
    Q: Float[np.ndarray, "knot 3 3"]
    """Between both dead reckonings: ``C_p^T C_d`` as measured."""
    sd_rad: float
    likeness: float = 0.0
    """Correlation of the error from knot to knot: a network's error lasts."""
    huber: float | None = None

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row of three a knot."""
        named = JOINTS[self.joint]
        C_p, C_d = at.turn(named.proximal), at.turn(named.distal)
        error = so3.log(so3.transpose(self.Q) @ so3.transpose(C_p) @ C_d)
        by_distal = so3.inverse_right_jacobian(error) @ so3.transpose(C_d)
        white = Residuals(
            name="network",
            values=error / self.sd_rad,
            columns=at.layout.turn(named.proximal, named.distal),
            jacobians=np.concatenate([-by_distal, by_distal], axis=2) / self.sd_rad,
            huber=self.huber,
        )
        return correlated(white, self.likeness)
