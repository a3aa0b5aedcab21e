"""Curves over the gait cycle: strides cut at foot contact, laid over each other."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import gait_events
from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import JointAngles

CYCLE_POINTS = 101  # 0 to 100 % of the stride, as Winter (2009) and most gait reports


@dataclass(frozen=True)
class Cycles:
    """Every sound stride of one joint, on a common scale from contact (0) to contact (100 %)."""

    joint: str
    angles_rad: Float[np.ndarray, "stride point 3"]
    error_sd_rad: Float[np.ndarray, "point 3"] | None = None
    """One sigma of the mean stride's error; None where the method does not know."""

    @property
    def count(self) -> int:
        """Number of strides."""
        return len(self.angles_rad)

    @property
    def mean_rad(self) -> Float[np.ndarray, "point 3"]:
        """Mean stride."""
        return self.angles_rad.mean(axis=0)

    @property
    def sd_rad(self) -> Float[np.ndarray, "point 3"]:
        """Standard deviation over strides; zero for a single one."""
        spread = self.angles_rad.std(axis=0, ddof=1) if self.count > 1 else self.mean_rad * 0
        return np.asarray(spread)


def cut_cycles(
    angles: JointAngles,
    contacts_s: Mapping[str, Float[np.ndarray, " contact"]],
    angles_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] | None = None,
) -> dict[str, Cycles]:
    """Cycles of every joint whose side has at least one sound stride without gaps.

    The error of a mean stride is taken to be as large as that of single ones: what is uncertain
    is above all how sensors sit, and that is the same in every stride.
    """
    found = {}
    for name, curve in angles.angles_rad.items():
        contacts = contacts_s.get(JOINTS[name].side, np.zeros(0))
        kept = gait_events.sound(gait_events.strides(contacts))
        cut = _on_cycles(curve, angles.rate_hz, kept)
        whole = np.isfinite(cut).all(axis=(1, 2))
        if whole.any():
            sd = None
            if angles_sd_rad is not None and name in angles_sd_rad:
                of_strides = _on_cycles(angles_sd_rad[name], angles.rate_hz, kept)[whole]
                sd = np.sqrt(np.mean(of_strides**2, axis=0))
            found[name] = Cycles(name, cut[whole], sd)
    return found


def _on_cycles(
    curve_rad: Float[np.ndarray, "time 3"], rate_hz: float, strides: tuple[gait_events.Stride, ...]
) -> Float[np.ndarray, "stride point 3"]:
    """Every stride at the same shares of its duration, linearly between samples."""
    bounds_s = np.array([(stride.start_s, stride.end_s) for stride in strides]).reshape(-1, 2)
    at = rate_hz * np.linspace(bounds_s[:, 0], bounds_s[:, 1], CYCLE_POINTS, axis=1)
    before = np.clip(np.floor(at).astype(int), 0, len(curve_rad) - 2)
    share = (at - before)[..., None]
    cut = (1 - share) * curve_rad[before] + share * curve_rad[before + 1]
    return np.where((share >= 0) & (share <= 1), cut, np.nan)
