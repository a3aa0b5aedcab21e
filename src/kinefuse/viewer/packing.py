"""Motion as whole numbers in base64: small enough for a page, exact enough for an eye."""

import base64

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

STEP_DEG = 0.01
"""Resolution of a packed angle; 16 bits of it reach 327 deg either way."""
QUATERNION_STEP = 1 / 32767
"""Resolution of a quaternion's element: 0.004 deg of attitude."""
MISSING = -32768


def thin(values: Float[np.ndarray, "_time ..."], factor: int) -> Float[np.ndarray, "_fewer ..."]:
    """Mean of every ``factor`` samples; a block with a gap is a gap, an unfinished one is lost."""
    whole = values[: len(values) // factor * factor]
    return whole.reshape(-1, factor, *values.shape[1:]).mean(axis=1)


def quaternions(R: Float[np.ndarray, "time 3 3"]) -> Float[np.ndarray, "time 4"]:
    """Scalar first, each on the side of the sphere of the one before, so that means are means.

    A rotation that is not known is NaN.
    """
    known = np.isfinite(R).all(axis=(1, 2))
    turns = np.full((len(R), 4), np.nan)
    if not known.any():
        return turns
    wxyz = Rotation.from_matrix(R[known]).as_quat()[:, [3, 0, 1, 2]]
    agrees = np.sign(np.einsum("ti,ti->t", wxyz[1:], wxyz[:-1]))
    turns[known] = wxyz * np.cumprod(np.append(1.0, np.where(agrees == 0, 1.0, agrees)))[:, None]
    return turns


def packed_rotations(R: Float[np.ndarray, "time 3 3"], factor: int) -> str:
    """Quaternions, scalar first, a sample after the other, in steps of ``QUATERNION_STEP``."""
    turns = thin(quaternions(R), factor)
    unit = turns / np.linalg.norm(turns, axis=1, keepdims=True)
    return _whole(unit / QUATERNION_STEP)


def packed_angles(angles_rad: Float[np.ndarray, " time"], factor: int) -> str:
    """One angle over time in steps of ``STEP_DEG``."""
    return _whole(np.rad2deg(thin(angles_rad, factor)) / STEP_DEG)


def packed_metres(values_m: Float[np.ndarray, "time axis"], factor: int) -> str:
    """Points, one after the other, as little-endian 32-bit floats."""
    return _base64(thin(values_m, factor).astype("<f4"))


def _whole(steps: np.ndarray) -> str:
    """Little-endian 16-bit integers; ``MISSING`` for what is not known."""
    known = np.isfinite(steps)
    near = np.clip(np.rint(np.where(known, steps, 0)), -32767, 32767)
    return _base64(np.where(known, near, MISSING).astype("<i2"))


def _base64(values: np.ndarray) -> str:
    return base64.b64encode(values.tobytes()).decode("ascii")
