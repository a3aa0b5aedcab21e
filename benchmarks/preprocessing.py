"""How long it takes to make a trial of 32 s of seven segments' markers at 200 Hz, on one core.

    OMP_NUM_THREADS=1 python benchmarks/preprocessing.py

Reading and writing files is left out. The published preprocessing takes 2.1 s for the same work on
one core (measured once with its released code; per-frame loops); the aim is a fiftieth, 42 ms.
Processor time is counted, the best of many runs, so that other work on the machine matters less.
"""

import platform
import time

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset.marker_motion import Calibration, reconstruct
from kinefuse.dataset.marker_sources import evidence_of
from kinefuse.formats.markersets import markerset
from kinefuse.quality.checks import examine
from kinefuse.recordings import MarkerRecording, SegmentPoses
from kinefuse.simulation.imu import CUTOFF_HZ, resample_poses, simulate_imus

SECONDS, RATE_HZ, RUNS = 32.0, 200.0, 15
PUBLISHED_S = 2.1


def body(rng: np.random.Generator) -> tuple[MarkerRecording, Calibration]:
    """Clusters that swing about, with one marker lost in every second."""
    markers = markerset("rbds")
    t = np.arange(round(SECONDS * RATE_HZ))[:, None] / RATE_HZ
    local, paths = {}, {}
    for segment in SEGMENTS:
        R = so3.exp(0.5 * np.sin(7 * t + rng.uniform(0, 6, 3)))
        origin = rng.normal(size=3) + 0.03 * np.cos(7 * t + rng.uniform(0, 6, 3))
        local[segment] = {
            m: rng.normal(scale=0.07, size=3) for m in markers.cluster_markers[segment]
        }
        for name, place in local[segment].items():
            skin = rng.normal(scale=0.0005, size=(len(t), 3))
            paths[name] = R @ place + origin + skin
    for second, name in enumerate(list(paths)[: int(SECONDS) - 1]):
        start = round(second * RATE_HZ) + 50
        paths[name][start : start + 15] = np.nan
    recording = MarkerRecording(
        name="benchmark",
        rate_hz=RATE_HZ,
        markers=tuple(paths),
        positions_m=np.stack(list(paths.values()), axis=1),
    )
    still = {s: np.eye(3)[None] for s in SEGMENTS}
    standing = SegmentPoses(
        rate_hz=RATE_HZ, R_world_segment=still, origin_m={s: np.zeros((1, 3)) for s in SEGMENTS}
    )
    hips = {"r": np.array([0, 0, 0.09]), "l": np.array([0, 0, -0.09])}
    return recording, Calibration(local_m=local, standing=standing, hip_centres_in_pelvis_m=hips)


def best_ms(step) -> float:
    """Least processor time of many runs; the first, which compiles, does not count."""
    step()
    times = []
    for _ in range(RUNS):
        start = time.process_time()
        step()
        times.append(time.process_time() - start)
    return 1e3 * min(times)


def main() -> None:
    """Print the parts and their sum."""
    markers = markerset("rbds")
    recording, calibration = body(np.random.default_rng(0))
    rebuilt = reconstruct(recording, calibration, markers)
    smooth = resample_poses(rebuilt.poses, RATE_HZ, CUTOFF_HZ["running"])
    parts = {
        "clusters, gaps, frames": lambda: reconstruct(recording, calibration, markers),
        "low-pass": lambda: resample_poses(rebuilt.poses, RATE_HZ, CUTOFF_HZ["running"]),
        "simulated sensors": lambda: simulate_imus(smooth),
        "joint angles": smooth.joint_angles,
    }
    times = {name: best_ms(step) for name, step in parts.items()}
    for name, ms in times.items():
        print(f"{name:<28}{ms:8.1f} ms")
    total = sum(times.values())
    print(f"{'together':<28}{total:8.1f} ms = {1e3 * PUBLISHED_S / total:.0f} times the published")
    checks = best_ms(lambda: examine(evidence_of(rebuilt, rebuilt.poses)))
    print(f"{'quality checks, besides':<28}{checks:8.1f} ms")
    matrices = np.random.default_rng(0).normal(size=(60_000, 3, 3))
    svd = best_ms(lambda: np.linalg.svd(matrices))
    print(f"{'yardstick: 60,000 SVDs':<28}{svd:8.1f} ms (120 ms where the 2.1 s were measured)")
    print(f"{platform.processor() or platform.machine()}, Python {platform.python_version()}")


if __name__ == "__main__":
    main()
