"""Writes IMU sessions as other programs would, whole or with one fault, to see them read."""

from collections.abc import Callable, Iterable
from pathlib import Path

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.formats.csv_session import write_session_csv
from kinefuse.formats.streams_folder import write_streams
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from toy import puppet_trial

BODY = {"thigh": "femur", "shank": "tibia", "foot": "toes", "pelvis": "pelvis"}
KINDS = {"acc": ("Accel", "acc_m_s2"), "gyr": ("Gyro", "gyr_rad_s")}


def session(seconds: float = 3.0, rate_hz: float = 200.0) -> ImuSession:
    """Seven sensors of a puppet."""
    return puppet_trial(seconds=seconds, rate_hz=rate_hz).imus


def write_trc_pair(folder: Path, imus: ImuSession) -> list[Path]:
    """As OpenSense recordings are published, stray tabs and false unit included."""
    folder.mkdir(parents=True, exist_ok=True)
    files = []
    for title, field in KINDS.values():
        file = folder / f"walk_{title}.trc"
        names = "\t".join(f"{_body(s)}_imu_offset_imu" for s in imus.sensors)
        axes = "\t".join(f"X{i}\tY{i}\tZ{i}" for i in range(1, len(imus.sensors) + 1))
        rate, rows, sensors = f"{imus.rate_hz:g}", imus.samples, len(imus.sensors)
        head = (
            f"PathFileType\t4\t(X/Y/Z)\t{file.name}\n"
            "DataRate\tCameraRate\tNumFrames\tNumMarkers\tUnits\tOrigDataRate\n"
            f"{rate}\t{rate}\t{rows}\t{sensors}\tm\t{rate}\n"
            f"Frame#\tTime\t{names}\n\t\t\t{axes}\t\n\n"
        )
        signals = np.hstack([getattr(imu, field) for imu in imus.sensors.values()])
        body = "\n".join(
            "\t".join([str(i + 1), f"{t:.8f}", *(repr(float(v)) for v in row)])
            for i, (t, row) in enumerate(zip(imus.time_s, signals, strict=True))
        )
        file.write_text(head + body + "\n")
        files.append(file)
    return files


def write_csv(folder: Path, imus: ImuSession) -> list[Path]:
    """As this program does."""
    file = folder / "walk.csv"
    write_session_csv(file, imus)
    return [file]


def write_published(folder: Path, imus: ImuSession, sign: float = +1.0) -> list[Path]:
    """As the published demo wants it; ``sign`` is that of its gravity."""
    files = []
    for joint in JOINTS.values():
        side = {"r": "Right", "l": "Left"}[joint.side]
        for place, segment in enumerate((joint.proximal, joint.distal), start=1):
            for kind, (_, field) in KINDS.items():
                values = getattr(imus[segment], field) * (sign if kind == "acc" else 1.0)
                norm = np.linalg.norm(values, axis=-1, keepdims=True)
                file = folder / joint.kind.capitalize() / f"{side}_seg{place}_{kind}.npy"
                file.parent.mkdir(parents=True, exist_ok=True)
                np.save(file, np.hstack([values, norm]))
                files.append(file)
    return files


def streams_of(imus: ImuSession) -> SensorStreams:
    """The sensors of a session as a file holds them that knows segments."""
    return SensorStreams(
        name=imus.name,
        streams={
            segment: SensorStream(
                label=segment,
                time_s=imus.time_s,
                acc_m_s2=imu.acc_m_s2,
                gyr_rad_s=imu.gyr_rad_s,
            )
            for segment, imu in imus.sensors.items()
        },
        format_name="streams_folder",
    )


def write_streams_folder(folder: Path, imus: ImuSession) -> list[Path]:
    """As this program does between a vendor's file and an estimate."""
    write_streams(folder, streams_of(imus))
    return sorted(folder.iterdir())


WRITERS: dict[str, Callable[[Path, ImuSession], list[Path]]] = {
    "streams_folder": write_streams_folder,
    "opensim_trc": write_trc_pair,
    "csv": write_csv,
    "published_npy": write_published,
}
"""One for each row of ``FORMATS``: a session into a folder; the files that were written."""


def with_values(imus: ImuSession, segment: str, kind: str, change: Callable) -> ImuSession:
    """A session that no constructor would allow: one signal changed behind its back."""
    changed = ImuSession(name=imus.name, sensors=dict(imus.sensors))
    imu = changed.sensors[segment]
    copy = object.__new__(type(imu))
    copy.__dict__.update(imu.__dict__)
    field = KINDS[kind][1]
    copy.__dict__[field] = change(getattr(imu, field).copy())
    changed.sensors[segment] = copy
    return changed


def truncate(file: Path, share: float = 0.6) -> None:
    """Keep only the first part of a file."""
    data = file.read_bytes()
    file.write_bytes(data[: int(share * len(data))])


def empty(files: Iterable[Path]) -> None:
    """Make every file zero bytes long."""
    for file in files:
        file.write_bytes(b"")


def _body(segment: str) -> str:
    stem, _, side = segment.partition("_")
    return f"{BODY[stem]}_{side}" if side else BODY[stem]
