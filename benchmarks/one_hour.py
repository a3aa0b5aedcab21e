"""One hour of seven sensors at 100 Hz: time and memory of ``kinefuse estimate``, file to report.

    python benchmarks/one_hour.py [HOURS]

A simulated walker's minute is repeated; it stands for three seconds in each. The aim is 60 s and
2 GB on two cores for one hour, and memory that grows no faster than the recording.
"""

import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path

import numpy as np

from kinefuse.formats.csv_session import write_session_csv
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person

RATE_HZ = 100.0


def main(hours: float) -> None:
    """Write the recording, run the command, say what it took."""
    with tempfile.TemporaryDirectory() as folder:
        recording = Path(folder) / "walk.csv"
        write_session_csv(recording, _session(round(hours * 3600 * RATE_HZ)))
        command = ["kinefuse", "estimate", str(recording), "--out", str(Path(folder) / "out")]
        start = time.perf_counter()
        subprocess.run(command, check=True)
        took_s = time.perf_counter() - start
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    print(
        f"{hours:g} h: {took_s:.1f} s, processor {used.ru_utime + used.ru_stime:.1f} s, "
        f"peak {used.ru_maxrss / 1e6:.2f} GB"
    )


def _session(samples: int) -> ImuSession:
    minute = simulate_person(
        "walking", np.random.default_rng(0), seconds=60, rate_hz=RATE_HZ, standing_s=3
    ).imus
    times = -(-samples // minute.samples)

    def repeated(signal: np.ndarray) -> np.ndarray:
        return np.tile(signal, (times, 1))[:samples]

    sensors = {
        segment: replace(imu, acc_m_s2=repeated(imu.acc_m_s2), gyr_rad_s=repeated(imu.gyr_rad_s))
        for segment, imu in minute.sensors.items()
    }
    return ImuSession(name="walk", sensors=sensors)


if __name__ == "__main__":
    main(float(sys.argv[1]) if sys.argv[1:] else 1.0)
