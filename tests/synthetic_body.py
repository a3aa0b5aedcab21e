"""A body whose landmarks, markers and motion are known exactly, written as C3D like a laboratory's.

Standing, every segment's axes are the world's (x forward, y up, z right), so that the truth of each
frame can be read off. Marker names are those of the packaged set 'rbds'.
"""

from dataclasses import dataclass
from pathlib import Path

import ezc3d
import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.recordings import SegmentPoses

RATE_HZ = 150.0
WIDTH, DEPTH = 0.24, 0.15  # of the pelvis, between the front spines and front to back [m]
# Hip centres of such a pelvis by Harrington et al. (2007), computed by hand, from mid front spines.
HIP_BEHIND, HIP_BELOW, HIP_BESIDE = 0.0459, 0.0829, 0.0865
_SIDE_SIGN = {"r": 1.0, "l": -1.0}


def standing_origins() -> dict[str, np.ndarray]:
    """Joint centres of the body while standing, world axes."""
    found = {"pelvis": np.array([0.0, 0.92, 0.0])}
    for side, s in _SIDE_SIGN.items():
        z = s * HIP_BESIDE
        found[f"thigh_{side}"] = np.array([0.0, 0.92, z])
        found[f"shank_{side}"] = np.array([0.0, 0.50, z])
        found[f"foot_{side}"] = np.array([0.0, 0.09, z])
    return found


def _pelvis_markers() -> dict[str, np.ndarray]:
    """From the midpoint of the hips."""
    front = np.array([HIP_BEHIND, HIP_BELOW, 0.0])
    found = {}
    for side, s in _SIDE_SIGN.items():
        name = side.upper()
        found[f"{name}.ASIS"] = front + np.array([0, 0, s * WIDTH / 2])
        found[f"{name}.PSIS"] = front + np.array([-DEPTH, 0, s * 0.04])
        found[f"{name}.Iliac.Crest"] = front + np.array([-0.06, 0.06, s * 0.13])
    return found


def _leg_markers(side: str) -> dict[str, dict[str, np.ndarray]]:
    """By segment, from its origin; right-handed numbers mirrored for the left leg."""
    right = {
        "thigh": {
            "Thigh.Top.Lateral": (0.02, -0.14, 0.08),
            "Thigh.Top.Medial": (-0.03, -0.15, 0.03),
            "Thigh.Bottom.Lateral": (0.025, -0.25, 0.07),
            "Thigh.Bottom.Medial": (-0.025, -0.26, 0.025),
            "Knee": (0.0, -0.42, 0.05),
            "Knee.Medial": (0.0, -0.42, -0.05),
        },
        "shank": {
            "Shank.Top.Lateral": (0.01, -0.22, 0.06),
            "Shank.Top.Medial": (-0.04, -0.23, 0.02),
            "Shank.Bottom.Lateral": (0.01, -0.31, 0.05),
            "Shank.Bottom.Medial": (-0.035, -0.30, 0.015),
            "Ankle": (0.0, -0.41, 0.035),
            "Ankle.Medial": (0.0, -0.41, -0.035),
        },
        "foot": {
            "Heel.Top": (-0.06, -0.01, 0.0),
            "Heel.Bottom": (-0.065, -0.06, 0.0),
            "Heel.Lateral": (-0.04, -0.045, 0.035),
            "MT1": (0.13, -0.05, -0.045),
            "MT5": (0.10, -0.06, 0.055),
            "MT2": (0.15, -0.055, 0.0),
        },
    }
    mirror = np.array([1.0, 1.0, _SIDE_SIGN[side]])
    name = side.upper()
    return {
        f"{stem}_{side}": {f"{name}.{m}": mirror * p for m, p in markers.items()}
        for stem, markers in right.items()
    }


MARKERS = {"pelvis": _pelvis_markers()} | _leg_markers("r") | _leg_markers("l")
"""Where every marker is in its segment's own frame [m]."""

STATIC_ONLY = tuple(
    f"{side}.{name}"
    for side in "RL"
    for name in ("Knee", "Knee.Medial", "Ankle", "Ankle.Medial", "MT2")
)


@dataclass(frozen=True)
class Capture:
    """A moving body and its markers; change the markers to make faults."""

    poses: SegmentPoses
    paths_m: dict[str, np.ndarray]


def moving(seconds: float = 6.0, rate_hz: float = RATE_HZ) -> Capture:
    """Something like running on the spot: every joint turns in every plane, out of phase."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    stride = 2 * np.pi * 1.3 * t
    R, origin = {}, {}
    pelvis_turn = np.stack([0.05 * np.sin(stride), 0.1 * np.cos(stride), 0.04 * np.sin(2 * stride)])
    R["pelvis"] = so3.exp(pelvis_turn.T)
    origin["pelvis"] = np.stack(
        [0.05 * np.sin(stride), 0.92 + 0.04 * np.sin(2 * stride), 0.02 * np.cos(stride)], axis=-1
    )
    standing = standing_origins()
    for name, joint in JOINTS.items():
        angles = _angles(joint.kind, stride + (np.pi if joint.side == "l" else 0.0))
        R[joint.distal] = R[joint.proximal] @ rotation_of_angles(angles, JOINTS[name])
        arm = standing[joint.distal] - standing[joint.proximal]
        origin[joint.distal] = origin[joint.proximal] + R[joint.proximal] @ arm
    poses = SegmentPoses(rate_hz=rate_hz, R_world_segment=R, origin_m=origin)
    return Capture(poses, paths(poses))


def still(seconds: float = 0.2) -> Capture:
    """The static trial."""
    frames = round(seconds * RATE_HZ)
    poses = SegmentPoses(
        rate_hz=RATE_HZ,
        R_world_segment={s: np.tile(np.eye(3), (frames, 1, 1)) for s in MARKERS},
        origin_m={s: np.tile(p, (frames, 1)) for s, p in standing_origins().items()},
    )
    return Capture(poses, paths(poses))


def paths(poses: SegmentPoses) -> dict[str, np.ndarray]:
    """Every marker, carried rigidly."""
    return {
        marker: poses.R_world_segment[segment] @ place + poses.origin_m[segment]
        for segment, markers in MARKERS.items()
        for marker, place in markers.items()
    }


def write_c3d(
    file: Path, paths_m: dict[str, np.ndarray], *, unit: str = "mm", rate_hz: float = RATE_HZ
) -> Path:
    """Write marker paths; NaN becomes the point (0, 0, 0), as optical systems do."""
    scale = {"mm": 1e3, "m": 1.0}[unit]
    points = np.stack([path.T for path in paths_m.values()], axis=1) * scale
    c3d = ezc3d.c3d()
    c3d["parameters"]["POINT"]["UNITS"]["value"] = [unit]
    c3d["parameters"]["POINT"]["RATE"]["value"] = [rate_hz]
    c3d["parameters"]["POINT"]["LABELS"]["value"] = list(paths_m)
    c3d["data"]["points"] = np.concatenate([np.nan_to_num(points), np.ones((1, *points.shape[1:]))])
    c3d.write(str(file))
    return file


def write_runner(folder: Path, capture: Capture | None = None, person: str = "901") -> Path:
    """A static and a running file, named as the set 'rbds' expects; returns the running one."""
    write_c3d(folder / f"RBDS{person}static.c3d", still().paths_m)
    run = {m: p for m, p in (capture or moving()).paths_m.items() if m not in STATIC_ONLY}
    return write_c3d(folder / f"RBDS{person}runT35.c3d", run)


def _angles(kind: str, phase: np.ndarray) -> np.ndarray:
    """Flexion, adduction and rotation [rad] over a stride."""
    middle, sway = {
        "hip": ((0.4, 0.05, 0.05), (0.5, 0.12, 0.15)),
        "knee": ((0.8, 0.03, -0.1), (0.7, 0.08, 0.2)),
        "ankle": ((0.0, 0.0, 0.1), (0.4, 0.1, 0.1)),
    }[kind]
    waves = np.stack([np.sin(phase), np.cos(phase), np.sin(2 * phase + 0.5)], axis=-1)
    return np.array(middle) + np.array(sway) * waves
