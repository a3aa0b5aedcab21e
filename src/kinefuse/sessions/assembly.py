"""From streams to a strict session: one clock, one rate, no gap, a segment each."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import NotFinite, UnevenSteps
from kinefuse.progress import Progress, result_of
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.sensor_streams import SensorStream
from kinefuse.session_description import Person
from kinefuse.sessions.common_time import common_rate_hz, common_times_s
from kinefuse.sessions.errors import NoCommonTime, NotEven
from kinefuse.sessions.gaps import LONGEST_BRIDGE_S, SHORTEST_STRETCH_S, stretches
from kinefuse.sessions.one_clock import on_one_clock
from kinefuse.sessions.opened import Opened, find, open_in_steps, placed
from kinefuse.sessions.resampling import OnTicks, on_ticks
from kinefuse.sessions.sampling import sampling_of
from kinefuse.sessions.told import sampling_notes


def read(path: Path, maps: Sequence[Path] = ()) -> ImuSession:
    """As ``read_in_steps``, when nobody watches."""
    return result_of(read_in_steps(path, maps))


def read_in_steps(path: Path, maps: Sequence[Path] = ()) -> Generator[Progress, None, ImuSession]:
    """Read a session from whatever lies at a path.

    Args:
        path: A folder with a ``session.toml``, that file, or a recording whose labels tell which
            segment wears which sensor. Formats that promise segments and even samples are held to
            that unless there is a ``session.toml``.
        maps: Format maps to try before all others; without any, the one that ``session.toml``
            names.

    Raises:
        RecordingError: Something is missing, damaged or unknown; the message says the way out.
        BadStreamMap: A map is faulty.
    """
    found = find(path, maps)
    if found.description is None and found.format.read is not None:
        yield Progress(0, 1, f"reading {found.recording.name}")
        try:
            return found.format.read(found.recording)
        except (NotFinite, UnevenSteps) as error:
            raise NotEven(path, error) from error
    opened = yield from open_in_steps(path, maps)
    return (yield from assemble_in_steps(opened))


def assemble(opened: Opened) -> ImuSession:
    """As ``assemble_in_steps``, when nobody watches."""
    return result_of(assemble_in_steps(opened))


def assemble_in_steps(opened: Opened) -> Generator[Progress, None, ImuSession]:
    """The session that streams and description make together; notes say what was done.

    Streams that share a clock, a rate and their ticks, and lack nothing, keep every number.

    Raises:
        UnknownPlaces: Nothing says which sensor is where.
        NoCommonTime: The sensors did not record together for long enough without a gap.
        ClocksUnknown: Clocks differ, and the motion does not tell surely enough by how much.
        RecordingError: A signal cannot be what it claims to be.
    """
    streams, others = placed(opened)
    said = opened.description
    notes = list(opened.streams.notes)
    if others:
        notes.append(f"Not used, as no segment is known for them: {', '.join(others)}.")
    session = yield from _session_in_steps(
        said.name if said else opened.streams.name,
        streams,
        activity=said.activity if said else "walking",
    )
    return replace(
        session,
        notes=(*notes, *session.notes),
        person=said.person if said else Person(),
        mountings=said.mountings if said else {},
    )


def session_of(name: str, streams: Mapping[str, SensorStream], activity: str) -> ImuSession:
    """Streams by segment as one session, with notes about time."""
    return result_of(_session_in_steps(name, streams, activity))


def _session_in_steps(
    name: str, streams: Mapping[str, SensorStream], activity: str
) -> Generator[Progress, None, ImuSession]:
    places = {segment: segment for segment in streams}
    recordings, notes = yield from recordings_in_steps(name, streams, places, activity)
    sensors = {segment: replace(one, segment=segment) for segment, one in recordings.items()}
    return ImuSession(name=name, sensors=sensors, notes=tuple(notes))


def recordings_in_steps(
    name: str, streams: Mapping[str, SensorStream], places: Mapping[str, str], activity: str
) -> Generator[Progress, None, tuple[dict[str, ImuRecording], list[str]]]:
    """Streams of any names on one clock, at one rate, without a gap; and what was done to time.

    Args:
        name: Of the session, for messages.
        streams: By whatever name.
        places: Segments as far as known, by the same names; clocks that differ need them.
        activity: 'walking' or 'running'.
    """
    aligned, notes = yield from on_one_clock(name, streams, places, activity)
    samplings = {key: sampling_of(stream) for key, stream in aligned.items()}
    rate_hz = common_rate_hz(samplings)
    time_s = common_times_s(name, aligned, samplings, rate_hz)
    made = {key: on_ticks(aligned[key], samplings[key], time_s, rate_hz) for key in aligned}
    kept = _kept(name, made, rate_hz)
    notes = [*notes, *sampling_notes(aligned, samplings, made, rate_hz)]
    if kept != slice(0, len(time_s)):
        notes.append(_cut_note(made, kept, rate_hz))
    recordings = {key: _recording(places.get(key), made[key], kept, rate_hz) for key in made}
    return recordings, notes


def _kept(name: str, made: Mapping[str, OnTicks], rate_hz: float) -> slice:
    """The longest stretch in which every sensor is known."""
    sound = np.all([one.sound for one in made.values()], axis=0)
    if sound.all():
        return slice(0, len(sound))
    found = stretches(sound)
    start, stop = found[0] if found else (0, 0)
    if stop - start < SHORTEST_STRETCH_S * rate_hz:
        worst = min(made, key=lambda s: made[s].sound.mean())
        raise NoCommonTime(
            name,
            f"gaps leave at most {(stop - start) / rate_hz:.1f} s in which all sensors recorded, "
            f"where {SHORTEST_STRETCH_S:g} s are needed (the most is missing of {worst})",
            f"leave {worst} out of session.toml, or record again",
        )
    return slice(start, stop)


def _cut_note(made: Mapping[str, OnTicks], kept: slice, rate_hz: float) -> str:
    holes = [segment for segment, one in made.items() if not one.sound.all()]
    return (
        f"Only {kept.start / rate_hz:.2f} s to {kept.stop / rate_hz:.2f} s of the time in common "
        f"are used, the longest stretch without a gap of more than {1000 * LONGEST_BRIDGE_S:g} ms "
        f"({', '.join(holes)})."
    )


def _recording(segment: str | None, felt: OnTicks, kept: slice, rate_hz: float) -> ImuRecording:
    return ImuRecording(
        segment=segment or SEGMENTS[0],  # of a sensor whose place is yet to be found
        rate_hz=rate_hz,
        acc_m_s2=felt.acc_m_s2[kept],
        gyr_rad_s=felt.gyr_rad_s[kept],
    )
