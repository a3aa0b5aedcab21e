"""Writes sensors as the files of vendors hold them, from the vendors' published descriptions.

Each writer's docstring names the description it follows. Nothing here is taken from a recording.
"""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import ezc3d
import h5py
import numpy as np
import polars as pl

from imu_files import BODY, write_csv, write_published, write_streams_folder, write_trc_pair
from kinefuse import so3
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.recordings import ImuRecording, ImuSession
from toy import puppet_trial

G = 9.80665
Writer = Callable[[Path, ImuSession], list[Path]]


@dataclass(frozen=True, kw_only=True)
class Example:
    """How to make a recording of one row of ``FORMATS``, and how well it comes back."""

    write: Writer
    labels: Mapping[str, str] = field(default_factory=lambda: {s: s for s in SEGMENTS})
    """What the file calls the sensor on each segment that it holds."""
    rate_hz: float = 200.0
    acc_m_s2: float = 1e-9
    gyr_rad_s: float = 1e-9
    """How far numbers may be off: rounding, or what the vendor's file does not hold."""
    starts_s: float | None = None
    """Of the first stamp, where the file says it."""


def session(example: Example, seconds: float = 3.0) -> ImuSession:
    """What an example's sensors feel."""
    return puppet_trial(seconds=seconds, rate_hz=example.rate_hz).imus


def numbers(*columns) -> list[str]:
    """Rows of numbers, each to the last bit."""
    table = np.column_stack(columns)
    return [",".join(repr(float(value)) for value in row) for row in table]


def put(file: Path, lines: list[str], end: str = "\n", encoding: str = "utf-8") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes((end.join(lines) + end).encode(encoding))
    return file


XSENS = {s: f"00B40C{i:02X}" for i, s in enumerate(SEGMENTS)}


def write_xsens(folder: Path, imus: ImuSession) -> list[Path]:
    """MT Manager's text export (MT Manager User Manual MT0216P): comments, names, tabs.

    The counter has 16 bits and goes over its end here; the column of SampleTimeFine is empty.
    """
    files = []
    for segment, imu in imus.sensors.items():
        counters = (65_500 + np.arange(imu.samples)) % 65_536
        head = [
            "// Start Time: Unknown",
            f"// Update Rate: {imus.rate_hz:.1f}Hz",
            "// Filter Profile: human (46.1)",
            "// Firmware Version: 4.3.4",
            "PacketCounter\tSampleTimeFine\tAcc_X\tAcc_Y\tAcc_Z\tGyr_X\tGyr_Y\tGyr_Z",
        ]
        rows = numbers(imu.acc_m_s2, imu.gyr_rad_s)
        body = [f"{c}\t\t" + r.replace(",", "\t") for c, r in zip(counters, rows, strict=True)]
        name = f"MT_01200312-000_{XSENS[segment]}.txt"
        files.append(put(folder / name, head + body, end="\r\n"))
    return files


DOT = {s: f"Dot {i}" for i, s in enumerate(SEGMENTS)}


def _dot_head(tag: str, rate_hz: float, mode: str, names: str) -> list[str]:
    return [
        "sep=,",
        f"DeviceTag:,{tag},,,,,,,,",
        "FirmwareVersion:,3.0.0,,,,,,,,",
        "SyncStatus:,Synced,,,,,,,,",
        f"OutputRate:,{rate_hz:g}Hz,,,,,,,,",
        f"Measurement Mode:,{mode},,,,,,,,",
        "Movella Technologies B. V. 2005-2025,,,,,,,,",
        "",
        f"PacketCounter,SampleTimeFine,{names},Status",
    ]


def write_dot(folder: Path, imus: ImuSession) -> list[Path]:
    """The DOT SDK's logger (class XsensDotLogger): rate quantities, microseconds of 32 bits.

    The microseconds go over their end here. A tag has no spaces or commas in it.
    """
    files = []
    for i, (segment, imu) in enumerate(imus.sensors.items()):
        stamps = (2**32 - 700_000 + i * 3 + np.round(imus.time_s * 1e6)).astype(int) % 2**32
        tag = DOT[segment].replace(" ", "")
        names = "Acc_X,Acc_Y,Acc_Z,Gyr_X,Gyr_Y,Gyr_Z"
        rows = numbers(imu.acc_m_s2, np.rad2deg(imu.gyr_rad_s))
        body = [f"{n},{t},{r},0" for n, (t, r) in enumerate(zip(stamps, rows, strict=True), 1)]
        head = _dot_head(tag, imus.rate_hz, "Rate quantities", names)
        files.append(put(folder / f"{tag}_20250711_200600.csv", head + body))
    return files


def write_dot_delta(folder: Path, imus: ImuSession) -> list[Path]:
    """The same logger, high fidelity: increments of orientation (quaternion) and of velocity."""
    files = []
    for segment, imu in imus.sensors.items():
        stamps = np.round(imus.time_s * 1e6).astype(int)
        turn = imu.gyr_rad_s / imus.rate_hz
        half = np.linalg.norm(turn, axis=-1, keepdims=True) / 2
        dq = np.hstack([np.cos(half), 0.5 * np.sinc(half / np.pi) * turn])
        tag = DOT[segment].replace(" ", "")
        names = "dq_W,dq_X,dq_Y,dq_Z,dv[1],dv[2],dv[3]"
        rows = numbers(dq, imu.acc_m_s2 / imus.rate_hz)
        body = [f"{n},{t},{r},0" for n, (t, r) in enumerate(zip(stamps, rows, strict=True), 1)]
        head = _dot_head(tag, imus.rate_hz, "High Fidelity", names)
        files.append(put(folder / f"{tag}_20250711_200600.csv", head + body))
    return files


SHIMMER = {s: f"Shimmer_{8665 + i:X}" for i, s in enumerate(SEGMENTS)}
UNIX_MS = 1_570_338_716_748.0


def _shimmer_columns(name: str, kind: str) -> list[str]:
    acc = [f"{name}_Accel_{kind}_{axis}_CAL" for axis in "XYZ"]
    return [*acc, *(f"{name}_Gyro_{axis}_CAL" for axis in "XYZ")]


def write_shimmer(folder: Path, imus: ImuSession) -> list[Path]:
    """Consensys, all devices in one table (heads of published exports): tabs, units below."""
    names = ["Shimmer_8665_Timestamp_Unix_CAL"]
    units, signals = ["ms"], [UNIX_MS + imus.time_s * 1e3]
    for segment, imu in imus.sensors.items():
        names += _shimmer_columns(SHIMMER[segment], "LN")
        units += ["m/(s^2)"] * 3 + ["deg/s"] * 3
        signals += [imu.acc_m_s2, np.rad2deg(imu.gyr_rad_s)]
    rows = [row.replace(",", "\t") + "\t" for row in numbers(*signals)]
    head = ['"sep=\t"', "\t".join(names) + "\t", "\t".join(units) + "\t"]
    return [put(folder / "DefaultTrial_Session1_Calibrated_PC.csv", head + rows)]


def write_shimmer_wide(folder: Path, imus: ImuSession) -> list[Path]:
    """Consensys, a device a file, commas, wide-range accelerometer only."""
    files = []
    for segment, imu in imus.sensors.items():
        name = SHIMMER[segment]
        names = [f"{name}_Timestamp_Unix_CAL", *_shimmer_columns(name, "WR")]
        rows = numbers(UNIX_MS + imus.time_s * 1e3, imu.acc_m_s2, np.rad2deg(imu.gyr_rad_s))
        units = ["ms", *["m/(s^2)"] * 3, *["deg/s"] * 3]
        head = ['"sep=,"', ",".join(names) + ",", ",".join(units) + ","]
        body = [row + "," for row in rows]
        files.append(put(folder / f"{name}_Calibrated_SD.csv", head + body))
    return files


NORAXON = {
    s: f"{stem.capitalize()} {side.upper()}T" if side else "Pelvis"
    for s in SEGMENTS
    for stem, _, side in [s.partition("_")]
}


def write_noraxon(folder: Path, imus: ImuSession) -> list[Path]:
    """Column names of published readers of MR3 exports; three lines above them, mG and deg/s."""
    names, signals = ["time", "Activity"], [imus.time_s, np.zeros(imus.samples)]
    for segment, imu in imus.sensors.items():
        place, _, side = NORAXON[segment].partition(" ")
        tail = f" {side}" if side else ""
        names += [f"{place} Accel Sensor {axis}{tail} (mG)" for axis in "XYZ"]
        stem = f"Noraxon MyoMotion-Segments-{NORAXON[segment]}"
        names += [f"{stem}-Gyroscope-{axis} (deg/s)" for axis in "xyz"]
        signals += [imu.acc_m_s2 / G * 1000, np.rad2deg(imu.gyr_rad_s)]
    head = ["Record,walk", f"Frequency,{imus.rate_hz:g} Hz", "", ",".join(names)]
    return [put(folder / "motion_walk.csv", head + numbers(*signals))]


XIO_NAMES = [
    *(f"Gyroscope {axis} (deg/s)" for axis in "XYZ"),
    *(f"Accelerometer {axis} (g)" for axis in "XYZ"),
]


def _xio(imu: ImuRecording) -> tuple:
    return np.rad2deg(imu.gyr_rad_s), imu.acc_m_s2 / G


def write_ximu3(folder: Path, imus: ImuSession) -> list[Path]:
    """x-IMU3 User Manual: a folder a device, Inertial.csv with microseconds, deg/s and g."""
    head = [",".join(["Timestamp (us)", *XIO_NAMES])]
    stamps = 392_093_562 + np.round(imus.time_s * 1e6)
    return [
        put(folder / s / "Inertial.csv", head + numbers(stamps, *_xio(imu)), end="\r\n")
        for s, imu in imus.sensors.items()
    ]


def write_ngimu(folder: Path, imus: ImuSession) -> list[Path]:
    """NGIMU User Manual: a folder a device, sensors.csv with seconds, deg/s and g."""
    head = [",".join(["Time (s)", *XIO_NAMES, "Barometer (hPa)"])]
    bar = np.full(imus.samples, 984.7)
    return [
        put(folder / s / "sensors.csv", head + numbers(imus.time_s, *_xio(imu), bar), end="\r\n")
        for s, imu in imus.sensors.items()
    ]


def write_ximu(folder: Path, imus: ImuSession) -> list[Path]:
    """x-IMU GUI: ..._CalInertialAndMag.csv with packet numbers, which are no clock."""
    head = [",".join(["Packet number", *XIO_NAMES])]
    packets = np.arange(imus.samples) * 2 + 115
    return [
        put(folder / f"{s}_CalInertialAndMag.csv", head + numbers(packets, *_xio(imu)))
        for s, imu in imus.sensors.items()
    ]


UNIX_US = 1_458_217_123_808_462


def write_biostamp(folder: Path, imus: ImuSession) -> list[Path]:
    """README of MC10 Cloud exports: location/sensor/start/{accel,gyro}.csv, g and deg/s."""
    files = []
    stamps = UNIX_US + np.round(imus.time_s * 1e6)
    for i, (segment, imu) in enumerate(imus.sensors.items()):
        place = folder / segment / f"d417785d41{i:02d}" / "2016-03-17T12-18-43-808Z"
        for file, kind, unit, values in (
            ("accel.csv", "Accel", "g", imu.acc_m_s2 / G),
            ("gyro.csv", "Gyro", "°/s", np.rad2deg(imu.gyr_rad_s)),
        ):
            names = ["Timestamp (microseconds)", *(f"{kind} {axis} ({unit})" for axis in "XYZ")]
            files.append(put(place / file, [",".join(names), *numbers(stamps, values)]))
    return files


def write_generic(folder: Path, imus: ImuSession) -> list[Path]:
    """No vendor's: semicolons, decimal commas, units in the names."""
    head = "Time (s);Acc_X (m/s2);Acc_Y (m/s2);Acc_Z (m/s2);Gyr_X (dps);Gyr_Y (dps);Gyr_Z (dps)"
    files = []
    for segment, imu in imus.sensors.items():
        rows = numbers(imus.time_s, imu.acc_m_s2, np.rad2deg(imu.gyr_rad_s))
        body = [row.replace(",", ";").replace(".", ",") for row in rows]
        files.append(put(folder / f"{segment}.csv", [head, *body], encoding="latin-1"))
    return files


MVNX = {
    s: {"pelvis": "Pelvis", "thigh": "UpperLeg", "shank": "LowerLeg", "foot": "Foot"}[stem]
    if not side
    else {"r": "Right", "l": "Left"}[side]
    + {"thigh": "UpperLeg", "shank": "LowerLeg", "foot": "Foot"}[stem]
    for s in SEGMENTS
    for stem, _, side in [s.partition("_")]
}
R_ZUP_YUP = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])


def write_mvnx(folder: Path, imus: ImuSession) -> list[Path]:
    """MVN User Manual, MVNX: sensors by label, frames of type normal after those of poses."""
    poses = puppet_trial(seconds=imus.samples / imus.rate_hz, rate_hz=imus.rate_hz).poses
    quaternions, free = [], []
    for segment, imu in imus.sensors.items():
        R = R_ZUP_YUP @ poses.R_world_segment[segment][: imus.samples]
        quaternions.append(_quaternions(R))
        free.append(np.einsum("tij,tj->ti", R, imu.acc_m_s2) - [0, 0, G])
    sensors = "".join(f'<sensor label="{MVNX[s]}"/>' for s in imus.sensors)
    q, a = np.hstack(quaternions), np.hstack(free)
    frames = [
        f'<frame time="{round(i * 1000 / imus.rate_hz)}" index="{i}" tc="" ms="" type="normal">'
        f"<sensorFreeAcceleration>{_words(a[i])}</sensorFreeAcceleration>"
        f"<sensorOrientation>{_words(q[i])}</sensorOrientation></frame>"
        for i in range(imus.samples)
    ]
    pose = '<frame time="0" index="" tc="" ms="" type="tpose"><position>0 0 0</position></frame>'
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<mvnx xmlns="http://www.xsens.com/mvn/mvnx" version="4"><comment>walk</comment>',
        f'<subject label="walk" frameRate="{imus.rate_hz:g}" segmentCount="23">',
        f'<segments><segment label="Pelvis" id="1"/></segments><sensors>{sensors}</sensors>',
        f'<frames segmentCount="23" sensorCount="{len(imus.sensors)}" jointCount="22">',
        pose,
        *frames,
        "</frames></subject></mvnx>",
    ]
    return [put(folder / "walk.mvnx", lines)]


def _words(values) -> str:
    return " ".join(repr(float(value)) for value in values)


def _quaternions(R) -> np.ndarray:
    turn = so3.log(R)
    half = np.linalg.norm(turn, axis=-1, keepdims=True) / 2
    return np.hstack([np.cos(half), 0.5 * np.sinc(half / np.pi) * turn])


APDM = {
    "pelvis": "Pelvis",
    **{
        f"{stem}_{s}": f"{side} {place}"
        for s, side in (("r", "Right"), ("l", "Left"))
        for stem, place in (("thigh", "Upper Leg"), ("shank", "Lower Leg"), ("foot", "Foot"))
    },
}


def write_apdm(folder: Path, imus: ImuSession) -> list[Path]:
    """Version 5, as published readers have it (scikit-digital-health; load_h5_APDM1Raw.m)."""
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "20200101-120000_Walk.h5", "w") as file:
        file.attrs["FileFormatVersion"] = 5
        for i, (segment, imu) in enumerate(imus.sensors.items()):
            group = file.create_group(f"Sensors/{1234 + i}")
            stamps = UNIX_US + np.round(imus.time_s * 1e6)
            group["Time"] = stamps.astype(np.uint64)
            group["Accelerometer"], group["Gyroscope"] = imu.acc_m_s2, imu.gyr_rad_s
            group["Temperature"] = np.full(imus.samples, 30.5)
            configuration = group.create_group("Configuration")
            configuration.attrs["Label 0"] = np.bytes_(APDM[segment].ljust(20, "\0"))
            configuration.attrs["Sample Rate"] = imus.rate_hz
    return [folder / "20200101-120000_Walk.h5"]


def write_apdm_older(folder: Path, imus: ImuSession) -> list[Path]:
    """Versions 2 to 4, as the vendor's get_hdf_data.m reads them."""
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "walk.h5", "w") as file:
        cases = [f"SI-{1000 + i:06d}" for i in range(len(imus.sensors))]
        file.attrs["FileFormatVersion"] = 3
        file.attrs["CaseIdList"] = np.array(cases, dtype="S16")
        file.attrs["MonitorLabelList"] = np.array([APDM[s] for s in imus.sensors], dtype="S16")
        for case, imu in zip(cases, imus.sensors.values(), strict=True):
            file[f"{case}/Time"] = (UNIX_US + np.round(imus.time_s * 1e6)).astype(np.uint64)
            file[f"{case}/Calibrated/Accelerometers"] = imu.acc_m_s2
            file[f"{case}/Calibrated/Gyroscopes"] = imu.gyr_rad_s
    return [folder / "walk.h5"]


def write_broad(folder: Path, imus: ImuSession) -> list[Path]:
    """Laidig et al. 2021 (Data 6:72): one sensor."""
    folder.mkdir(parents=True, exist_ok=True)
    with h5py.File(folder / "01_trial.hdf5", "w") as file:
        file["imu_acc"] = imus["shank_r"].acc_m_s2
        file["imu_gyr"] = imus["shank_r"].gyr_rad_s
        file["opt_pos"] = np.zeros((imus.samples, 3))
        file.attrs["sampling_rate"] = imus.rate_hz
    return [folder / "01_trial.hdf5"]


STEPS = {s: f"{s[-1].upper()}_{s[:-2].upper()}" if "_" in s else "WAIST" for s in SEGMENTS}


def write_steps(folder: Path, imus: ImuSession) -> list[Path]:
    """KAM_and_KFM_Estimation on GitHub, 'Data Format': one step of one person, zero padded."""
    folder.mkdir(parents=True, exist_ok=True)
    names, signals = ["body weight"], [np.full((imus.samples, 1), 70.0)]
    for segment, imu in imus.sensors.items():
        names += [f"Accel{axis}_{STEPS[segment]}" for axis in "XYZ"]
        names += [f"Gyro{axis}_{STEPS[segment]}" for axis in "XYZ"]
        signals += [imu.acc_m_s2, np.rad2deg(imu.gyr_rad_s)]
    table = np.vstack([np.hstack(signals), np.zeros((20, len(names)))])
    with h5py.File(folder / "steps.h5", "w") as file:
        file["subject_01"] = table[None]
        file.attrs["columns"] = json.dumps(names)
    return [folder / "steps.h5"]


C3D = {s: f"Sensor {i + 1}" for i, s in enumerate(SEGMENTS)}


def write_c3d(folder: Path, imus: ImuSession) -> list[Path]:
    """Vicon Nexus with Delsys Trigno: analog channels ``Sensor 1.ACCX1`` in g, GYROX1 in deg/s.

    Written by ezc3d, in single precision.
    """
    folder.mkdir(parents=True, exist_ok=True)
    labels, units, signals = [], [], []
    for i, imu in enumerate(imus.sensors.values(), start=1):
        labels += [f"Sensor {i}.{kind}{axis}{i}" for kind in ("ACC", "GYRO") for axis in "XYZ"]
        units += ["g"] * 3 + ["deg/s"] * 3
        signals += [*(imu.acc_m_s2 / G).T, *np.rad2deg(imu.gyr_rad_s).T]
    c3d = ezc3d.c3d()
    c3d["parameters"]["POINT"]["RATE"]["value"] = [imus.rate_hz]
    analog = c3d["parameters"]["ANALOG"]
    analog["RATE"]["value"] = [imus.rate_hz]
    analog["LABELS"]["value"], analog["UNITS"]["value"] = labels, units
    c3d["data"]["points"] = np.zeros((4, 0, imus.samples))
    c3d["data"]["analogs"] = np.array(signals)[None]
    c3d.write(str(folder / "walk.c3d"))
    return [folder / "walk.c3d"]


def write_parquet(folder: Path, imus: ImuSession) -> list[Path]:
    """Our CSV's columns."""
    (csv,) = write_csv(folder, imus)
    pl.read_csv(csv).write_parquet(folder / "walk.parquet")
    csv.unlink()
    return [folder / "walk.parquet"]


def write_sto(folder: Path, imus: ImuSession) -> list[Path]:
    """OpenSim's STOFileAdapterVec3, file names of the OpenSense examples."""
    files = []
    for title, part in (("linearAccelerations", "acc_m_s2"), ("angularVelocities", "gyr_rad_s")):
        names = [_body(segment) + "_imu" for segment in imus.sensors]
        head = [f"DataRate={imus.rate_hz:f}", "DataType=Vec3", "version=3", "endheader"]
        cells = [numbers(getattr(imu, part)) for imu in imus.sensors.values()]
        body = [
            "\t".join([repr(float(t)), *row])
            for t, row in zip(imus.time_s, zip(*cells, strict=True), strict=True)
        ]
        lines = [*head, "\t".join(["time", *names]), *body]
        files.append(put(folder / f"walk_{title}.sto", lines))
    return files


def _body(segment: str) -> str:
    stem, _, side = segment.partition("_")
    return f"{BODY[stem]}_{side}" if side else BODY[stem]


def _named(labels: Mapping[str, str]) -> dict[str, str]:
    return {segment: label.replace(" ", "") for segment, label in labels.items()}


EXAMPLES: dict[str, Example] = {
    "streams_folder": Example(write=write_streams_folder),
    "opensim_trc": Example(write=write_trc_pair),
    "opensim_sto": Example(write=write_sto),
    "xsens_txt": Example(write=write_xsens, labels=XSENS, starts_s=65_500 / 200),
    "movella_dot": Example(write=write_dot, labels=_named(DOT)),
    "movella_dot_delta": Example(write=write_dot_delta, labels=_named(DOT)),
    "shimmer": Example(write=write_shimmer, labels=SHIMMER, starts_s=UNIX_MS / 1e3),
    "shimmer_wide_range": Example(write=write_shimmer_wide, labels=SHIMMER),
    "noraxon": Example(write=write_noraxon),
    "ximu3": Example(write=write_ximu3, starts_s=392.093562),
    "ngimu": Example(write=write_ngimu),
    "ximu": Example(write=write_ximu, rate_hz=256.0),
    "biostamp": Example(write=write_biostamp, starts_s=UNIX_US / 1e6),
    "generic_csv": Example(write=write_generic),
    # The turn between neighbours is the mean over two samples: feet swing at up to 5 Hz.
    "mvnx": Example(write=write_mvnx, gyr_rad_s=0.05),
    "apdm": Example(write=write_apdm, starts_s=UNIX_US / 1e6),
    "broad": Example(write=write_broad, labels={"shank_r": "imu"}),
    "step_h5": Example(write=write_steps, rate_hz=100.0, starts_s=0.0),
    "c3d_sensors": Example(write=write_c3d, labels=C3D, acc_m_s2=1e-5, gyr_rad_s=1e-5),
    "parquet": Example(write=write_parquet),
    "csv": Example(write=write_csv),
    "published_npy": Example(write=write_published),
}
"""One for each row of ``FORMATS``."""
