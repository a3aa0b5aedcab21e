"""What the estimate of the whole body costs: over length, in parts, while it runs, the first time.

    OMP_NUM_THREADS=1 python benchmarks/optimiser.py [--minutes 1 4 15 60] [--four-hours]

Seven consumer sensors at 100 Hz on one simulated walker, who is simulated for each length, so that
nothing jumps. Processor time counts, on one thread; the wall clock of a busy machine is shown
beside it. Each length runs in a process of its own, whose peak of memory is its own. Aims: one hour
in 60 s and 3 GB; cost ~ time^1; a thousand recordings of 10 s at 80 % of a long one's pace.
"""

import argparse
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np

from kinefuse.optimiser import estimate_body
from kinefuse.optimiser.fixed_lag import FixedLagSmoother
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

RATE_HZ, SEED = 100.0, 4101
SHORT_S, RECORDINGS = 10.0, 1_000
STREAMED_S, PART_S = 900.0, 10.0
_FOUR_HOURS_MIN = 240.0
FIRST_CALL = """
import time
from optimiser import walk
from kinefuse.optimiser import estimate_body
session = walk(10.0)
for _ in range(2):
    wall, processor = time.perf_counter(), time.process_time()
    estimate_body(session, "walking")
    print(time.perf_counter() - wall, time.process_time() - processor)
"""


def walk(seconds: float) -> ImuSession:
    """A walk as a consumer's sensors feel it, in segment axes."""
    trial = simulate_person(
        "walking", np.random.default_rng(SEED), seconds=seconds, rate_hz=RATE_HZ
    )
    model = replace(sensor_model("consumer"), misalignment_deg=0.0, acc_bias_m_s2=0.0)
    return degrade(trial.imus, model, np.random.default_rng(SEED + 1))


def part(session: ImuSession, start: int, stop: int) -> ImuSession:
    """Some of its samples."""
    sensors = {
        s: replace(imu, acc_m_s2=imu.acc_m_s2[start:stop], gyr_rad_s=imu.gyr_rad_s[start:stop])
        for s, imu in session.sensors.items()
    }
    return replace(session, sensors=sensors)


def timed(work: Callable[[], object]) -> tuple[float, float, object]:
    """Wall-clock and processor seconds, and what came of it."""
    wall, processor = time.perf_counter(), time.process_time()
    found = work()
    return time.perf_counter() - wall, time.process_time() - processor, found


def peak_gb() -> float:
    """Of this process, so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def one_length(minutes: float) -> None:
    """Estimate one recording; a line of JSON for whoever started this process."""
    seconds = 60 * minutes
    session = walk(seconds)
    estimate_body(part(session, 0, 1_000), "walking")  # compiled code is read
    before = peak_gb()
    wall, processor, found = timed(lambda: estimate_body(session, "walking"))
    told = {
        "minutes": minutes, "wall_s": wall, "processor_s": processor, "peak_gb": peak_gb(),
        "before_gb": before, "steps": found.steps, "converged": found.converged,
    }  # fmt: skip
    print(json.dumps(told))


def over_length(lengths_min: list[float]) -> float:
    """A line a length and the fit; returns the longest one's processor time a sample [s]."""
    rows = []
    for minutes in lengths_min:
        command = [sys.executable, __file__, "--one-length", str(minutes)]
        rows.append(json.loads(subprocess.check_output(command, text=True).splitlines()[-1]))
        r = rows[-1]
        print(
            f"{minutes:6g} min: {r['wall_s']:7.1f} s, processor {r['processor_s']:7.1f} s, "
            f"peak {r['peak_gb']:.2f} GB ({r['before_gb']:.2f} before), "
            f"{r['steps']} steps, converged: {r['converged']}",
            flush=True,
        )
    per_step = [r["processor_s"] / r["steps"] for r in rows]
    for what, costs in (("cost", [r["processor_s"] for r in rows]), ("cost a step", per_step)):
        if len(rows) > 1:
            p = np.polyfit(np.log(lengths_min), np.log(costs), 1)[0]
            print(f"{what} ~ time^{p:.2f}")
    return rows[-1]["processor_s"] / (lengths_min[-1] * 60 * RATE_HZ)


def while_it_runs() -> None:
    """Microseconds a sample of the fixed-lag form, early and late, and what it holds on to."""
    session = walk(STREAMED_S)
    stream = FixedLagSmoother(session.sensors, RATE_HZ, "walking")
    step = round(PART_S * RATE_HZ)
    times = []
    for start, stop in pairwise(range(0, session.samples + 1, step)):
        times.append(timed(lambda a=start, b=stop: stream.add(part(session, a, b)))[1])
    # the first part of the time, joint centres are still being found
    for what, some in (("first third", times[: len(times) // 3]), ("last third", times[-30:])):
        each = 1e6 * np.mean(some) / step
        share = each * RATE_HZ / 1e6
        print(
            f"fixed lag, {what}: {each:6.0f} us an instant of seven sensors, "
            f"{each / len(session.sensors):5.1f} us a sample, {100 * share:.1f} % of real time"
        )


def short_against_long(long_s_a_sample: float) -> None:
    """A thousand short recordings, each on its own, against the longest one's pace."""
    samples = round(SHORT_S * RATE_HZ)
    some = walk(SHORT_S * 20)
    parts = [part(some, n * samples, (n + 1) * samples) for n in range(20)]

    def all_short() -> None:
        for n in range(RECORDINGS):
            estimate_body(parts[n % len(parts)], "walking")

    wall, processor, _ = timed(all_short)
    each = processor / (RECORDINGS * samples)
    print(
        f"{RECORDINGS:,} recordings of {SHORT_S:g} s: {wall:.1f} s, processor {processor:.1f} s, "
        f"{100 * long_s_a_sample / each:.0f} % of the long one's pace (aim 80 %)"
    )


def first_calls() -> None:
    """The first and second call in a new process, without and with compiled code on disk."""
    with tempfile.TemporaryDirectory() as cache:
        surroundings = os.environ | {
            "NUMBA_CACHE_DIR": cache,
            "PYTHONPATH": str(Path(__file__).parent),
        }
        for what in ("compiling", "reading it"):
            said = subprocess.check_output(
                [sys.executable, "-c", FIRST_CALL], env=surroundings, text=True
            )
            (wall, processor), (_, again) = (
                [float(s) for s in line.split()] for line in said.splitlines()
            )
            print(
                f"first call, {what:<11}{wall:6.2f} s, processor {processor:5.2f} s; "
                f"the second {again:.2f} s"
            )


def main() -> None:
    """Print everything."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, nargs="+", default=[1.0, 4.0, 15.0, 60.0])
    parser.add_argument("--four-hours", action="store_true", help="as well; needs 12 GB")
    parser.add_argument("--one-length", type=float, help=argparse.SUPPRESS)
    wanted = parser.parse_args()
    if wanted.one_length is not None:
        one_length(wanted.one_length)
        return
    lengths = wanted.minutes + [_FOUR_HOURS_MIN] * wanted.four_hours
    pace = over_length(lengths)
    while_it_runs()
    short_against_long(pace)
    first_calls()
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
