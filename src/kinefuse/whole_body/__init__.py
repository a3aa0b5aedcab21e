"""The method by default: the whole body by the optimiser, corrected where a network is there."""

from kinefuse.whole_body.answer import Alignments, BodyAnswer, estimated_body
from kinefuse.whole_body.checks import examined
from kinefuse.whole_body.told import told

__all__ = ["Alignments", "BodyAnswer", "estimated_body", "examined", "told"]
