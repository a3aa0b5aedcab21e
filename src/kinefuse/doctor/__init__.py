"""What may be wrong with a recording before anything is estimated from it, in plain words."""

from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.examine import examine

__all__ = ["Diagnosis", "examine"]
