"""One hand-moved sensor against optics: the trial of the BROAD benchmark that is at hand.

    python revalidation/inclination_broad.py

Writes ``results/inclination_broad.csv``. Errors as the benchmark defines them (Laidig et al. 2021,
Data 6:72): RMS of inclination and heading error over the samples it marks as movement; here the
best constant heading is removed first, since nobody uses the magnetometer. *Aligned*: the same
after the best time shift and one constant rotation on the sensor's side and one on the world's;
the benchmark's authors aligned both frames and clocks too, but with a filter of their own, and
4 ms remain. *Change*: error of how far the sensor turned within a second, ten seconds or a minute,
which needs no world.
"""

import os
import time
from pathlib import Path

import h5py
import numpy as np
import polars as pl
from attitude_scores import (
    change_error_rad,
    constant_turns,
    heading_error_rad,
    heading_removed,
    inclination_error_rad,
    relative_error_rad,
    rms_deg,
    shifted,
    time_shift_samples,
)
from contenders import sensor_methods

from kinefuse import so3
from kinefuse.recordings import ImuRecording

DATA = Path(
    os.environ.get("KINEFUSE_DATA", Path(__file__).parent.parent.parent / "shared" / "data")
)
RESULTS = Path(__file__).parent / "results" / "inclination_broad.csv"
_R_ours_broad = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # theirs: east, north, up
_CHANGE_S = (1, 10, 60)


def main() -> None:
    """Score everyone on every trial."""
    rows = []
    for file in sorted((DATA / "orientation_broad").glob("*.hdf5")):
        imu, R_world_true, moves = read(file)
        seen = np.isfinite(R_world_true).all(axis=(1, 2))
        first = int(np.argmax(seen))
        for name, method in sensor_methods().items():
            began = time.perf_counter()
            R_world_found = method(imu, R_world_true[first])
            lasted = time.perf_counter() - began
            print(f"{file.stem}: {name}, {lasted:.2f} s", flush=True)
            rows.append(
                {"trial": file.stem, "method": name}
                | scores(R_world_found, R_world_true, moves & seen, imu.rate_hz)
            )
    table = pl.DataFrame(rows)
    table.write_csv(RESULTS, float_precision=3)
    with pl.Config(tbl_rows=-1, float_precision=2, tbl_hide_dataframe_shape=True):
        print(table.drop("trial").transpose(include_header=True, column_names="method"))
    print(f"written: {RESULTS}")


def read(file: Path) -> tuple[ImuRecording, np.ndarray, np.ndarray]:
    """The sensor, its true attitude (NaN where the cameras lost it), and when it counts."""
    with h5py.File(file) as h5:
        acc, gyr, wxyz, moves = (
            h5[name][()] for name in ("imu_acc", "imu_gyr", "opt_quat", "movement")
        )
        rate_hz = float(h5.attrs["sampling_rate"])
    imu = ImuRecording(segment="thigh_r", rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=gyr)
    return imu, _R_ours_broad @ so3.from_quaternions(wxyz), moves


def scores(
    R_world_found: np.ndarray, R_world_true: np.ndarray, known: np.ndarray, rate_hz: float
) -> dict[str, float]:
    """Every error [deg] over the known samples."""
    R_world_true = np.where(known[:, None, None], R_world_true, np.eye(3))
    R_found = heading_removed(R_world_found, R_world_true, known)
    heading = heading_error_rad(R_found[known], R_world_true[known])
    minutes = np.flatnonzero(known) / (60 * rate_hz)
    lag = time_shift_samples(R_found, R_world_true, known)
    aligned = shifted(R_found, lag)
    aligned = constant_turns(aligned, R_world_true, known).applied(aligned)
    found, true = R_found[known], R_world_true[known]
    return {
        "inclination_rmse_deg": rms_deg(inclination_error_rad(found, true)),
        "heading_rmse_deg": rms_deg(heading),
        "heading_drift_deg_min": float(np.rad2deg(np.polyfit(minutes, heading, 1)[0])),
        "total_rmse_deg": rms_deg(relative_error_rad(found, true)),
        "lag_ms": 1e3 * lag / rate_hz,
        "inclination_aligned_rmse_deg": rms_deg(inclination_error_rad(aligned[known], true)),
        "heading_aligned_rmse_deg": rms_deg(heading_error_rad(aligned[known], true)),
        "total_aligned_rmse_deg": rms_deg(relative_error_rad(aligned[known], true)),
    } | {
        f"change_{s}_s_rmse_deg": _change(aligned, R_world_true, known, s, rate_hz)
        for s in _CHANGE_S
    }


def _change(R_found, R_true, known, seconds: float, rate_hz: float) -> float:
    samples = round(seconds * rate_hz)
    both = known[:-samples] & known[samples:]
    return rms_deg(change_error_rad(R_found, R_true, samples)[both])


if __name__ == "__main__":
    main()
