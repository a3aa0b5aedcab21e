"""What may be wrong with a recording before anything is estimated from it, in plain words."""

from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.examine import (
    examine,
    examine_in_steps,
    examine_unplaced,
    examine_unplaced_in_steps,
)
from kinefuse.doctor.fix import Fixed, fixed

__all__ = [
    "Diagnosis",
    "Fixed",
    "examine",
    "examine_in_steps",
    "examine_unplaced",
    "examine_unplaced_in_steps",
    "fixed",
]
