"""Motion as whole numbers in base64: small enough for a page, exact enough for an eye."""

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.packing import in_base64, thin, whole_numbers

QUATERNION_STEP = 1 / 32767
"""Resolution of a quaternion's element: 0.004 deg of attitude."""


def packed_rotations(R: Float[np.ndarray, "time 3 3"], factor: int) -> str:
    """Quaternions, scalar first, a sample after the other, in steps of ``QUATERNION_STEP``.

    A rotation that is not known is ``MISSING``.
    """
    known = np.isfinite(R).all(axis=(1, 2))
    turns = np.full((len(R), 4), np.nan)
    turns[known] = so3.continuous_quaternions(R[known])
    means = thin(turns, factor)
    unit = means / np.linalg.norm(means, axis=1, keepdims=True)
    return whole_numbers(unit / QUATERNION_STEP)


def packed_metres(values_m: Float[np.ndarray, "time axis"], factor: int) -> str:
    """Points, one after the other, as little-endian 32-bit floats."""
    return in_base64(thin(values_m, factor).astype("<f4"))
