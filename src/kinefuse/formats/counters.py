"""Counters that start again at zero: packet numbers of 16 bits, microseconds of 32."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float


def unwrapped(count: Float[np.ndarray, " time"], modulus: int) -> Float[np.ndarray, " time"]:
    """The same counts going on where the counter went over its end; NaN stays NaN.

    A step is taken for the shorter way round, so that a packet that comes late is a small step
    back and a gap of up to half the modulus is a step forward. Modulus 0: never starts again.
    """
    if modulus <= 0:
        return count
    known = np.isfinite(count)
    if not known.any():
        return count
    steps = np.diff(count[known]) % modulus
    steps = np.where(steps > modulus / 2, steps - modulus, steps)
    result = np.full(len(count), np.nan)
    result[known] = count[known][0] + np.concatenate([[0.0], np.cumsum(steps)])
    return result


def turns_to_first(starts: Sequence[float], modulus: int) -> list[int]:
    """By how many turns each counter has to go on so that all start near the first.

    Sensors that share a counter start within seconds; one may do so before it starts again and
    another after.
    """
    if modulus <= 0:
        return [0] * len(starts)
    return [round((starts[0] - start) / modulus) for start in starts]
