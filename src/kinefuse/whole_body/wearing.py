"""A trial as an estimator meets it: sensors worn in some way, in what it takes for segment axes."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np

from kinefuse.alignment import SegmentAlignment, align, in_segment_axes
from kinefuse.dataset.conditions import AS_WORN, CONDITIONS, MOUNTED, mounted, worn
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.errors import UnknownChoice
from kinefuse.recordings import Trial
from kinefuse.whole_body.answer import Alignments

ALIGNED = "aligned"
WEARINGS = (*CONDITIONS, MOUNTED)
"""Sensors exactly in segment axes, and known to be; askew, as people strap them on; in any
direction, and aligned by ``kinefuse.alignment`` as a user's would be."""
_KNOWN_DEG = 0.1  # of an alignment that optics gave: as good as exact


@dataclass(frozen=True, kw_only=True)
class Seen:
    """A trial in one wearing."""

    trial: Trial
    """Sensors in what the estimator takes for segment axes, and the truth."""
    alignment: Alignments
    """How sure those axes are; empty where nobody has looked."""
    condition: str

    @property
    def told(self) -> str:
        """What networks are told of it: real sensors are worn, however they were aligned."""
        return self.condition if self.condition in CONDITIONS else AS_WORN

    def at(self, rate_hz: float) -> "Seen":
        """The same at another rate."""
        return replace(self, trial=resampled_trial(self.trial, rate_hz))


def seen_in(trial: Trial, condition: str, seed: int) -> Seen:
    """The trial in one of ``WEARINGS``; faults depend on the seed and the trial's names alone.

    Raises:
        UnknownChoice: There is no such wearing.
    """
    if condition not in WEARINGS:
        raise UnknownChoice("condition", condition, known=WEARINGS)
    if condition != MOUNTED:
        sure = known_exactly(trial.imus.sensors) if condition == ALIGNED else {}
        return Seen(trial=worn(trial, condition, seed), alignment=sure, condition=condition)
    trial = mounted(trial, seed)
    alignment = align(trial.imus, trial.activity)
    imus = in_segment_axes(trial.imus, alignment)
    return Seen(trial=replace(trial, imus=imus), alignment=alignment, condition=condition)


def known_exactly(segments: Iterable[str]) -> dict[str, SegmentAlignment]:
    """The alignment of sensors that are known to sit in their segments' axes."""
    return {
        s: SegmentAlignment(
            segment=s,
            R_segment_sensor=np.eye(3),
            method="known",
            tilt_sd_deg=_KNOWN_DEG,
            heading_sd_deg=_KNOWN_DEG,
        )
        for s in segments
    }
