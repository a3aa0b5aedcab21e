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
    angles: JointAngles, contacts_s: Mapping[str, Float[np.ndarray, " contact"]]
) -> dict[str, Cycles]:
    """Cycles of every joint whose side has at least one sound stride without gaps."""
    found = {}
    for name, curve in angles.angles_rad.items():
        contacts = contacts_s.get(JOINTS[name].side, np.zeros(0))
        kept = gait_events.sound(gait_events.strides(contacts))
        cut = [_on_cycle(curve, angles.time_s, stride) for stride in kept]
        whole = [cycle for cycle in cut if np.isfinite(cycle).all()]
        if whole:
            found[name] = Cycles(name, np.stack(whole))
    return found


def _on_cycle(
    curve_rad: Float[np.ndarray, "time 3"],
    time_s: Float[np.ndarray, " time"],
    stride: gait_events.Stride,
) -> Float[np.ndarray, "point 3"]:
    at = np.linspace(stride.start_s, stride.end_s, CYCLE_POINTS)
    planes = [np.interp(at, time_s, plane, left=np.nan, right=np.nan) for plane in curve_rad.T]
    return np.stack(planes, axis=-1)
