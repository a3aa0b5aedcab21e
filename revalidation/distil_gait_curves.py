"""Recompute the figures that synthetic people are drawn from.

    python revalidation/distil_gait_curves.py ../shared/data

writes ``src/kinefuse/simulation/data/walking.json`` and ``running.json``. Angles are in degrees
and in this project's convention: flexion, adduction, internal rotation.
"""

import json
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import polars as pl

from kinefuse import so3
from kinefuse.dataset import marker_motion
from kinefuse.formats.c3d import read_c3d
from kinefuse.formats.markersets import markerset
from kinefuse.simulation.imu import resample_poses

OUT = Path(__file__).parent.parent / "src" / "kinefuse" / "simulation" / "data"
HARMONICS = 12  # of the stride: 11 Hz in walking, 17 Hz in running
DEVIATION_HARMONICS = 6  # of differences between people: the rest is noise of the markers
BAND_POINTS = 51  # of a stride's SD over people, as the walking data have it
KEPT_VARIANCE = 0.90
ROUGHEST = 4.0  # times the median roughness: curves with marker glitches, which a median keeps
# Signs of that file against ours, as its curves and those of Fukuchi et al. 2017 agree best and the
# carrying foot stays level (12 deg of roll with the knee adduction the other way round, 2 so).
RUNNING_SIGNS = {"Hip": (-1, -1, -1), "Knee": (1, 1, -1), "Ankle": (-1, -1, -1)}
LEFT_OUT = ("RBDS004", "RBDS011", "RBDS018", "RBDS023")  # the people that others are scored on


def main(shared_data: Path) -> None:
    """Write both files."""
    OUT.mkdir(exist_ok=True)
    walking = distil_walking(shared_data / "normative" / "Schwartz2008.json")
    running = distil_running(shared_data / "running_cycles_ric_bmc" / "cycles.csv.gz")
    knee = np.array(running["mean"]["knee_flexion"])
    running["pelvis"] = distil_pelvis(shared_data / "running_markers_rbds", knee)
    for name, figures in (("walking", walking), ("running", running)):
        text = json.dumps(figures, separators=(",", ":")).replace('],"', '],\n"')
        (OUT / f"{name}.json").write_text(text + "\n")


def distil_walking(file: Path) -> dict:
    """Mean and SD at 51 points and five speeds; the file holds mean - SD and mean + SD."""
    kept = {
        "pelvis_tilt": ("PelvisAngles", "X"),
        "pelvis_obliquity": ("PelvisAngles", "Y"),
        "pelvis_rotation": ("PelvisAngles", "Z"),
        "hip_flexion": ("HipAngles", "X"),
        "hip_adduction": ("HipAngles", "Y"),
        "hip_rotation": ("HipAngles", "Z"),
        "knee_flexion": ("KneeAngles", "X"),
        "knee_adduction": ("KneeAngles", "Y"),
        "knee_rotation": ("KneeAngles", "Z"),
        "ankle_flexion": ("AnkleAngles", "X"),
        "foot_progression": ("FootProgressAngles", "Z"),
    }
    data = json.loads(file.read_text())["Schwartz2008"]
    speeds = ("VerySlow", "Slow", "Free", "Fast", "VeryFast")

    def figures(speed: str, key: tuple[str, str]) -> dict:
        _, low, high = np.array(data[speed][key[0]][key[1]]).T
        return {"mean": rounded((low + high) / 2), "sd": rounded((high - low) / 2)}

    return {
        "source": "Schwartz, Rozumalski & Trost 2008, J. Biomech. 41:1639; CC BY-SA 4.0",
        "unit": "deg",
        "curves": {n: {s: figures(s, key) for s in speeds} for n, key in kept.items()},
    }


def distil_running(file: Path) -> dict:
    """Mean and leading principal components of 46 people's mean cycles, as Fourier series."""
    cycles = pl.read_csv(file)
    names = [(j, a) for j in RUNNING_SIGNS for a in "ZXY"]
    planes = dict(zip("ZXY", ("flexion", "adduction", "rotation"), strict=True))
    of_person = (
        cycles.group_by("Group", "Subject", "Time")
        .agg(pl.col(f"{j}_{a}").median() for j, a in names)
        .sort("Group", "Subject", "Time")
    )
    people = []
    for _, person in of_person.group_by(["Group", "Subject"], maintain_order=True):
        curves = [
            RUNNING_SIGNS[j]["ZXY".index(a)] * person[f"{j}_{a}"].to_numpy()[:-1] for j, a in names
        ]
        people.append([series(curve) for curve in curves])
    stacked = sound(np.array(people))  # person, curve, coefficient
    mean = stacked.mean(axis=0)
    differences = (stacked - mean)[:, :, : 2 * DEVIATION_HARMONICS + 1]
    _, size, components = np.linalg.svd(differences.reshape(len(stacked), -1))
    share = np.cumsum(size**2) / np.sum(size**2)
    count = int(np.searchsorted(share, KEPT_VARIANCE)) + 1
    scaled = components[:count] * (size[:count, None] / np.sqrt(len(stacked) - 1))
    keys = [f"{j.lower()}_{planes[a]}" for j, a in names]
    phase = np.linspace(0, 1, BAND_POINTS)
    curves = np.array([[values(curve, phase) for curve in person] for person in stacked])
    return {
        "source": f"Running cycles of {len(stacked)} people at 2.5 m/s, Calgary Running Injury "
        "Clinic and BMClab; CC BY 4.0",
        "unit": "deg; Fourier coefficients: mean, then cosine and sine of each harmonic",
        "people": len(stacked),
        "mean": {k: rounded(c) for k, c in zip(keys, mean, strict=True)},
        "sd": {k: rounded(c) for k, c in zip(keys, curves.std(axis=0, ddof=1), strict=True)},
        "components": [
            {k: rounded(c) for k, c in zip(keys, one.reshape(len(keys), -1), strict=True)}
            for one in scaled
        ],
    }


def sound(people: np.ndarray) -> np.ndarray:
    """Those whose every curve is about as smooth as everybody's."""
    rough = np.linalg.norm(people[:, :, 2 * DEVIATION_HARMONICS + 1 :], axis=-1)
    return people[(rough < ROUGHEST * np.median(rough, axis=0)).all(axis=1)]


def distil_pelvis(folder: Path, knee_flexion: np.ndarray) -> dict:
    """Mean and between-person SD of the pelvis over the right stride, at 2.5 and 3.5 m/s."""
    markers = markerset("rbds")
    series_of_people: dict[str, list] = {}
    for file in sorted(folder.glob("*run*[23]5.c3d")):
        number = int(file.name[4:].split("run")[0])
        if f"RBDS{number:03d}" in LEFT_OUT:
            continue
        static = next(f for f in folder.glob("*static.c3d") if int(f.name[4:-10]) == number)
        calibration = marker_motion.calibrate(read_c3d(static, markers), markers)
        motion = marker_motion.reconstruct(read_c3d(file, markers), calibration, markers)
        poses = resample_poses(motion.poses, 200.0, cutoff_hz=15.0)
        series_of_people.setdefault(number, []).append(_pelvis_series(poses, knee_flexion))
    people = np.array([np.mean(trials, axis=0) for trials in series_of_people.values()])
    names = ("tilt", "obliquity", "rotation")
    return {
        "source": "Eight people of Fukuchi, Fukuchi & Duarte 2017, PeerJ 5:e3298; CC BY 4.0",
        "mean": {f"pelvis_{n}": rounded(c) for n, c in zip(names, people.mean(0), strict=True)},
        "sd": {
            f"pelvis_{n}": rounded(c) for n, c in zip(names, people.std(0, ddof=1), strict=True)
        },
    }


def _pelvis_series(poses, knee_flexion: np.ndarray) -> list[np.ndarray]:
    """Fourier series over the strides between instants where the right foot is furthest ahead."""
    from scipy.signal import find_peaks

    from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
    from kinefuse.anatomy.joints import JOINTS

    R = poses.R_world_segment
    ahead = poses.origin_m["foot_r"][:, 0] - poses.origin_m["pelvis"][:, 0]
    events = find_peaks(ahead, distance=100)[0]
    knee = angles_of_rotation(joint_rotation(R["thigh_r"], R["shank_r"]), JOINTS["knee_r"])[:, 0]
    # Pelvis: forward tilt, right side up, right side forward; the sequence rotation, obliquity,
    # tilt (Baker 2001, Hum. Mov. Sci. 20:221), small angles apart the same as any other.
    turn = so3.log(R["pelvis"])
    pelvis = np.stack([-turn[:, 2], -turn[:, 0], turn[:, 1]])
    curves = np.rad2deg(np.vstack([knee, pelvis]))
    grid = np.linspace(0, 1, 101)[:-1]
    cycles = [
        [np.interp(a + grid * (b - a), np.arange(len(knee)), curve) for curve in curves]
        for a, b in pairwise(events)
    ]
    mean_cycle = np.mean(cycles, axis=0)
    target = values(knee_flexion, grid)
    fit = [np.sum(np.roll(mean_cycle[0], -k) * target) for k in range(100)]
    return [series(np.roll(curve, -int(np.argmax(fit)))) for curve in mean_cycle[1:]]


def series(curve: np.ndarray) -> np.ndarray:
    """Fourier coefficients of a periodic curve: mean, cosines and sines in turn."""
    spectrum = np.fft.rfft(curve) / len(curve)
    parts = [[2 * c.real, -2 * c.imag] for c in spectrum[1 : HARMONICS + 1]]
    return np.concatenate([[spectrum[0].real], *parts])


def values(coefficients: np.ndarray, phase: np.ndarray) -> np.ndarray:
    """The curve that such coefficients describe."""
    n = np.arange(1, HARMONICS + 1)[:, None] * 2 * np.pi * phase
    return coefficients[0] + coefficients[1::2] @ np.cos(n) + coefficients[2::2] @ np.sin(n)


def rounded(numbers: np.ndarray) -> list[float]:
    """To a hundredth of a degree and less: three decimals."""
    return [round(float(x), 3) for x in numbers]


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "../shared/data"))
