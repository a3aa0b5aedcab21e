"""Which sensor is on which segment, and how it sits there, without optics or magnetometer."""

from kinefuse.alignment.align import align, in_segment_axes
from kinefuse.alignment.assignment import Assignment, assign
from kinefuse.alignment.assignment_check import check_assignment, check_mounting
from kinefuse.alignment.segment_alignment import SegmentAlignment, stated

__all__ = [
    "Assignment",
    "SegmentAlignment",
    "align",
    "assign",
    "check_assignment",
    "check_mounting",
    "in_segment_axes",
    "stated",
]
