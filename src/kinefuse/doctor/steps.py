"""Which sensors are out of step with the others, and by how much.

Two sensors beside a joint agree there at one lag only (``doctor.joints``). A sensor that is late
disagrees with all its neighbours, and taking its samples earlier mends all of them at once: so the
one is found whose shift mends most, then the next, until nothing is left to gain.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.doctor.joints import Joined, Pair

REACH_S = 1.2
"""Lags are looked for so far: about a stride. Beyond, one stride looks like another."""
GAIN = 0.15
"""Least fall of the logarithms of a sensor's disagreements that is believed: forty simulated people
and seven real walks gain not even 0.02 by any shift that matters."""
_STEPS = 24  # a stride: the dip that six harmonics leave is twice as wide
_ROUNDS = 3

Curve = Float[np.ndarray, " lag"]


@dataclass(frozen=True)
class Late:
    """How late a sensor's readings come."""

    lag_s: float
    """Negative where they come too early; 0 where it is in step."""
    gain: float
    """By how much the logarithms of its disagreements fall if that is made good."""


def lags(joined: Joined) -> dict[str, Late]:
    """By how much each sensor's readings come too late; nothing where no two are neighbours."""
    if not joined.pairs:
        return {}
    reach = round(REACH_S * joined.rate_hz)
    curves = {pair: _curve(joined, pair, reach) for pair in joined.pairs}
    late, gained = dict.fromkeys(joined.parts, 0), dict.fromkeys(joined.parts, 0.0)
    for _ in joined.parts:
        gains = {s: _best_shift(s, late, curves, reach) for s in joined.parts}
        segment = max(gains, key=lambda s: gains[s][1])
        shift, gain = gains[segment]
        if gain < GAIN or not shift:
            break
        late[segment] += shift
        gained[segment] += gain
    middle = round(float(np.median(list(late.values()))))
    return {s: Late((late[s] - middle) / joined.rate_hz, gained[s]) for s in late}


def _curve(joined: Joined, pair: Pair, reach: int) -> Curve:
    """Disagreement at every lag of the distal sensor: coarsely, and finely about the best."""
    one, other = (joined.parts[s] for s in pair)
    step = max(1, round(joined.stride_s * joined.rate_hz / _STEPS))
    start = None
    for _ in range(_ROUNDS):
        _, start = joined.disagreement_from(start, one, other)
    found: dict[int, float] = {}

    def look(lag: int) -> None:
        # Always from there: places that fit a wrong lag lead astray at the next.
        found[lag], _ = joined.disagreement_from(start, one, other, lag)

    for lag in range(-(reach // step) * step, reach + 1, step):
        look(lag)
    while step > 1:
        step = max(1, step // 2)
        best = min(found, key=lambda lag: found[lag])
        for lag in (best - step, best + step):
            if abs(lag) <= reach and lag not in found:
                look(lag)
    lags = sorted(found)
    return np.interp(np.arange(-reach, reach + 1), lags, [found[lag] for lag in lags])


def _best_shift(
    segment: str, late: Mapping[str, int], curves: Mapping[Pair, Curve], reach: int
) -> tuple[int, float]:
    """By how many samples one more sensor should be taken to be late, and what that gains."""
    shifts = np.arange(-reach, reach + 1)
    total = np.zeros(len(shifts))
    for (proximal, distal), curve in curves.items():
        if segment not in (proximal, distal):
            continue
        sign = 1 if segment == distal else -1
        lag = late[distal] - late[proximal] + sign * shifts
        total += np.interp(lag, shifts, curve, left=curve.max(), right=curve.max())
    best = int(np.argmin(total))
    return int(shifts[best]), float(total[reach] - total[best])
