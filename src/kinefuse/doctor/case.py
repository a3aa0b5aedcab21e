"""A recording that something is wrong with, before a mend and after it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kinefuse.doctor.alone import wearing_of
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.wearing import Wearing
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription

Change = Callable[[SensorStream], SensorStream]


@dataclass(frozen=True, kw_only=True)
class Case:
    """A recording, what was said about it, and whom a check failed."""

    streams: SensorStreams
    description: SessionDescription
    subjects: tuple[str, ...]
    """Segments, or labels where places are unknown."""

    @cached_property
    def wearing(self) -> Wearing:
        """All described sensors together."""
        return wearing_of(felt_together(worn(self.streams, self.description)), self.description)

    def label(self, subject: str) -> str:
        """What the recording calls that sensor."""
        place = self.description.sensors.get(subject)
        return place.label if place else subject

    def changed(self, changes: Mapping[str, tuple[Change, str]]) -> "Mended":
        """Some subjects' streams changed, each with the words for what was done."""
        streams = dict(self.streams.streams)
        for subject, (change, _) in changes.items():
            streams[self.label(subject)] = change(streams[self.label(subject)])
        return Mended(
            streams=replace(self.streams, streams=streams),
            description=self.description,
            log=tuple(f"{self.label(s)}: {words}." for s, (_, words) in changes.items()),
        )


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The case after a mend, and what was done."""

    streams: SensorStreams
    description: SessionDescription
    log: tuple[str, ...]
