"""What counts as a swing, a contact, a toe-off and a stride."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

Times = Float[np.ndarray, " _event"]
"""Seconds since the first sample, increasing."""


@dataclass(frozen=True, kw_only=True)
class GaitEventConfig:
    """What counts as a swing, a contact and a stride."""

    swing_cutoff_hz: float = 5.0
    """Low-pass that leaves one hump a swing; walking and running swings last 0.2 to 0.5 s."""
    contact_cutoff_hz: float = 12.0
    """Low-pass that keeps the crossing and the minimum, and drops the ringing after impact."""
    slowest_swing_rad_s: float = 1.2
    """A leg that peaks below this stands or shuffles; braced knees swing at 2.4 and more."""
    swing_fraction: float = 0.3
    """A peak below this fraction of the median swing is no swing; a pivoting turn has 0.34."""
    contact_fraction: float = 0.45
    """Where the contact lies, from the zero crossing (0) to the minimum (1). So 28 of 29 steps are
    within 30 ms of force plates in walking, and 92 % of 2,772 in running within 30 ms of the foot
    reaching the ground; see tests/agreement/test_contacts.py."""
    shortest_stride_s: float = 0.45
    """Sprinting; Novacheck 1998, Gait & Posture 7:77, has 0.6 s at 3.2 m/s."""
    longest_stride_s: float = 2.0
    """Walking at 0.4 m/s; Schwartz et al. 2008, J. Biomech. 41:1639, very slow."""
    unlike_the_median: float = 0.35
    """A stride that differs from the median by more than this fraction was cut wrongly, or
    belongs to a turn, a start or a stop."""
    earliest_toe_off: float = 0.2
    """Part of a stride before which no foot leaves the ground; sprinters have 0.22
    (Novacheck 1998)."""
    push_off_depth: float = 0.7
    """A minimum of the foot's rate this deep, against the deepest, is the push-off."""
    toe_off_fraction_foot: float = 0.5
    """Walking, foot: where the toe-off lies, from the push-off (0) to the zero crossing (1)."""
    toe_off_fraction_shank: float = 0.38
    """The same of the shank. Both: median over 28 toe-offs of biomechZoo's force plates;
    revalidation/toe_offs.py."""
    running_foot_lag_s: float = 0.018
    """Running, foot: how long after its fastest turn backwards it leaves the ground."""
    running_shank_fraction: float = 0.2
    """Running, shank: part of its tipping done by then. Both: against an instrumented treadmill;
    revalidation/toe_offs.py."""
