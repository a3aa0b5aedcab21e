"""Orientations as unit quaternions, for programs that take nothing else."""

import numpy as np
from jaxtyping import Float

from kinefuse import so3

PARTS = ("w", "x", "y", "z")
"""Scalar first."""


def continuous(R: Float[np.ndarray, "time 3 3"]) -> Float[np.ndarray, "time 4"]:
    """Quaternion of each rotation, scalar first, the first one's scalar not negative.

    q and -q are the same rotation: the sign is that which is nearer to the sample before, so that
    who interpolates between samples goes the short way.
    """
    q = so3.quaternions(R)
    agree = np.sum(q[1:] * q[:-1], axis=-1)
    q[1:] *= np.cumprod(np.where(agree < 0, -1.0, 1.0))[:, None]
    return q
