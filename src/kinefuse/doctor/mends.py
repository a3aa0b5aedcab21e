"""What can be mended without guessing: a row a check.

A mend changes copies, never what it was given. ``fixed`` keeps it only if its check passes after.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.wearing import Wearing
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription

SURE = 0.99
"""Probability of every sensor's place, from which the description is corrected by the motion."""
_LONGEST_HOLD_S = 0.05
"""Repeats from here on are taken for lost samples: five of the usual steps, so that a sensor that
sends every value twice keeps its own."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """A recording, what was said about it, and whom a check failed."""

    streams: SensorStreams
    description: SessionDescription
    subjects: tuple[str, ...]
    """Segments, or labels where places are unknown."""

    def label(self, subject: str) -> str:
        """What the recording calls that sensor."""
        place = self.description.sensors.get(subject)
        return place.label if place else subject


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The case after a mend, and what was done."""

    streams: SensorStreams
    description: SessionDescription
    log: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Mend:
    """What is done about the faults of one check."""

    check: str
    apply: Callable[[Case], Mended | None]
    """None where there is no sound way."""


def of_streams(change: Callable[[SensorStream], tuple[SensorStream, str]]):
    """A mend that changes each faulty sensor's stream by itself, and says in words what it did."""

    def apply(case: Case) -> Mended:
        streams, log = dict(case.streams.streams), []
        for label in map(case.label, case.subjects):
            streams[label], words = change(streams[label])
            log.append(f"{label}: {words}.")
        return Mended(
            streams=replace(case.streams, streams=streams),
            description=case.description,
            log=tuple(log),
        )

    return apply


def _radians(stream: SensorStream) -> tuple[SensorStream, str]:
    in_rad_s = replace(stream, gyr_rad_s=np.deg2rad(stream.gyr_rad_s))
    return in_rad_s, "its gyroscope was taken for deg/s and multiplied by pi / 180"


def _without_holds(stream: SensorStream) -> tuple[SensorStream, str]:
    """Repeated samples marked as missing; the first of each run stays."""
    signals = np.hstack([stream.acc_m_s2, stream.gyr_rad_s])
    moved = np.flatnonzero((np.diff(signals, axis=0) != 0).any(axis=1))
    edges = np.concatenate([[-1], moved, [len(signals) - 1]])
    held = np.zeros(len(signals), bool)
    for before, last in pairwise(edges):
        if stream.time_s[last] - stream.time_s[before + 1] > _LONGEST_HOLD_S:
            held[before + 2 : last + 1] = True
    acc, gyr = stream.acc_m_s2.copy(), stream.gyr_rad_s.copy()
    acc[held] = gyr[held] = np.nan
    words = f"{held.sum()} samples that only repeat the one before were marked as missing"
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr), words


def _places_by_motion(case: Case) -> Mended | None:
    """The description with every sensor where it moves as if worn, if that is sure."""
    found = Wearing(
        sensors=felt_together(worn(case.streams, case.description)), description=case.description
    ).places
    if found is None or min(found.certainty.values()) < SURE or found.sides_certainty < SURE:
        return None
    sensors: dict[str, SensorPlace] = dict(case.description.sensors)
    log = []
    for said, segment in found.segment_of.items():
        place = case.description.sensors[said]
        if segment == said:
            continue
        sensors[segment] = SensorPlace(label=place.label)
        lost = " Its known mounting was said of another segment and is left out."
        log.append(
            f"{place.label}: it was said to be on {said} and is now on {segment}."
            + lost * (place.R_segment_sensor is not None)
        )
    description = replace(case.description, sensors=sensors)
    return Mended(streams=case.streams, description=description, log=tuple(log))


MENDS: Mapping[str, Mend] = {
    mend.check: mend
    for mend in (
        Mend(check="unit of the gyroscope", apply=of_streams(_radians)),
        Mend(check="held samples", apply=of_streams(_without_holds)),
        Mend(check="place", apply=_places_by_motion),
        Mend(check="left and right", apply=_places_by_motion),
    )
}
"""By the check whose faults they mend, in the order in which they are tried."""
