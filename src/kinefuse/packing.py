"""Numbers over time, small enough for a page: thinned, whole, in base64."""

import base64

import numpy as np
from jaxtyping import Float

STEP_DEG = 0.01
"""Resolution of a packed angle; 16 bits of it reach 327 deg either way."""
MISSING = -32768
"""What is not known, among whole numbers."""


def thin(values: Float[np.ndarray, "_time ..."], factor: int) -> Float[np.ndarray, "_fewer ..."]:
    """Mean of every ``factor`` samples; a block with a gap is a gap, an unfinished one is lost."""
    if factor == 1:
        return values
    whole = values[: len(values) // factor * factor]
    return whole.reshape(-1, factor, *values.shape[1:]).mean(axis=1)


def packed_degrees(degrees: Float[np.ndarray, " time"], factor: int) -> str:
    """One angle over time in steps of ``STEP_DEG``."""
    return whole_numbers(thin(degrees, factor) / STEP_DEG)


def whole_numbers(steps: np.ndarray) -> str:
    """Little-endian 16-bit integers; ``MISSING`` for what is not known, the end for what is off."""
    known = np.isfinite(steps)
    near = np.clip(np.rint(np.where(known, steps, 0)), -32767, 32767)
    return in_base64(np.where(known, near, MISSING).astype("<i2"))


def in_base64(values: np.ndarray) -> str:
    """Bytes of an array as letters."""
    return base64.b64encode(values.tobytes()).decode("ascii")
