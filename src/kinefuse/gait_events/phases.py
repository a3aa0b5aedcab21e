"""Stance, swing and the time on both feet, stride by stride."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from kinefuse.errors import UnequalLengths
from kinefuse.gait_events.config import GaitEventConfig, Times
from kinefuse.gait_events.stride_times import sound, strides

_OTHER = {"r": "l", "l": "r"}


@dataclass(frozen=True, kw_only=True)
class StridePhases:
    """Of every sound stride of one side; NaN where an event was not seen."""

    start_s: Times
    stride_s: Times
    """From this contact to the next."""
    step_s: Times
    """From the other foot's last contact to this one's at ``start_s``."""
    stance_s: Times
    """From contact to toe-off."""
    double_support_s: Times
    """Both feet on the ground, both times of a stride together; negative is flight."""

    def __post_init__(self) -> None:
        lengths = {name: len(times) for name, times in vars(self).items()}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths("phases of strides", lengths)

    @property
    def swing_s(self) -> Times:
        """From toe-off to the next contact."""
        return self.stride_s - self.stance_s


def phases_by_side(
    contacts_s: Mapping[str, Times],
    toe_offs_s: Mapping[str, Times],
    config: GaitEventConfig = GaitEventConfig(),
) -> dict[str, StridePhases]:
    """Phases of the sound strides of every side with contacts."""
    nothing = np.zeros(0)
    return {
        side: _phases(
            times,
            toe_offs_s.get(side, nothing),
            contacts_s.get(_OTHER[side], nothing),
            toe_offs_s.get(_OTHER[side], nothing),
            config,
        )
        for side, times in contacts_s.items()
    }


def _phases(
    contacts: Times, toe_offs: Times, others: Times, other_toe_offs: Times, config: GaitEventConfig
) -> StridePhases:
    kept = sound(strides(contacts, config))
    start = np.array([stride.start_s for stride in kept])
    end = np.array([stride.end_s for stride in kept])
    off = _first_between(toe_offs, start, end)
    other_contact = _first_between(others, start, end)
    other_off = _first_between(other_toe_offs, start - (end - start) / 2, other_contact)
    previous = _last_between(others, start - config.longest_stride_s / 2, start)
    return StridePhases(
        start_s=start,
        stride_s=end - start,
        step_s=start - previous,
        stance_s=off - start,
        double_support_s=(other_off - start) + (off - other_contact),
    )


def _first_between(events: Times, low: Times, high: Times) -> Times:
    """The first event after each ``low`` and before its ``high``; NaN where there is none."""
    padded = np.append(events, np.nan)
    found = padded[np.searchsorted(events, low, side="right")]
    return np.where(found < high, found, np.nan)


def _last_between(events: Times, low: Times, high: Times) -> Times:
    padded = np.insert(events, 0, np.nan)
    found = padded[np.searchsorted(events, high, side="left")]
    return np.where(found > low, found, np.nan)
