"""Files like the published system's ``*_meta.h5``, from a motion that is known."""

from pathlib import Path

import h5py
import numpy as np

from kinefuse import so3
from kinefuse.anatomy.conventions import from_ours
from kinefuse.recordings import SegmentPoses

_THEIR_AXES = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])  # right, up, backward from ours
_LOCAL = np.array([[0.03, -0.1, 0.05], [-0.04, -0.12, 0.02], [0.01, -0.19, 0.04]])


def write_meta_h5(file: Path, people: dict[str, SegmentPoses]) -> Path:
    """Clusters sit on their segments turned at random, and rigidly."""
    rng = np.random.default_rng(4)
    with h5py.File(file, "w") as h5:
        for person, poses in people.items():
            for segment, R in poses.R_world_segment.items():
                local = _LOCAL @ so3.exp(rng.normal(size=3)).T
                stem, _, side = segment.partition("_")
                theirs = f"{side.upper()}_{stem}" if side else stem
                for i, place in enumerate(local, start=1):
                    path = (R @ place + poses.origin_m[segment]) @ _THEIR_AXES.T
                    h5[f"{person}/markers/{theirs}_{i}"] = 1e3 * path
            for joint, angles in poses.joint_angles().angles_rad.items():
                kind, side = joint.split("_")
                h5[f"{person}/angles/{side.upper()}_{kind}"] = from_ours(angles, joint, "calgary")
            h5[f"{person}/meta"] = np.array([[12, 1, 171, 64, 2.7]])
    return file
