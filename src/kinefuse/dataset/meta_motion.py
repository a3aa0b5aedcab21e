"""The published files' markers and angles -> segment poses, without a static trial."""

import numpy as np

from kinefuse.anatomy import frames_from_angles
from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.joint_angles import joint_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.marker_frames import axes
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset import gaps
from kinefuse.errors import UnreadableFile
from kinefuse.formats.meta_h5 import ANGLE_CONVENTION, MetaRecording
from kinefuse.recordings import MarkerRecording, SegmentPoses

SHORTEST_S = 5.0


def meta_poses(recording: MetaRecording) -> tuple[SegmentPoses, slice]:
    """Poses whose joint angles are the file's; origins are the means of the three markers.

    Returns:
        The poses and the frames they were kept from: the longest stretch without gaps.

    Raises:
        UnreadableFile: No stretch is long enough.
    """
    markers = recording.markers
    angles = {
        name: to_ours(columns, name, ANGLE_CONVENTION) for name, columns in recording.angles.items()
    }
    finite = [np.isfinite(columns) for columns in angles.values()]
    known = np.all(np.concatenate([markers.seen, *finite], axis=1), axis=1)
    kept = gaps.longest_run(known)
    if kept.stop - kept.start < SHORTEST_S * markers.rate_hz:
        raise UnreadableFile(
            recording.person,
            f"markers and angles are known together for less than {SHORTEST_S:g} s",
            "leave this person out",
        )
    R_cluster = {s: _cluster_axes(markers, s)[kept] for s in SEGMENTS}
    R_cluster_segment = _constants(R_cluster, {n: a[kept] for n, a in angles.items()})
    return SegmentPoses(
        rate_hz=markers.rate_hz,
        R_world_segment={s: R_cluster[s] @ R_cluster_segment[s] for s in SEGMENTS},
        origin_m={s: _markers_of(markers, s)[kept].mean(axis=1) for s in SEGMENTS},
    ), kept


def _constants(R_cluster: dict, angles: dict) -> dict[str, np.ndarray]:
    """``R_cluster_segment`` of every segment, from the pelvis downwards."""
    found: dict[str, np.ndarray] = {}
    for name, joint in JOINTS.items():
        between = joint_rotation(R_cluster[joint.proximal], R_cluster[joint.distal])
        truth = rotation_of_angles(angles[name], joint)
        if joint.proximal not in found:
            found[joint.proximal], _ = frames_from_angles.both_sides(between, truth)
        found[joint.distal] = frames_from_angles.distal_side(between, truth, found[joint.proximal])
    return found


def _markers_of(markers: MarkerRecording, segment: str) -> np.ndarray:
    return np.stack([markers[f"{segment}_{i}"] for i in (1, 2, 3)], axis=1)


def _cluster_axes(markers: MarkerRecording, segment: str) -> np.ndarray:
    first, second, third = np.moveaxis(_markers_of(markers, segment), 1, 0)
    return axes(first=second - first, second=third - first, names="xy")
