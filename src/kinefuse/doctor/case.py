"""A recording that something is wrong with, before a mend and after it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from kinefuse.doctor.alone import wearing_of
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.own_clocks import with_clocks_set
from kinefuse.doctor.wearing import Wearing
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SessionDescription


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
        on_clock, _ = with_clocks_set(worn(self.streams, self.description), self.description)
        return wearing_of(felt_together(on_clock), self.description)

    def label(self, subject: str) -> str:
        """What the recording calls that sensor."""
        place = self.description.sensors.get(subject)
        return place.label if place else subject

    def stream(self, subject: str) -> SensorStream:
        """What that sensor recorded."""
        return self.streams.streams[self.label(subject)]

    def with_streams(self, changed: Mapping[str, tuple[SensorStream, str]]) -> "Mended":
        """Other streams for some subjects, each with the words for what was done."""
        new = {self.label(s): stream for s, (stream, _) in changed.items()}
        return Mended(
            streams=replace(self.streams, streams={**self.streams.streams, **new}),
            description=self.description,
            log=tuple(f"{self.label(s)}: {words}." for s, (_, words) in changed.items()),
            subjects=tuple(changed),
        )


@dataclass(frozen=True, kw_only=True)
class Mended:
    """The case after a mend, and what was done."""

    streams: SensorStreams
    description: SessionDescription
    log: tuple[str, ...]
    subjects: tuple[str, ...] = ()
    """Whom its check has to pass then; everybody if none is named."""
