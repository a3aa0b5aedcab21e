"""Ranges and peaks of one curve over many strides, their timing, and how sure each number is."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.report.cycles import Cycles
from kinefuse.statistics import Interval, of_mean

Sample = Float[np.ndarray, " _stride"]


@dataclass(frozen=True)
class Peak:
    """The largest or smallest angle of a stride."""

    deg: Interval
    """Mean over strides; its interval holds the strides' spread and the angle's own error."""
    at_percent: Interval
    """When in the stride, mean over strides; a peak near contact may pass 100 or 0."""


@dataclass(frozen=True, kw_only=True)
class SideMeasures:
    """One joint and plane of one side."""

    ranges_deg: Sample
    """Largest less smallest angle of every stride."""
    highest: Peak
    lowest: Peak
    variability_deg: float
    """Root mean square over the cycle of the strides' standard deviation."""

    @property
    def range(self) -> Interval:
        """Mean range [deg]; over strides alone, since errors that both ends share cancel."""
        return of_mean(self.ranges_deg)

    @property
    def range_deg(self) -> float:
        """Mean range."""
        return self.range.value

    @property
    def range_sd_deg(self) -> float:
        """Standard deviation over strides; zero for a single one."""
        return float(self.ranges_deg.std(ddof=1)) if len(self.ranges_deg) > 1 else 0.0

    @property
    def highest_deg(self) -> float:
        """Mean largest angle."""
        return self.highest.deg.value

    @property
    def lowest_deg(self) -> float:
        """Mean smallest angle."""
        return self.lowest.deg.value


def side_measures(cycles: Cycles, plane: int) -> SideMeasures:
    """Of all strides of one joint."""
    strides = np.rad2deg(cycles.angles_rad[..., plane])
    sd = None if cycles.error_sd_rad is None else np.rad2deg(cycles.error_sd_rad[:, plane])
    return SideMeasures(
        ranges_deg=np.ptp(strides, axis=1),
        highest=_peak(strides.max(axis=1), strides.argmax(axis=1), strides.shape[1], sd),
        lowest=_peak(strides.min(axis=1), strides.argmin(axis=1), strides.shape[1], sd),
        variability_deg=float(np.rad2deg(np.sqrt(np.mean(cycles.sd_rad[:, plane] ** 2)))),
    )


def of_timing(percent: Sample) -> Interval:
    """Mean of times in a cycle [%], where 99 and 1 are neighbours (Fisher 1993, ch. 2)."""
    turn = np.exp(2j * np.pi * percent / 100)
    middle = float(np.angle(turn.mean()) * 100 / (2 * np.pi)) % 100
    off = (percent - middle + 50) % 100 - 50
    mean = of_mean(off)
    return Interval(*(middle + value for value in (mean.value, mean.low, mean.high)))


def _peak(values_deg: Sample, at: np.ndarray, points: int, sd_deg: np.ndarray | None) -> Peak:
    timing = of_timing(100.0 * at / (points - 1))
    error = 0.0
    if sd_deg is not None:
        error = float(sd_deg[round(timing.value * (points - 1) / 100) % points])
    return Peak(of_mean(values_deg, error), timing)
