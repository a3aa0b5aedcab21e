"""What all of the published system's files share: its laboratory's axes, rate, names and people.

Rapp et al. 2021, J. Biomech. 116:110229. The laboratory of the Running Injury Clinic, University of
Calgary, has x to the right, y up and z backward. People are named ``s<number>``.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from itertools import count
from pathlib import Path
from typing import TypeVar

import h5py
import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.hdf5_files import own_dataset
from kinefuse.whole_files import written_whole

RATE_HZ = 200.0
SOURCE = "Rapp et al. 2021, J. Biomech. 116:110229, Running Injury Clinic, University of Calgary"
R_WORLD_LAB = np.array([[0.0, 0.0, -1.0], [0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
"""Our world (x forward, y up, z right) from the clinic's laboratory."""
CUT_FRAMES = 200
"""What the published preprocessing cuts at either end of a recording."""

Recording = TypeVar("Recording")

_SEXES = ("male", "female")
"""Written as 0 and 1."""
_SOURCE_ATTRIBUTE = "source"
_NUMBERED = re.compile(r"s?(\d+)")


@dataclass(frozen=True, kw_only=True)
class About:
    """What such a file says of a person; NaN or None where it is not known."""

    sex: str | None = None
    height_m: float = np.nan
    mass_kg: float = np.nan
    speed_m_s: float = np.nan
    source: str = SOURCE
    """Whose recording it is, and under which licence. The published files do not say: they are the
    clinic's. Ours say it in an attribute of the person, which the published code does not read."""

    def row(self) -> Float[np.ndarray, "4"]:
        """Sex (0 male, 1 female), height [cm], mass [kg], speed [m/s]."""
        sex = float(_SEXES.index(self.sex)) if self.sex in _SEXES else np.nan
        return np.array([sex, 100 * self.height_m, self.mass_kg, self.speed_m_s])

    def words(self) -> dict[str, object]:
        """What is known, as a trial's provenance has it."""
        numbers = {n: getattr(self, n) for n in ("height_m", "mass_kg", "speed_m_s")}
        known: dict[str, object] = {n: value for n, value in numbers.items() if np.isfinite(value)}
        return {"sex": self.sex, **known} if self.sex else known

    @classmethod
    def from_row(cls, row: Float[np.ndarray, "4"]) -> "About":
        """The inverse of ``row``."""
        sex, height_cm, mass_kg, speed_m_s = (float(value) for value in row)
        return cls(
            sex=_SEXES[int(sex)] if sex in (0.0, 1.0) else None,
            height_m=round(height_cm / 100, 12),
            mass_kg=mass_kg,
            speed_m_s=speed_m_s,
        )

    @classmethod
    def from_words(cls, words: Mapping[str, object]) -> "About":
        """From a trial's provenance; what is not there stays unknown."""
        height_m, mass_kg, speed_m_s = (
            float(value) if isinstance(value := words.get(name), int | float) else np.nan
            for name in ("height_m", "mass_kg", "speed_m_s")
        )
        sex = words.get("sex")
        return cls(
            sex=sex if isinstance(sex, str) and sex in _SEXES else None,
            height_m=height_m,
            mass_kg=mass_kg,
            speed_m_s=speed_m_s,
        )


def write_about(person: h5py.Group, row: np.ndarray, about: About) -> None:
    """Write the ``meta`` row of a person, and the source if it is not the clinic."""
    person.create_dataset("meta", data=row)
    if about.source != SOURCE:
        person.attrs[_SOURCE_ATTRIBUTE] = about.source


def read_about(person: h5py.Group, row: Float[np.ndarray, "4"] | None) -> About:
    """What a person's row and attribute say; without a row, next to nothing."""
    about = About() if row is None else About.from_row(row)
    return replace(about, source=str(person.attrs.get(_SOURCE_ATTRIBUTE, SOURCE)))


def published_names(people: list[str]) -> dict[str, str]:
    """``s<number>`` for everybody: their own number if it is nobody else's, or the next free."""
    numbers = {person: int(m[1]) for person in people if (m := _NUMBERED.fullmatch(person))}
    held = list(numbers.values())
    own = {person: n for person, n in numbers.items() if held.count(n) == 1}
    free = (n for n in count(1) if n not in held)
    return {person: f"s{own[person] if person in own else next(free)}" for person in people}


def by_number(name: str) -> tuple[int, str]:
    """Sorts ``s3`` before ``s12``."""
    return len(name), name


def activity_of(path: Path) -> str:
    """'walking' or 'running', as the file's name says.

    Raises:
        UnreadableFile: It says neither.
    """
    for activity in ("walking", "running"):
        if activity in path.name:
            return activity
    raise UnreadableFile(
        path, "its name says neither walking nor running", f"rename it to walking{path.suffix}, say"
    )


def opened(path: Path) -> h5py.File:
    """Open such a file to read.

    Raises:
        UnreadableFile: It is missing or no HDF5.
    """
    try:
        return h5py.File(path, "r")
    except OSError as error:
        raise UnreadableFile(path, "this is not readable HDF5", "copy it again") from error


def read_person(path: Path, person: str, read: Callable[[h5py.File, str], Recording]) -> Recording:
    """One person of such a file.

    Raises:
        UnreadableFile: It is no such file, or something of this person is missing.
    """
    with opened(path) as h5:
        try:
            return read(h5, person)
        except (KeyError, ValueError) as error:
            raise UnreadableFile(
                path, f"{person} is incomplete ({error})", "write this person again or leave it out"
            ) from error


def written_people(
    path: Path, recordings: Iterable[Recording], write: Callable[[h5py.File, Recording], None]
) -> Iterator[Recording]:
    """Write a whole file; yields each recording once it is in it."""
    with written_whole(path) as beside, h5py.File(beside, "w") as h5:
        for recording in recordings:
            write(h5, recording)
            yield recording


def values(h5: h5py.File, name: str) -> np.ndarray:
    """Numbers of one data set, in double precision.

    Raises:
        KeyError: There is no such data set.
        UnreadableFile: It lies in another file.
    """
    data = own_dataset(h5, name)
    if not isinstance(data, h5py.Dataset):
        raise KeyError(f"{name} holds no numbers")
    return np.asarray(data[()], dtype=np.float64)
