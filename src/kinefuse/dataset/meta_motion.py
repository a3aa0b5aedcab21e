"""The published files' markers and angles -> segment poses, without a static trial."""

import numpy as np

from kinefuse.anatomy import frames_from_angles
from kinefuse.anatomy.joint_angles import joint_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.marker_frames import axes
from kinefuse.dataset.meta_parts import Parts
from kinefuse.recordings import SegmentPoses


def meta_poses(parts: Parts) -> SegmentPoses:
    """Poses whose joint angles are the file's; origins are the means of the three markers."""
    R_cluster = {segment: _cluster_axes(m) for segment, m in parts.markers_m.items()}
    R_cluster_segment = _constants(R_cluster, parts.angles_rad)
    return SegmentPoses(
        rate_hz=parts.rate_hz,
        R_world_segment={s: R @ R_cluster_segment[s] for s, R in R_cluster.items()},
        origin_m={segment: m.mean(axis=1) for segment, m in parts.markers_m.items()},
    )


def _constants(R_cluster: dict, angles: dict) -> dict[str, np.ndarray]:
    """``R_cluster_segment`` of every segment, from the uppermost downwards."""
    found: dict[str, np.ndarray] = {}
    for name, joint in JOINTS.items():
        if name not in angles:
            continue
        between = joint_rotation(R_cluster[joint.proximal], R_cluster[joint.distal])
        truth = rotation_of_angles(angles[name], joint)
        if joint.proximal not in found:
            found[joint.proximal], _ = frames_from_angles.both_sides(between, truth)
        found[joint.distal] = frames_from_angles.distal_side(between, truth, found[joint.proximal])
    return found


def _cluster_axes(markers_m: np.ndarray) -> np.ndarray:
    first, second, third = np.moveaxis(markers_m, 1, 0)
    return axes(first=second - first, second=third - first, names="xy")
