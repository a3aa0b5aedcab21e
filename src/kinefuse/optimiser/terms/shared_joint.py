"""Two sensors, one joint: its centre has one acceleration, seen from both sides.

Sensor i feels ``a + alpha x r + omega x (omega x r)`` at the joint centre, ``r`` from it. Turned by
each side's attitude, both must be the same vector:

    r[t] = F_p[t] - C_p^T C_d F_d[t],     F = S (acc + K r),     K = [alpha]x + [omega]x^2

(Seel, Raisch & Schauer 2014, Sensors 14:6891; for headings without a magnetometer Kok, Hol &
Schön 2014, IFAC Proc. 47:79.) This binds inclinations and headings of neighbours. In a cell the
hundred pairs (F_p, F_d) count only through the 6x6 matrix of their products, so six pairs with the
same products stand for all of them without loss: the cost is the same for every C.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.optimiser.paths import Knots
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns

Pairs = Float[np.ndarray, "knot 6 6"]
"""Six pairs a knot: the proximal force in columns 0 to 2, the distal one in 3 to 5."""


@dataclass(frozen=True, kw_only=True)
class SharedJoint:
    """One joint's centre, felt by the sensors on both sides."""

    joint: str
    pairs: Pairs
    sd_m_s2: float
    """Of each component of one sample's disagreement, as if samples were independent."""
    huber: float | None = None

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One row of eighteen a knot."""
        named = JOINTS[self.joint]
        C_p, C_d = at.turn(named.proximal), at.turn(named.distal)
        to_proximal = so3.transpose(C_p)[:, None]
        in_world = np.einsum("kij,knj->kni", C_d, self.pairs[..., 3:])
        seen = (to_proximal @ in_world[..., None])[..., 0]
        by_distal = to_proximal @ so3.skew(in_world)
        jacobians = np.concatenate([-by_distal, by_distal], axis=-1)
        knots = len(self.pairs)
        return [
            Residuals(
                name="shared joint",
                values=(self.pairs[..., :3] - seen).reshape(knots, 18) / self.sd_m_s2,
                columns=at.layout.turn(named.proximal, named.distal),
                jacobians=jacobians.reshape(knots, 18, 6) / self.sd_m_s2,
                huber=self.huber,
            )
        ]


def six_pairs(
    proximal_m_s2: Float[np.ndarray, "time 3"],
    distal_m_s2: Float[np.ndarray, "time 3"],
    knots: Knots,
) -> Pairs:
    """Six pairs a cell with the same sum of products as all of its samples."""
    both = np.concatenate([proximal_m_s2, distal_m_s2], axis=1)
    products = knots.sums(both[:, :, None] * both[:, None, :])
    values, axes = np.linalg.eigh(products)
    return np.sqrt(np.maximum(values, 0))[..., None] * np.swapaxes(axes, 1, 2)
