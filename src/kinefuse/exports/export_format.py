"""What a row of the table of exports is."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kinefuse.errors import KinefuseError
from kinefuse.estimation import Estimate
from kinefuse.segment_orientations import SegmentOrientations


class CannotExport(KinefuseError):
    """An estimate does not know what a file needs."""

    def __init__(self, name: str, lacking: str) -> None:
        super().__init__(
            f"export '{name}': the estimate has no {lacking}; leave '{name}' out of --to, "
            "or estimate again with a sensor there."
        )


def known_orientations(estimate: Estimate) -> SegmentOrientations:
    """Of an estimate that has them, as ``orientations`` says.

    Raises:
        CannotExport: It has none.
    """
    if estimate.orientations is None:
        raise CannotExport("orientations", orientations(estimate))
    return estimate.orientations


def nothing(_estimate: Estimate) -> str:
    """For files that every estimate can become."""
    return ""


def orientations(estimate: Estimate) -> str:
    """For files of segments."""
    return "" if estimate.orientations else "orientations of segments"


def pelvis(estimate: Estimate) -> str:
    """For files of a body that hangs together."""
    known = estimate.orientations
    return "" if known and "pelvis" in known.R_world_segment else "orientation of the pelvis"


@dataclass(frozen=True, kw_only=True)
class ExportFormat:
    """One file for other programs."""

    name: str
    """What it is asked for with."""
    file: str
    """Its name in the folder."""
    what: str
    """One phrase for people: content, and who opens it."""
    write: Callable[[Estimate, Path], None]
    lacks: Callable[[Estimate], str] = nothing
    """What the estimate would have to know; empty if it does."""
