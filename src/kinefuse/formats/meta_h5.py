"""The published system's ``walking_meta.h5`` and ``running_meta.h5``: markers and angles together.

``/s<ID>/markers/<segment>_<1..3>`` [mm], ``/s<ID>/angles/{R,L}_{hip,knee,ankle}`` [deg] in the
Calgary clinic's columns, 200 Hz; x right, y up, z backward. There is no static trial. The first row
of ``/s<ID>/meta`` is the person's number, sex (0 male, 1 female), height [cm], mass [kg] and
speed [m/s].
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np
from jaxtyping import Float

from kinefuse.formats.published_lab import (
    R_WORLD_LAB,
    RATE_HZ,
    About,
    activity_of,
    by_number,
    opened,
    read_about,
    read_person,
    values,
    write_about,
    written_people,
)
from kinefuse.recordings import MarkerRecording

__all__ = ["ANGLE_CONVENTION", "RATE_HZ", "MetaRecording", "activity_of"]

ANGLE_CONVENTION = "calgary"

_THEIR_NAMES = {"pelvis": "pelvis"} | {
    f"{stem}_{side}": f"{side.upper()}_{stem}"
    for stem in ("thigh", "shank", "foot")
    for side in "rl"
}
_MARKERS_A_SEGMENT = 3
_ABOUT = slice(1, 5)
"""Columns of the ``meta`` row after the person's number."""


@dataclass(frozen=True, kw_only=True)
class MetaRecording:
    """One person of such a file."""

    person: str
    markers: MarkerRecording
    """Named ``<our segment>_<1..3>``."""
    angles: dict[str, Float[np.ndarray, "time 3"]]
    """By joint, in the columns of ``ANGLE_CONVENTION``."""
    about: About = field(default_factory=About)


def is_meta_h5(path: Path) -> bool:
    """Whether the name is that of such a file."""
    return path.name.endswith("_meta.h5")


def people_in(path: Path) -> tuple[str, ...]:
    """Names of the people in a file, such as ``s12``."""
    with opened(path) as h5:
        return tuple(sorted(h5, key=by_number))


def read_meta_h5(path: Path, person: str) -> MetaRecording:
    """Markers and angles of one person, as far as the file has them.

    Raises:
        UnreadableFile: The file is no such file, there are no markers or no angles, or their
            lengths differ.
    """
    return read_person(path, person, _read)


def write_meta_h5(path: Path, recordings: Iterable[MetaRecording]) -> Iterator[str]:
    """Write a whole file, one person after the other; it takes its place when all are in it.

    Yields:
        Each person's name once written.
    """
    for recording in written_people(path, recordings, _write):
        yield recording.person


def _read(h5: h5py.File, person: str) -> MetaRecording:
    paths = {
        ours: values(h5, f"{person}/markers/{theirs}")
        for ours, theirs in _their_markers()
        if f"{person}/markers/{theirs}" in h5
    }
    angles = {
        joint: values(h5, f"{person}/angles/{theirs}")
        for joint, theirs in _their_joints()
        if f"{person}/angles/{theirs}" in h5
    }
    if not paths or not angles:
        raise KeyError("no markers" if not paths else "no angles")
    lengths = {len(signal) for signal in (*paths.values(), *angles.values())}
    if len(lengths) > 1:
        raise ValueError(f"signals of {' and '.join(map(str, sorted(lengths)))} frames")
    return MetaRecording(
        person=person,
        markers=MarkerRecording(
            name=person,
            rate_hz=RATE_HZ,
            markers=tuple(paths),
            positions_m=1e-3 * np.stack(list(paths.values()), axis=1) @ R_WORLD_LAB.T,
        ),
        angles=angles,
        about=_about(h5, person),
    )


def _write(h5: h5py.File, recording: MetaRecording) -> None:
    person = recording.person
    for ours, theirs in _their_markers():
        if ours in recording.markers.markers:
            path_mm = 1e3 * recording.markers[ours] @ R_WORLD_LAB
            h5.create_dataset(f"{person}/markers/{theirs}", data=path_mm)
    for joint, theirs in _their_joints():
        if joint in recording.angles:
            h5.create_dataset(f"{person}/angles/{theirs}", data=recording.angles[joint])
    number = float(person.removeprefix("s"))
    row = np.array([[number, *recording.about.row()]])
    group: Any = h5[person]
    write_about(group, row, recording.about)


def _their_markers() -> list[tuple[str, str]]:
    """Our name and theirs of every marker."""
    return [
        (f"{segment}_{i}", f"{theirs}_{i}")
        for segment, theirs in _THEIR_NAMES.items()
        for i in range(1, _MARKERS_A_SEGMENT + 1)
    ]


def _their_joints() -> list[tuple[str, str]]:
    """Our name and theirs of every joint."""
    return [
        (f"{kind}_{side}", f"{side.upper()}_{kind}")
        for side in "rl"
        for kind in ("hip", "knee", "ankle")
    ]


def _about(h5: h5py.File, person: str) -> About:
    """Who it is; next to nothing is known from a file without that row."""
    group: Any = h5[person]
    if "meta" not in group:
        return read_about(group, None)
    row = np.atleast_2d(values(h5, f"{person}/meta"))[0, _ABOUT]
    if len(row) < 4:
        raise ValueError(f"{person}/meta has {1 + len(row)} columns, not 5")
    return read_about(group, row)
