"""How a body that is known by its attitudes travels on its feet.

The page computes the same from the same attitudes (``viewer/src/skeleton.ts``), a moment at a time.
"""

from collections.abc import Mapping, Sequence

import numpy as np
from jaxtyping import Float
from scipy.integrate import cumulative_trapezoid

from kinefuse.anatomy.segments import SIDES

Points = Float[np.ndarray, "_time 3"]

SOLE_M = 0.008
"""How soft the change from heel to ball is: about the give of a shoe's sole."""


def travelled_m(
    points_m: Mapping[str, Points], sides: Sequence[str], rate_hz: float
) -> Float[np.ndarray, "time 2"]:
    """Way of the hips over the floor (x and z), while the lowest points of the feet stay put.

    As in ``kinefuse.simulation.ground``: the velocity is that of the contact points, each weighted
    by how low it is, so that the weight passes smoothly from heel to ball and from foot to foot.
    """
    ends = [f"{end}_{side}" for side in sides or SIDES for end in ("heel", "ball")]
    contacts = np.stack([points_m[end] for end in ends], axis=1)
    height = contacts[:, :, 1]
    weight = np.exp(-(height - height.min(axis=1, keepdims=True)) / SOLE_M)
    weight = weight / weight.sum(axis=1, keepdims=True)
    velocity = -rate_hz * np.gradient(contacts[:, :, [0, 2]], axis=0)
    carried = np.einsum("tp,tpi->ti", weight, velocity)
    return cumulative_trapezoid(carried, dx=1 / rate_hz, axis=0, initial=0.0)
