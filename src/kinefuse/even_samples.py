"""Where in even samples something is: the stretch with most of it, a bottom between samples."""

import numpy as np
from jaxtyping import Shaped


def start_of_most(amount: Shaped[np.ndarray, " sample"], length: int) -> int:
    """First sample of the stretch of so many samples that hold most, all together."""
    added = np.concatenate([[0], np.cumsum(amount)])
    return int(np.argmax(added[length:] - added[:-length]))


def bottom_between(before: float, here: float, after: float) -> float:
    """From the middle of three samples to the bottom of the parabola through them, in samples.

    Zero where that has no bottom. Within half a sample if the middle one is the lowest.
    """
    bend = before - 2 * here + after
    return 0.5 * (before - after) / bend if bend > 0 else 0.0
