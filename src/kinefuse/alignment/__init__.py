"""Sensor-to-segment rotation from a still pose and from walking, without optics or magnetometer."""

from kinefuse.alignment.align import align, in_segment_axes
from kinefuse.alignment.segment_alignment import SegmentAlignment

__all__ = ["SegmentAlignment", "align", "in_segment_axes"]
