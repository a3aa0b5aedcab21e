"""The published system's ``walking_data.h5`` and ``running_data.h5``: sensors, attitudes, angles.

``/s<ID>/<segment>/{acc,gyr,rmat}`` with segments ``pelvis, rthigh, lthigh, ...`` and
``/s<ID>/<joint>/angle`` [deg] with joints ``rhip, lhip, ...`` in the columns of the convention
'published'; ``/s<ID>/meta`` is sex, height [cm], mass [kg], speed [m/s]. 200 Hz. Sensors have x
forward, y up and z right at foot contact, left legs too; ``rmat`` is the laboratory (x right, y up,
z backward) from the sensor.

Where a sensor feels ``f = R^T (a + g)``, these files have ``-R (a + g)``: gravity's sign is wrong,
and the sensor's attitude stands where its transpose is due. Both are undone on reading and done
again on writing, exactly, since the attitude lies beside. The mean of every channel of the clinic's
people shows it: legs lean forward on average, which should be felt by x and is in z.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from kinefuse import so3
from kinefuse.anatomy.conventions import from_ours, to_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.formats.published_lab import (
    R_WORLD_LAB,
    RATE_HZ,
    About,
    by_number,
    opened,
    read_about,
    read_person,
    values,
    write_about,
    written_people,
)
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles

ANGLE_CONVENTION = "published"
PASSED = "checks_passed"
_KINDS = ("acc", "gyr", "rmat")


@dataclass(frozen=True, kw_only=True)
class DataRecording:
    """One person of such a file, in our axes and units."""

    person: str
    imus: ImuSession
    """Specific force, in the sensors' axes."""
    R_world_sensor: Mapping[str, so3.Rotations]
    """By segment; x of the world is where the laboratory's people walk."""
    angles: JointAngles
    about: About = field(default_factory=About)
    checks_passed: bool | None = None
    """None where the quality check has not been run."""


def people_in(path: Path) -> tuple[str, ...]:
    """Names of the people in a file, such as ``s12``."""
    with opened(path) as h5:
        return tuple(sorted(h5, key=by_number))


def read_data_h5(path: Path, person: str) -> DataRecording:
    """Sensors, attitudes and angles of one person, as far as the file has them.

    Raises:
        UnreadableFile: The file is no such file, or something of this person is missing.
        RecordingError: The numbers cannot be what they claim to be.
    """
    return read_person(path, person, _read)


def write_data_h5(path: Path, recordings: Iterable[DataRecording]) -> Iterator[str]:
    """Write a whole file, one person after the other; it takes its place when all are in it.

    Yields:
        Each person's name once written.
    """
    for recording in written_people(path, recordings, _write):
        yield recording.person


def published_acceleration(acc_m_s2: so3.Vectors, R_lab_sensor: so3.Rotations) -> so3.Vectors:
    """What the published simulation gives where a sensor feels ``acc_m_s2``: ``-R (a + g)``."""
    support_m_s2 = np.einsum("tij,tj->ti", R_lab_sensor, acc_m_s2)
    return -np.einsum("tij,tj->ti", R_lab_sensor, support_m_s2)


def specific_force(published_m_s2: so3.Vectors, R_lab_sensor: so3.Rotations) -> so3.Vectors:
    """What a sensor would have felt where the published simulation gives ``published_m_s2``."""
    support_m_s2 = -np.einsum("tji,tj->ti", R_lab_sensor, published_m_s2)
    return np.einsum("tji,tj->ti", R_lab_sensor, support_m_s2)


def _read(h5: h5py.File, person: str) -> DataRecording:
    group: Any = h5[person]
    worn = [segment for segment in SEGMENTS if _theirs(segment) in group]
    known = [name for name in JOINTS if _theirs(name) in group]
    sensors, R_world_sensor = {}, {}
    for segment in worn:
        acc, gyr, rmat = (values(h5, f"{person}/{_theirs(segment)}/{kind}") for kind in _KINDS)
        R_lab_sensor = rmat.reshape(-1, 3, 3)
        R_world_sensor[segment] = R_WORLD_LAB @ R_lab_sensor
        sensors[segment] = ImuRecording(
            segment=segment,
            rate_hz=RATE_HZ,
            acc_m_s2=specific_force(acc, R_lab_sensor),
            gyr_rad_s=gyr,
        )
    angles = {
        name: to_ours(values(h5, f"{person}/{_theirs(name)}/angle"), name, ANGLE_CONVENTION)
        for name in known
    }
    passed = group.attrs.get(PASSED)
    return DataRecording(
        person=person,
        imus=ImuSession(name=person, sensors=sensors),
        R_world_sensor=R_world_sensor,
        angles=JointAngles(rate_hz=RATE_HZ, angles_rad=angles),
        about=_about(h5, person),
        checks_passed=None if passed is None else bool(passed),
    )


def _write(h5: h5py.File, recording: DataRecording) -> None:
    person = recording.person
    for segment, imu in recording.imus.sensors.items():
        R_lab_sensor = R_WORLD_LAB.T @ recording.R_world_sensor[segment]
        acc = published_acceleration(imu.acc_m_s2, R_lab_sensor)
        for kind, data in zip(_KINDS, (acc, imu.gyr_rad_s, R_lab_sensor), strict=True):
            h5.create_dataset(f"{person}/{_theirs(segment)}/{kind}", data=data)
    for name, angles in recording.angles.angles_rad.items():
        columns = from_ours(angles, name, ANGLE_CONVENTION)
        h5.create_dataset(f"{person}/{_theirs(name)}/angle", data=columns)
    group: Any = h5[person]
    write_about(group, recording.about.row(), recording.about)
    if recording.checks_passed is not None:
        h5[person].attrs[PASSED] = recording.checks_passed


def _theirs(name: str) -> str:
    """``rthigh`` for ``thigh_r``, ``lknee`` for ``knee_l``; the pelvis keeps its name."""
    stem, _, side = name.partition("_")
    return f"{side}{stem}"


def _about(h5: h5py.File, person: str) -> About:
    group: Any = h5[person]
    if "meta" not in group:
        return read_about(group, None)
    row = values(h5, f"{person}/meta").reshape(-1)[-4:]
    if len(row) < 4:
        raise ValueError(f"{person}/meta has {len(row)} numbers, not 4")
    return read_about(group, row)
