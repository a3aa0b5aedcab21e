"""How long strides, steps, stance and swing last, and how alike the sides are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.gait_events import StridePhases
from kinefuse.statistics import Interval, of_mean, of_ratio_symmetry

Sample = Float[np.ndarray, " _stride"]


@dataclass(frozen=True)
class TimingFigure:
    """One quantity of one side."""

    mean: Interval
    sd: float
    strides: int

    @property
    def variation_percent(self) -> float:
        """Coefficient of variation."""
        return 100 * self.sd / self.mean.value if self.mean.value else np.nan


@dataclass(frozen=True)
class TimingQuantity:
    """One quantity of both sides; None where a side does not know it."""

    name: str
    unit: str
    decimals: int
    sides: Mapping[str, TimingFigure | None]
    symmetry_percent: Interval | None
    """Right against left; None where one is missing or a ratio means nothing."""


def _flight(p: StridePhases) -> Sample:
    return -p.double_support_s / 2


QUANTITIES: tuple[tuple[str, str, int, str, Callable[[StridePhases], Sample]], ...] = (
    ("Stride time", "s", 2, "", lambda p: p.stride_s),
    ("Cadence", "/ min", 1, "", lambda p: 120 / p.stride_s),
    ("Step time", "s", 2, "", lambda p: p.step_s),
    ("Stance", "s", 2, "", lambda p: p.stance_s),
    ("Stance", "%", 1, "", lambda p: 100 * p.stance_s / p.stride_s),
    ("Swing", "s", 2, "", lambda p: p.swing_s),
    ("Swing", "%", 1, "", lambda p: 100 * p.swing_s / p.stride_s),
    ("Double support", "s", 2, "walking", lambda p: p.double_support_s),
    ("Double support", "%", 1, "walking", lambda p: 100 * p.double_support_s / p.stride_s),
    ("Flight, each", "s", 2, "running", _flight),
)
"""Name, unit, decimals, activity it belongs to (any if empty), and its values over strides."""


def timing_quantities(phases: Mapping[str, StridePhases], activity: str) -> list[TimingQuantity]:
    """Those that anything is known of."""
    rows = []
    for name, unit, decimals, only, of in QUANTITIES:
        if only and only != activity:
            continue
        samples = {side: of(each) for side, each in phases.items()}
        figures = {side: _figure(samples.get(side)) for side in ("r", "l")}
        if any(figures.values()):
            rows.append(TimingQuantity(name, unit, decimals, figures, _symmetry(samples)))
    return rows


def toe_offs_percent(phases: Mapping[str, StridePhases]) -> dict[str, float]:
    """Mean toe-off in the stride [%], by side, where it is known."""
    shares = {side: 100 * each.stance_s / each.stride_s for side, each in phases.items()}
    return {side: float(np.nanmean(s)) for side, s in shares.items() if np.isfinite(s).any()}


def _figure(sample: Sample | None) -> TimingFigure | None:
    known = np.zeros(0) if sample is None else sample[np.isfinite(sample)]
    if not len(known):
        return None
    sd = float(known.std(ddof=1)) if len(known) > 1 else np.nan
    return TimingFigure(of_mean(known), sd, len(known))


def _symmetry(samples: Mapping[str, Sample]) -> Interval | None:
    if not {"r", "l"} <= set(samples):
        return None
    found = of_ratio_symmetry(samples["r"], samples["l"])
    return found if np.isfinite(found.value) else None
