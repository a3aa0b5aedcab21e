"""A folder of trials: one HDF5 file a trial, so that several processes write side by side.

``trials/<person>__<name>.h5`` holds plain numbers (float32) and, as attributes, words; nothing is
ever unpickled. A file is written beside its place and then renamed, so that a killed process
leaves no half trial.
"""

import hashlib
import json
import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.hdf5_files import refuse_other_files
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles, SegmentPoses, Trial
from kinefuse.whole_files import written_whole

_LAYOUT = 1  # raise it when the layout below changes


@dataclass(frozen=True)
class StoreEntry:
    """What is known of a trial without reading its signals."""

    file: Path
    person: str
    name: str
    activity: str
    source: str
    rate_hz: float
    samples: int
    faults: tuple[str, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Person and name, as exclusions tell trials apart."""
        return self.person, self.name

    @property
    def sound(self) -> bool:
        """Whether the trial may be trained on and scored."""
        return not self.faults


@dataclass(frozen=True)
class Store:
    """An opened folder of trials."""

    folder: Path
    entries: tuple[StoreEntry, ...]

    @property
    def sound(self) -> tuple[StoreEntry, ...]:
        """Entries that passed every check."""
        return tuple(entry for entry in self.entries if entry.sound)

    @property
    def people(self) -> tuple[str, ...]:
        """Everybody with at least one sound trial, sorted."""
        return tuple(sorted({entry.person for entry in self.sound}))

    def without(self, exclusions: Collection[tuple[str, str]]) -> "Store":
        """The same store, as if these trials (person, name) were not in it."""
        kept = tuple(entry for entry in self.entries if entry.key not in exclusions)
        return replace(self, entries=kept)

    def of(self, people: tuple[str, ...]) -> Iterator[Trial]:
        """Every sound trial of these people, one at a time."""
        for entry in self.sound:
            if entry.person in people:
                yield read_trial(entry.file)


def open_store(folder: Path) -> Store:
    """Open a folder that ``write_trial`` filled.

    Raises:
        UnreadableFile: The folder is missing or holds no trial.
    """
    files = sorted((folder / "trials").glob("*.h5"))
    if not files:
        raise UnreadableFile(
            folder, "this is no store, it holds no trials", "write one with 'kinefuse prepare'"
        )
    return Store(folder, tuple(_entry(file) for file in files))


def write_trial(folder: Path, trial: Trial) -> Path:
    """Write one trial into the store at ``folder``; an older one of that name is replaced."""
    file = trial_file(folder, trial.person, trial.name)
    with written_whole(file) as beside, h5py.File(beside, "w") as h5:
        h5.attrs["layout"] = _LAYOUT
        h5.attrs["person"], h5.attrs["name"] = trial.person, trial.name
        h5.attrs["activity"], h5.attrs["source"] = trial.activity, trial.source
        h5.attrs["rate_hz"], h5.attrs["samples"] = trial.imus.rate_hz, trial.imus.samples
        h5.attrs["faults"] = json.dumps(trial.faults)
        h5.attrs["provenance"] = json.dumps(dict(trial.provenance))
        for segment, imu in trial.imus.sensors.items():
            _put(h5, f"imus/{segment}/acc_m_s2", imu.acc_m_s2)
            _put(h5, f"imus/{segment}/gyr_rad_s", imu.gyr_rad_s)
        for segment, R in trial.poses.R_world_segment.items():
            _put(h5, f"poses/{segment}/R_world_segment", R)
            _put(h5, f"poses/{segment}/origin_m", trial.poses.origin_m[segment])
        for joint, angles in trial.angles.angles_rad.items():
            _put(h5, f"angles/{joint}", angles)
    return file


def trial_file(folder: Path, person: str, name: str) -> Path:
    """Where the trial of that person and name is, or would be."""
    return folder / "trials" / f"{_safe(person)}__{_safe(name)}.h5"


def read_trial(file: Path) -> Trial:
    """Read one trial back, in float64.

    Raises:
        UnreadableFile: The file is truncated or not a trial.
    """
    with _open(file) as h5:
        refuse_other_files(h5)
        rate = float(h5.attrs["rate_hz"])
        poses, imus, angles = (_children(h5, name) for name in ("poses", "imus", "angles"))
        return Trial(
            person=str(h5.attrs["person"]),
            name=str(h5.attrs["name"]),
            activity=str(h5.attrs["activity"]),
            source=str(h5.attrs["source"]),
            faults=tuple(json.loads(h5.attrs["faults"])),
            provenance=json.loads(h5.attrs["provenance"]),
            imus=ImuSession(
                name=str(h5.attrs["name"]),
                sensors={
                    segment: ImuRecording(
                        segment=segment,
                        rate_hz=rate,
                        acc_m_s2=_get(group["acc_m_s2"]),
                        gyr_rad_s=_get(group["gyr_rad_s"]),
                    )
                    for segment, group in imus.items()
                },
            ),
            poses=SegmentPoses(
                rate_hz=rate,
                R_world_segment={s: _get(group["R_world_segment"]) for s, group in poses.items()},
                origin_m={s: _get(group["origin_m"]) for s, group in poses.items()},
            ),
            angles=JointAngles(
                rate_hz=rate, angles_rad={joint: _get(data) for joint, data in angles.items()}
            ),
        )


def read_provenance(file: Path) -> dict[str, object]:
    """What is known of how a trial was made, and of whom, without reading its signals.

    Raises:
        UnreadableFile: The file is truncated or not a trial.
    """
    with _open(file) as h5:
        return json.loads(h5.attrs["provenance"])


def mark(file: Path, faults: tuple[str, ...]) -> None:
    """Replace the verdict of a trial that is already in a store."""
    trial = read_trial(file)
    write_trial(file.parent.parent, replace(trial, faults=faults))


def _entry(file: Path) -> StoreEntry:
    with _open(file) as h5:
        words = {key: str(h5.attrs[key]) for key in ("person", "name", "activity", "source")}
        return StoreEntry(
            file=file,
            **words,
            rate_hz=float(h5.attrs["rate_hz"]),
            samples=int(h5.attrs["samples"]),
            faults=tuple(json.loads(h5.attrs["faults"])),
        )


@contextmanager
def _open(file: Path) -> Iterator[Any]:  # h5py types any child as any of all kinds
    try:
        h5 = h5py.File(file, "r")
    except OSError as error:
        raise UnreadableFile(file, "this is not readable HDF5", "prepare it again") from error
    with h5:
        if h5.attrs.get("layout") != _LAYOUT:
            raise UnreadableFile(file, "its layout is of another version", "prepare it again")
        try:
            yield h5
        except KeyError as error:
            raise UnreadableFile(file, f"it is incomplete ({error})", "prepare it again") from error


def _put(h5: h5py.File, name: str, values: np.ndarray) -> None:
    h5.create_dataset(name, data=values.astype(np.float32))


def _get(data: h5py.Dataset) -> np.ndarray:
    return data[()].astype(np.float64)


def _children(h5: Any, name: str) -> dict:
    return {key: h5[name][key] for key in h5[name]} if name in h5 else {}


def _safe(name: str) -> str:
    """A file name out of a person's or a trial's; different names never share one."""
    plain = re.sub(r"[^A-Za-z0-9.-]+", "_", name)
    if plain == name:
        return name
    return f"{plain[:80]}_{hashlib.sha256(name.encode()).hexdigest()[:8]}"
