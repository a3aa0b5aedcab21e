"""The seven segments that carry a sensor, and the two sides."""

SIDES = ("r", "l")
"""Right and left, in the order of every table and file."""

SEGMENTS = ("pelvis", "thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l")
"""Pelvis first, then each leg downwards. Axes: x forward, y up, z right, on both sides (ISB)."""


def side_of(segment: str) -> str | None:
    """'r' or 'l'; None for the pelvis."""
    return segment[-1] if segment.endswith(("_r", "_l")) else None
