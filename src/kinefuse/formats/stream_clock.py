"""Time stamps of streams: which samples to keep where stamps stand still or run backwards."""

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.errors import InconsistentClock

# A packet sent twice, or a stamp rounded onto its neighbour, is common; a clock that runs
# backwards for longer is a fault that nothing here may hide.
_STRAY_LIMIT = 0.05


def rising(
    time_s: Float[np.ndarray, " time"], what: object
) -> tuple[Bool[np.ndarray, " time"], tuple[str, ...]]:
    """Which samples have a stamp later than all before, and a note if some have not.

    Args:
        time_s: Stamps as the file holds them; NaN where there is none.
        what: Whose they are, for messages.

    Raises:
        InconsistentClock: More than 5 % are not later.
    """
    known = np.where(np.isnan(time_s), -np.inf, time_s)
    latest = np.maximum.accumulate(known)
    kept = known > np.concatenate([[-np.inf], latest[:-1]])
    dropped = int(len(kept) - kept.sum())
    if dropped > _STRAY_LIMIT * len(kept):
        raise InconsistentClock(
            what, f"{dropped} of {len(kept)} time stamps are missing or do not increase"
        )
    told = "1 sample is left out, as its time stamp does not increase"
    if dropped != 1:
        told = f"{dropped} samples are left out, as their time stamps do not increase"
    note = f"{what}: {told}."
    return kept, (note,) if dropped else ()
