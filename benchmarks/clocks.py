"""How long it takes to find seven sensors' clocks by the motion, now and at an earlier commit.

    OMP_NUM_THREADS=1 python benchmarks/clocks.py [COMMIT]

A simulated person's walks of 20 s to ten minutes, every sensor started when it liked, six joints.
The processor's time is counted, the least of several runs; the first, which compiles, does not
count. With a commit, its code is taken out of git and timed at the same work.
"""

import json
import os
import platform
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import ImuSession
from kinefuse.sessions.lags import lag_between
from kinefuse.sessions.shared_joint import Carried, carried
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

RATE_HZ, WALK_S, RUNS = 100.0, 60.0, 3
DURATIONS_S = (20, 60, 600)
PROJECT = Path(__file__).parent.parent
ONLY_TIMES = "KINEFUSE_ONLY_TIMES"


def sensors(walk: ImuSession, seconds: int) -> dict[str, tuple[Carried, float]]:
    """A walk put end to end until it lasts so long; every sensor begins up to five seconds late."""
    rng = np.random.default_rng(0)
    felt = {}
    for segment, imu in walk.sensors.items():
        late = int(rng.integers(0, 5 * RATE_HZ))
        samples = slice(late, round(seconds * RATE_HZ))
        times = int(np.ceil(seconds / WALK_S))
        acc, gyr = (np.tile(x, (times, 1))[samples] for x in (imu.acc_m_s2, imu.gyr_rad_s))
        felt[segment] = carried(acc, gyr, np.ones(len(acc), bool), RATE_HZ), 0.0
    return felt


def find_all(felt: dict[str, tuple[Carried, float]]) -> None:
    """What ``fitted_clocks`` does at every joint."""
    for joint in JOINTS.values():
        (one, start_s), (other, other_start_s) = felt[joint.proximal], felt[joint.distal]
        lag_between(one, other, (start_s, other_start_s))


def times_s() -> dict[str, float]:
    """Processor time by duration, the least of several runs."""
    rng = np.random.default_rng(1)
    worn = simulate_person("walking", rng, seconds=WALK_S, rate_hz=RATE_HZ).imus
    walk = degrade(worn, sensor_model("research"), rng)
    found = {}
    for seconds in DURATIONS_S:
        felt = sensors(walk, seconds)
        if not found:
            find_all(felt)
        runs = []
        for _ in range(RUNS):
            begin = time.process_time()
            find_all(felt)
            runs.append(time.process_time() - begin)
        found[str(seconds)] = min(runs)
    return found


def times_of(commit: str) -> dict[str, float]:
    """The same with the code of a commit."""
    with tempfile.TemporaryDirectory() as folder:
        archive = subprocess.run(
            ["git", "archive", commit, "src"], cwd=PROJECT, check=True, capture_output=True
        )
        subprocess.run(["tar", "-x", "-C", folder], input=archive.stdout, check=True)
        environment = os.environ | {"PYTHONPATH": str(Path(folder) / "src"), ONLY_TIMES: "1"}
        ran = subprocess.run(
            [sys.executable, __file__], env=environment, check=True, capture_output=True, text=True
        )
    return json.loads(ran.stdout)


def main() -> None:
    """Print times, and ratios where a commit is named."""
    now = times_s()
    if os.environ.get(ONLY_TIMES):
        print(json.dumps(now))
        return
    before = times_of(sys.argv[1]) if len(sys.argv) > 1 else {}
    for seconds, new_s in now.items():
        old_s = before.get(seconds)
        compared = f"; before {old_s:7.3f} s, {old_s / new_s:.1f} times" if old_s else ""
        print(f"{seconds:>4} s of seven sensors: {new_s:7.3f} s{compared}")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
