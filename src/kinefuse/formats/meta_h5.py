"""The published system's ``walking_meta.h5`` and ``running_meta.h5``: markers and angles together.

``/s<ID>/markers/<segment>_<1..3>`` [mm], ``/s<ID>/angles/{R,L}_{hip,knee,ankle}`` [deg] in the
Calgary clinic's columns, 200 Hz; x right, y up, z backward. There is no static trial.
"""

from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.recordings import MarkerRecording

RATE_HZ = 200.0
ANGLE_CONVENTION = "calgary"
SOURCE = "Rapp et al. 2021, J. Biomech. 116:110229, Running Injury Clinic, University of Calgary"

_AXES = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])  # forward, up, right
_THEIR_NAMES = {"pelvis": "pelvis"} | {
    f"{stem}_{side}": f"{side.upper()}_{stem}"
    for stem in ("thigh", "shank", "foot")
    for side in "rl"
}
_MARKERS_A_SEGMENT = 3


@dataclass(frozen=True, kw_only=True)
class MetaRecording:
    """One person of such a file."""

    person: str
    markers: MarkerRecording
    """Named ``<our segment>_<1..3>``."""
    angles: dict[str, Float[np.ndarray, "time 3"]]
    """By joint, in the columns of ``ANGLE_CONVENTION``."""


def is_meta_h5(path: Path) -> bool:
    """Whether the name is that of such a file."""
    return path.name.endswith("_meta.h5")


def activity_of(path: Path) -> str:
    """'walking' or 'running', as the file's name says.

    Raises:
        UnreadableFile: It says neither.
    """
    for activity in ("walking", "running"):
        if activity in path.name:
            return activity
    raise UnreadableFile(
        path, "its name says neither walking nor running", "rename it to walking_meta.h5, say"
    )


def people_in(path: Path) -> tuple[str, ...]:
    """Names of the people in a file, such as ``s12``."""
    with _opened(path) as h5:
        return tuple(sorted(h5, key=lambda name: (len(name), name)))


def read_meta_h5(path: Path, person: str) -> MetaRecording:
    """Markers and angles of one person.

    Raises:
        UnreadableFile: The file is no such file, or something of this person is missing.
    """
    with _opened(path) as h5:
        try:
            return _read(h5, person)
        except (KeyError, ValueError) as error:
            raise UnreadableFile(
                path, f"{person} is incomplete ({error})", "write this person again or leave it out"
            ) from error


def _read(h5: h5py.File, person: str) -> MetaRecording:
    names, paths = [], []
    for segment, theirs in _THEIR_NAMES.items():
        for i in range(1, _MARKERS_A_SEGMENT + 1):
            names.append(f"{segment}_{i}")
            paths.append(_values(h5, f"{person}/markers/{theirs}_{i}"))
    angles = {
        f"{kind}_{side}": _values(h5, f"{person}/angles/{side.upper()}_{kind}")
        for side in "rl"
        for kind in ("hip", "knee", "ankle")
    }
    return MetaRecording(
        person=person,
        markers=MarkerRecording(
            name=person,
            rate_hz=RATE_HZ,
            markers=tuple(names),
            positions_m=1e-3 * np.stack(paths, axis=1) @ _AXES.T,
        ),
        angles=angles,
    )


def _values(h5: h5py.File, name: str) -> np.ndarray:
    data = h5[name]
    if not isinstance(data, h5py.Dataset):
        raise KeyError(f"{name} holds no numbers")
    return np.asarray(data[()], dtype=np.float64)


def _opened(path: Path) -> h5py.File:
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise UnreadableFile(path, "this is not readable HDF5", "copy it again") from error
