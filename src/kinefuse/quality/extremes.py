"""Who has the smallest and the largest values of a group: the published choice of outliers.

Rapp et al. (2021), J. Biomech. 116:110229, drop the extreme 0.5 % of ranges of motion at either
end, of each joint and axis. Of n people these are 0.005 n, rounded down: the same in a large group,
and nobody in one of fewer than 200, where the published code, slicing ``[-0:]``, drops everybody.
"""

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

Who = TypeVar("Who")
What = TypeVar("What")
_ROUNDING = 1e-9  # 0.29 times 100 is 29, not 28.999...


def extremes(
    values: Mapping[Who, Mapping[What, float]], share: float
) -> dict[Who, dict[What, tuple[str, int]]]:
    """Everybody who is at an end of something.

    Args:
        values: Of everybody; what is missing or NaN is compared with nobody.
        share: Of those who have a value, to be found at either end.

    Returns:
        By who and what: 'smallest' or 'largest', and of how many.
    """
    found: dict[Who, dict[What, tuple[str, int]]] = {}
    everything = dict.fromkeys(what for of_one in values.values() for what in of_one)
    for what in everything:
        known = {
            who: of_one[what]
            for who, of_one in values.items()
            if what in of_one and np.isfinite(of_one[what])
        }
        ordered = sorted(known, key=lambda who: known[who])
        count = int(share * len(ordered) + _ROUNDING)
        for who in ordered[:count]:
            found.setdefault(who, {})[what] = "smallest", len(ordered)
        for who in ordered[len(ordered) - count :]:
            found.setdefault(who, {})[what] = "largest", len(ordered)
    return found
