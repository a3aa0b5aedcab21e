"""The two real walks with optical truth, as sessions and true joint angles. For checking only.

Read from the folder of real recordings (``../shared/data`` or ``KINEFUSE_DATA``); their licences
do not let them be copied or trained on.
"""

import json
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

import h5py
import numpy as np
import polars as pl

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.marker_frames import standing_frames
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles

DATA = Path(
    os.environ.get("KINEFUSE_DATA", Path(__file__).parent.parent.parent / "shared" / "data")
)


@dataclass(frozen=True)
class OpticalWalk:
    """Sensors of one person, and the optical truth of one or more stretches."""

    name: str
    whole: ImuSession
    """Everything that was recorded, to align the sensors with."""
    stretches: tuple[tuple[ImuSession, slice, JointAngles], ...]
    """A session to estimate, where in it the truth lies, and the truth."""


def walks() -> Iterator[OpticalWalk]:
    """Both data sets, a person at a time."""
    yield gaittech()
    yield from kamkfm()


# --- walking_imu_optical_gaittech -----------------------------------------------------------
# Which sensor is where follows from the correlation of its angular speed with the segments'.
_GAITTECH_SENSORS = {
    "pelvis": "B91",
    "thigh_r": "C3C",
    "shank_r": "C4A",
    "foot_r": "C48",
    "thigh_l": "C45",
    "shank_l": "C49",
    "foot_l": "C55",
}
_GAITTECH_TRUTH = {
    "pelvis": "qRPV",
    "thigh_r": "qRTH",
    "shank_r": "qRSK",
    "foot_r": "qRFT",
    "thigh_l": "qLTH",
    "shank_l": "qLSK",
    "foot_l": "qLFT",
}
_GAITTECH_RATE_HZ = 100.0
# The optical file begins at packet 1120 of the inertial one (its header), and lags by two samples.
_GAITTECH_START = 1122
# The laboratory's world has z up; its segments x forward, y left, z up, its feet z along the toes
# and x down.
_R_ours_lab = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])
_R_theirs_ours = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
_R_their_foot_ours = np.array([[0.0, -1, 0], [0, 0, -1], [1, 0, 0]])


def gaittech() -> OpticalWalk:
    """One person, one walk with turns; 9.55 s have optical truth."""
    folder = DATA / "walking_imu_optical_gaittech"
    sensors = {
        segment: _gaittech_sensor(folder, segment, digits)
        for segment, digits in _GAITTECH_SENSORS.items()
    }
    session = ImuSession(name="gaittech", sensors=sensors)
    table = pl.read_csv(folder / "vicon" / "S02-Trial-Walk-1.csv", comment_prefix="//")
    R_world_segment = {
        segment: _gaittech_attitude(table, segment, name)
        for segment, name in _GAITTECH_TRUTH.items()
    }
    truth = true_angles(R_world_segment, _GAITTECH_RATE_HZ)
    where = slice(_GAITTECH_START, _GAITTECH_START + truth.samples)
    return OpticalWalk("gaittech", session, ((session, where, truth),))


def _gaittech_sensor(folder: Path, segment: str, digits: str) -> ImuRecording:
    (file,) = (folder / "rawimu").glob(f"*{digits}.txt")
    table = pl.read_csv(file, comment_prefix="//")
    acc, gyr = (
        table.select(f"{quantity}_{axis}" for axis in "XYZ").to_numpy()
        for quantity in ("Acc", "Gyr")
    )
    return ImuRecording(segment=segment, rate_hz=_GAITTECH_RATE_HZ, acc_m_s2=acc, gyr_rad_s=gyr)


def _gaittech_attitude(table: pl.DataFrame, segment: str, name: str) -> np.ndarray:
    wxyz = table.select(f"{name}_{i}" for i in range(1, 5)).to_numpy()
    R_lab_theirs = so3.from_quaternions(wxyz / np.linalg.norm(wxyz, axis=1, keepdims=True))
    own = _R_their_foot_ours if segment.startswith("foot") else _R_theirs_ours
    return _R_ours_lab @ R_lab_theirs @ own


# --- walking_imu_optical_kamkfm -------------------------------------------------------------
_KAMKFM_SENSORS = {
    "pelvis": "WAIST",
    "thigh_r": "R_THIGH",
    "shank_r": "R_SHANK",
    "foot_r": "R_FOOT",
    "thigh_l": "L_THIGH",
    "shank_l": "L_SHANK",
    "foot_l": "L_FOOT",
}
_KAMKFM_RATE_HZ = 100.0
_KAMKFM_LANDMARKS = {
    "knee_lateral": "FLE",
    "knee_medial": "FME",
    "ankle_lateral": "FAL",
    "ankle_medial": "TAM",
    "heel": "FCC",
    "toe": "FM2",
    "fifth": "FM5",
}
_R_ours_kamkfm = np.array([[0.0, 1, 0], [0, 0, 1], [1, 0, 0]])  # lab: x right, y forward, z up


def kamkfm() -> Iterator[OpticalWalk]:
    """Two people, ten right steps each, every step a recording of about one second.

    A second is too short to find out how the sensors sit, so alignment uses all of a person's
    steps one after the other; each step is then estimated on its own.
    """
    with h5py.File(DATA / "walking_imu_optical_kamkfm" / "example_data.h5") as h5:
        columns = json.loads(h5.attrs["columns"])
        people = {person: h5[person][()].astype(np.float64) for person in h5}
    for person, steps in people.items():
        cut = [step[: int(np.any(step != 0, axis=1).sum())] for step in steps]
        tables = [dict(zip(columns, step.T, strict=True)) for step in cut]
        joined = {c: np.concatenate([table[c] for table in tables]) for c in columns}
        stretches = tuple(
            (_kamkfm_session(table, person), slice(None), _kamkfm_truth(table)) for table in tables
        )
        yield OpticalWalk(f"kamkfm {person}", _kamkfm_session(joined, person), stretches)


def _kamkfm_session(table: Mapping[str, np.ndarray], person: str) -> ImuSession:
    def xyz(quantity: str, sensor: str) -> np.ndarray:
        return np.stack([table[f"{quantity}{axis}_{sensor}"] for axis in "XYZ"], axis=-1)

    return ImuSession(
        name=person,
        sensors={
            segment: ImuRecording(
                segment=segment,
                rate_hz=_KAMKFM_RATE_HZ,
                acc_m_s2=xyz("Accel", sensor),
                gyr_rad_s=np.deg2rad(xyz("Gyro", sensor)),
            )
            for segment, sensor in _KAMKFM_SENSORS.items()
        },
    )


def _kamkfm_truth(table: Mapping[str, np.ndarray]) -> JointAngles:
    """Angles from anatomical markers, frame by frame; the foot from its flat-foot frame."""

    def marker(name: str) -> np.ndarray:
        lab_mm = np.stack([table[f"{name}_{axis}"] for axis in "XYZ"], axis=-1)
        return lab_mm @ _R_ours_kamkfm.T / 1000

    points = {"asis_r": marker("RIAS"), "asis_l": marker("LIAS")}
    points["psis_middle"] = (marker("RIPS") + marker("LIPS")) / 2
    for side in "rl":
        points |= {
            f"{ours}_{side}": marker(side.upper() + theirs)
            for ours, theirs in _KAMKFM_LANDMARKS.items()
        }
    frames = [
        standing_frames({k: p[t] for k, p in points.items()}, "harrington")
        for t in range(len(points["asis_r"]))
    ]
    R_world_segment = {s: np.array([frame[s][0] for frame in frames]) for s in frames[0]}
    for side in "rl":
        foot = np.stack([points[f"{name}_{side}"] for name in ("heel", "toe", "fifth")], axis=1)
        flat = int(np.argmin(foot[:, :, 1].max(axis=1)))
        R_flat = R_world_segment[f"foot_{side}"][flat]
        R_world_segment[f"foot_{side}"] = _turn_since(foot, flat) @ R_flat
    return true_angles(R_world_segment, _KAMKFM_RATE_HZ)


def _turn_since(points: np.ndarray, start: int) -> np.ndarray:
    """Rotation of a rigid cluster (time, marker, 3) since one of its frames."""
    centred = points - points.mean(axis=1, keepdims=True)
    return so3.nearest(np.einsum("tmi,mj->tij", centred, centred[start]))


def true_angles(R_world_segment: Mapping[str, np.ndarray], rate_hz: float) -> JointAngles:
    """Clinical angles of every joint from the true attitudes of its segments."""
    return JointAngles(
        rate_hz=rate_hz,
        angles_rad={
            name: angles_of_rotation(
                joint_rotation(R_world_segment[joint.proximal], R_world_segment[joint.distal]),
                joint,
            )
            for name, joint in JOINTS.items()
        },
    )
