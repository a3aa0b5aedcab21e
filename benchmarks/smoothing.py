"""What it costs to smooth one sensor: to convergence, against others, in parts, at the first call.

    OMP_NUM_THREADS=1 python benchmarks/smoothing.py

From arrays in to trajectory out, the start included. Both clocks are shown, the least of many
runs each; on a busy machine the processor's counts, and the ratios are formed from it. The aims:
2 us a sample, 25,000 times the published optimisation, 1,000 short recordings at 80 % of a long
one's pace. The published optimisation runs one BFGS a frame over a 6-D rotation (Rapp et al. 2021,
50 to 90 ms a frame with its released code); it is written here as lean as Python allows.
"""

import math
import os
import platform
import subprocess
import sys
import tempfile
import time

import numpy as np
from scipy.optimize import minimize
from vqf import offlineVQF

from kinefuse import so3
from kinefuse.orientation.smoothing import SmoothingConfig, smooth_orientation
from kinefuse.orientation.strapdown import turns_between_samples

RATE_HZ, SAMPLES = 100.0, 72_000
SHORT, RECORDINGS = 1_000, 1_000  # 10 s each
FRAMES, GTSAM_SAMPLES, RUNS = 30, 5_000, 15
FIRST_CALL = """
import time, numpy as np
from kinefuse.orientation.smoothing import smooth_orientation
wall, processor = time.perf_counter(), time.process_time()
smooth_orientation(np.zeros((100, 3)), np.tile(np.eye(3), (100, 1, 1)), 100.0)
print(time.perf_counter() - wall, time.process_time() - processor)
"""


def recording(samples: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Gyroscope with noise and bias, specific force, and attitudes that jitter by 0.15 rad."""
    t = np.arange(samples) / RATE_HZ
    R = so3.exp(np.stack([0.1 * np.sin(9 * t), 0.05 * np.cos(5 * t), 0.6 * np.sin(6 * t)], -1))
    turns = so3.log(so3.transpose(R[:-1]) @ R[1:]) * RATE_HZ
    noise = rng.normal(np.deg2rad([0.5, -0.3, 0.4]), 0.02, (samples, 3))
    gyr = np.vstack([turns, turns[-1:]]) + noise
    acc = R[:, 1, :] * 9.80665 + rng.normal(0, 0.05, (samples, 3))
    return gyr, acc, R @ so3.exp(rng.normal(0, 0.15, (samples, 3)))


def least(work, runs: int = RUNS) -> tuple[float, float]:
    """Wall-clock and processor time [s], the least of many runs; the first does not count."""
    work()
    wall, processor = [], []
    for _ in range(runs):
        begin = time.perf_counter(), time.process_time()
        work()
        wall.append(time.perf_counter() - begin[0])
        processor.append(time.process_time() - begin[1])
    return min(wall), min(processor)


def show(what: str, times: tuple[float, float], samples: int, remark: str = "") -> float:
    """Print microseconds a sample, and return those of the processor."""
    wall, processor = (1e6 * t / samples for t in times)
    print(f"{what:<34}{wall:11.3f} us a sample, processor {processor:11.3f} us{remark}")
    return processor


def published_bfgs(gyr: np.ndarray) -> None:
    """The published optimisation: a BFGS for each frame's turn."""

    def turn(six: np.ndarray) -> tuple[float, ...]:
        ax, ay, az, bx, by, bz = six.tolist()
        length = math.sqrt(ax * ax + ay * ay + az * az)
        ax, ay, az = ax / length, ay / length, az / length
        along = ax * bx + ay * by + az * bz
        bx, by, bz = bx - along * ax, by - along * ay, bz - along * az
        length = math.sqrt(bx * bx + by * by + bz * bz)
        bx, by, bz = bx / length, by / length, bz / length
        return ax, bx, ay * bz - az * by, ay, by, az * bx - ax * bz, az, bz, ax * by - ay * bx

    def cost(six: np.ndarray, measured: list[float]) -> float:
        xx, xy, xz, yx, yy, yz, zx, zy, zz = turn(six)
        x, y, z = zy - yz, xz - zx, yx - xy
        sine2 = math.sqrt(x * x + y * y + z * z)
        angle = math.atan2(sine2, xx + yy + zz - 1)
        scale = RATE_HZ * (angle / sine2 if sine2 > 1e-12 else 0.5)
        wx, wy, wz = measured
        squares = (wx - scale * x) ** 2 + (wy - scale * y) ** 2 + (wz - scale * z) ** 2
        return math.sqrt(squares / 3)

    R = np.eye(3)
    for measured in gyr:
        six = minimize(
            cost, np.array([1.0, 0, 0, 0, 1, 0]), args=(measured.tolist(),), method="BFGS"
        ).x
        R = R @ np.reshape(turn(six), (3, 3))


def gtsam_optimiser(gyr: np.ndarray, network: np.ndarray, start: np.ndarray):
    """A callable that minimises the same cost with gtsam; None where gtsam is not installed."""
    try:
        import gtsam
    except ImportError:
        return None
    config = SmoothingConfig()
    graph, values = gtsam.NonlinearFactorGraph(), gtsam.Values()
    by_turn = gtsam.noiseModel.Isotropic.Sigma(3, config.turn_sigma_rad)
    by_network = gtsam.noiseModel.Isotropic.Sigma(3, config.attitude_sigma_rad)
    for t, (R, R_start) in enumerate(zip(network, start, strict=True)):
        values.insert(t, gtsam.Rot3(R_start))
        graph.add(gtsam.PriorFactorRot3(t, gtsam.Rot3(R), by_network))
    for t, turn in enumerate(turns_between_samples(gyr, RATE_HZ)):
        graph.add(gtsam.BetweenFactorRot3(t, t + 1, gtsam.Rot3.Expmap(turn), by_turn))
    return lambda: gtsam.GaussNewtonOptimizer(graph, values, gtsam.GaussNewtonParams()).optimize()


def first_calls() -> list[list[float]]:
    """Wall-clock and processor seconds of a first call, without and with compiled code on disk."""
    with tempfile.TemporaryDirectory() as cache:
        surroundings = os.environ | {"NUMBA_CACHE_DIR": cache}
        command = [sys.executable, "-c", FIRST_CALL]
        said = [subprocess.check_output(command, env=surroundings, text=True) for _ in range(2)]
    return [[float(s) for s in line.split()] for line in said]


def against_others(ours: float, gyr: np.ndarray, acc: np.ndarray, network: np.ndarray) -> None:
    """The published optimisation, gtsam and vqf on the same signals."""
    frames = gyr[1000 : 1000 + FRAMES]
    theirs = show("published BFGS", least(lambda: published_bfgs(frames), runs=1), FRAMES)
    print(f"{'':<34}{theirs / ours:11,.0f} times ours (aim 25,000)")
    gyr_part, part = gyr[:GTSAM_SAMPLES], network[:GTSAM_SAMPLES]
    start = smooth_orientation(gyr_part, part, RATE_HZ, SmoothingConfig(max_steps=0))
    gtsam = gtsam_optimiser(gyr_part, part, start.R_world_sensor)
    if gtsam is None:
        print("gtsam is not installed")
    else:
        theirs = show("gtsam, same factors and start", least(gtsam, runs=3), GTSAM_SAMPLES)
        print(f"{'':<34}{theirs / ours:11,.0f} times ours")
    theirs = show(
        "vqf offline, 6D", least(lambda: offlineVQF(gyr, acc, None, 1 / RATE_HZ)), len(gyr)
    )
    print(f"{'':<34}{theirs / ours:11.2f} times ours")


def short_against_long(rng: np.random.Generator) -> None:
    """A thousand short recordings, and one as long as all of them."""
    gyr, _, network = recording(SHORT * RECORDINGS, rng)
    parts = [slice(n * SHORT, (n + 1) * SHORT) for n in range(RECORDINGS)]

    def all_short() -> None:
        for part in parts:
            smooth_orientation(gyr[part], network[part], RATE_HZ)

    short = show("1,000 recordings of 10 s", least(all_short, runs=5), len(gyr))
    together = least(lambda: smooth_orientation(gyr, network, RATE_HZ), runs=5)
    long = show("one recording of 10,000 s", together, len(gyr))
    print(f"{'':<34}{100 * long / short:11.0f} % of the long one's pace (aim 80 %)")


def main() -> None:
    """Print everything."""
    rng = np.random.default_rng(0)
    gyr, acc, network = recording(SAMPLES, rng)
    answer = smooth_orientation(gyr, network, RATE_HZ)
    times = least(lambda: smooth_orientation(gyr, network, RATE_HZ))
    remark = f", {answer.steps} steps, converged: {answer.converged} (aim 2 us)"
    ours = show("smoothing, to convergence", times, SAMPLES, remark)
    against_others(ours, gyr, acc, network)
    short_against_long(rng)
    for what, (wall, processor) in zip(("compiling", "reading it"), first_calls(), strict=True):
        print(f"first call, {what:<22}{wall:11.2f} s, processor {processor:6.2f} s")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
