"""Strides between contacts: which are sound, how long they last."""

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from kinefuse.gait_events.config import GaitEventConfig, Times


@dataclass(frozen=True)
class Stride:
    """From one contact of a foot to its next."""

    start_s: float
    end_s: float
    rejected: str = ""
    """Why the stride is left out of averages; empty if it is sound."""

    @property
    def duration_s(self) -> float:
        """Stride time."""
        return self.end_s - self.start_s


def strides(contacts_s: Times, config: GaitEventConfig = GaitEventConfig()) -> tuple[Stride, ...]:
    """Every stride between neighbouring contacts; the implausible ones say why."""
    durations = np.diff(contacts_s)
    possible = (durations >= config.shortest_stride_s) & (durations <= config.longest_stride_s)
    median = float(np.median(durations[possible])) if possible.any() else np.nan
    return tuple(
        Stride(float(start), float(end), _why_rejected(float(end - start), median, config))
        for start, end in pairwise(contacts_s)
    )


def sound(all_strides: tuple[Stride, ...]) -> tuple[Stride, ...]:
    """The strides that averages are made of."""
    return tuple(stride for stride in all_strides if not stride.rejected)


def stride_time_s(all_strides: tuple[Stride, ...]) -> float:
    """Median duration of the sound strides; NaN without any."""
    durations = [stride.duration_s for stride in sound(all_strides)]
    return float(np.median(durations)) if durations else np.nan


def cadence_steps_min(all_strides: tuple[Stride, ...]) -> float:
    """Steps of both feet in a minute: a stride is two steps."""
    return 120.0 / stride_time_s(all_strides)


def _why_rejected(duration_s: float, median_s: float, config: GaitEventConfig) -> str:
    if duration_s < config.shortest_stride_s:
        return f"{duration_s:.2f} s is shorter than any stride"
    if duration_s > config.longest_stride_s:
        return f"{duration_s:.2f} s is longer than any stride: a pause or a missed contact"
    if abs(duration_s - median_s) > config.unlike_the_median * median_s:
        return f"{duration_s:.2f} s is unlike the median of {median_s:.2f} s"
    return ""
