"""What the optimiser's angles lack, learned: sensors are not bones. Its network, and its use."""

from kinefuse.correction.correct import CorrectedAngles, correct
from kinefuse.correction.model import CorrectionNetwork, load_correction

__all__ = ["CorrectedAngles", "CorrectionNetwork", "correct", "load_correction"]
