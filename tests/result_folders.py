"""Folders of results as ``kinefuse estimate`` leaves them, of walkers whose angles are sines."""

import json
from pathlib import Path

import numpy as np

from kinefuse.formats.angle_files import write_angles_csv
from kinefuse.recordings import JointAngles
from known_angles import RATE_HZ, sines

STRIDE_S = 1.0


def noisy_sines(seed: int, offset_deg: float = 0.0, seconds: float = 20.0) -> JointAngles:
    """Sines of one second, each stride a little larger or smaller and higher or lower."""
    rng = np.random.default_rng(seed)
    plain = sines(seconds)
    strides = np.arange(plain.samples) / RATE_HZ / STRIDE_S
    noisy = {}
    for name, angles in plain.angles_rad.items():
        size, height = rng.normal(size=(2, 3, int(seconds) + 2))
        at = np.arange(size.shape[1])
        larger = np.stack([1 + 0.03 * np.interp(strides, at, one) for one in size], axis=1)
        higher = np.stack([np.deg2rad(0.5) * np.interp(strides, at, one) for one in height], axis=1)
        noisy[name] = angles * larger + higher + np.deg2rad(offset_deg)
    return JointAngles(rate_hz=RATE_HZ, angles_rad=noisy)


def write_result(folder: Path, seed: int = 0, offset_deg: float = 0.0) -> Path:
    """``angles.csv``, ``summary.json`` and a page; returns the folder."""
    folder.mkdir(parents=True)
    write_angles_csv(folder / "angles.csv", noisy_sines(seed, offset_deg))
    right = np.arange(1.0, 19.5, STRIDE_S)
    gait = {
        side: {"contacts_s": times.tolist(), "toe_offs_s": (times + 0.6).tolist()}
        for side, times in (("r", right), ("l", right + 0.5))
    }
    summary = {
        "session": folder.name,
        "activity": "walking",
        "method": "classical",
        "model": None,
        "gait": gait,
    }
    (folder / "summary.json").write_text(json.dumps(summary))
    (folder / "report.html").write_text("<!doctype html><title>a page</title><p>Hello")
    return folder
