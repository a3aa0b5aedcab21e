"""How sure attitudes are, against errors drawn by chance."""

import numpy as np

from kinefuse import so3
from kinefuse.optimiser.uncertainty import attitude_sd_rad
from kinefuse.optimiser.unknowns import Layout

SMALL = 1e-3  # rad: first order holds
DRAWS = 20_000


def test_an_attitudes_sd_is_the_spread_of_attitudes_with_such_errors():
    """The path turns on the world's side, the alignment errs on the segment's; both correlate."""
    rng = np.random.default_rng(0)
    layout = Layout(("pelvis", "thigh_r"))
    root = SMALL * rng.normal(size=(2, layout.size, layout.size))
    covariances = root @ root.swapaxes(1, 2)
    R = so3.exp(rng.normal(size=(3, 3)))
    cell_of = np.array([0, 1, 1])
    claimed = attitude_sd_rad("thigh_r", R, covariances, layout, cell_of)
    for t, knot in enumerate(cell_of):
        errors = rng.normal(size=(DRAWS, layout.size)) @ root[knot].T
        delta, epsilon = (errors[:, part("thigh_r")] for part in (layout.turn, layout.alignment))
        moved = so3.exp(delta) @ R[t] @ so3.exp(epsilon)
        spread = so3.log(moved @ R[t].T).std(axis=0)
        np.testing.assert_allclose(claimed[t], spread, rtol=0.03)
