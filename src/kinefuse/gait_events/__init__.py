"""When each foot meets and leaves the ground, and the strides between."""

from kinefuse.gait_events.config import GaitEventConfig, Times
from kinefuse.gait_events.contacts import contacts_by_side, foot_contacts
from kinefuse.gait_events.phases import StridePhases, phases_by_side
from kinefuse.gait_events.stride_times import (
    Stride,
    cadence_steps_min,
    sound,
    stride_time_s,
    strides,
)
from kinefuse.gait_events.toe_offs import foot_toe_offs, toe_offs_by_side

__all__ = [
    "GaitEventConfig",
    "Stride",
    "StridePhases",
    "Times",
    "cadence_steps_min",
    "contacts_by_side",
    "foot_contacts",
    "foot_toe_offs",
    "phases_by_side",
    "sound",
    "stride_time_s",
    "strides",
    "toe_offs_by_side",
]
