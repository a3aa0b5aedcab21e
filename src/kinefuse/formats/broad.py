"""Trials of the BROAD orientation benchmark (Laidig et al. 2021, Data 6:72): one IMU in HDF5.

``imu_acc`` in m/s2, ``imu_gyr`` in rad/s and the attribute ``sampling_rate``; the optical reference
and the magnetometer beside them are not read.
"""

from pathlib import Path

import h5py
import numpy as np

from kinefuse.formats.hdf5_files import DAMAGED, SUFFIXES, opened, vectors
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStream, SensorStreams

_NEEDED = ("imu_acc", "imu_gyr")


def why_not(path: Path) -> str | None:
    """Why this is no such file; None if it claims to be."""
    reason = why_not_one(path, SUFFIXES)
    if reason is not None:
        return reason
    try:
        with h5py.File(the_file(path, SUFFIXES), "r") as file:
            lacking = [name for name in _NEEDED if name not in file]
    except DAMAGED:
        return "it is no HDF5 file, or damaged"
    return f"it has no {' and no '.join(lacking)}" if lacking else None


def read_streams(path: Path) -> SensorStreams:
    """Read one trial.

    Raises:
        UnreadableFile: It is damaged.
    """
    path = the_file(path, SUFFIXES)
    with opened(path) as file:
        acc, gyr = (vectors(file, name) for name in _NEEDED)
        rate_hz = float(file.attrs["sampling_rate"])
        others = [name for name in file if name not in _NEEDED]
        if not 1 <= rate_hz <= 10_000:
            raise ValueError(rate_hz)
    stream = SensorStream(
        label="imu", time_s=np.arange(len(acc)) / rate_hz, acc_m_s2=acc, gyr_rad_s=gyr
    )
    notes = (f"Not used: {', '.join(others)}.",) if others else ()
    return SensorStreams(name=path.stem, streams={"imu": stream}, format_name="broad", notes=notes)


FORMAT = SessionFormat(
    title="BROAD orientation benchmark (.hdf5)",
    description="a .hdf5 file of the BROAD benchmark (imu_acc, imu_gyr, sampling_rate)",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=("imu_acc is in m/s2, imu_gyr in rad/s, as the file's own description says.",),
)
