"""What the checks measure; every function gives one number a segment, joint or pair of markers."""

from itertools import combinations

import numpy as np

from kinefuse import so3
from kinefuse.anatomy import clusters
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.quality.evidence import ClusterEvidence, Evidence

_FRAMES_TO_COMPARE = 200  # spread over the trial; an exchange of markers lasts
_GLITCH_FRAMES = 2


def segment_lengths(evidence: Evidence) -> dict[str, float]:
    """Median distance [m] between the joints at both ends of thighs and shanks."""
    origin = evidence.poses.origin_m
    ends = {
        f"{a}_{s}": f"{b}_{s}" for s in SIDES for a, b in (("thigh", "shank"), ("shank", "foot"))
    }
    return {
        segment: float(np.median(np.linalg.norm(origin[end] - origin[segment], axis=-1)))
        for segment, end in ends.items()
        if segment in origin and end in origin
    }


def side_gaps(evidence: Evidence) -> dict[str, float]:
    """Mean distance [m] of right joints to the right of left ones, along the pelvis' own axis.

    Clusters stand for joints at the thighs alone: those of the shanks may sit on the inner face,
    a few millimetres apart.
    """
    R, origin = evidence.poses.R_world_segment, evidence.poses.origin_m
    if "pelvis" not in R:
        return {}
    to_right = R["pelvis"][..., 2]
    return {
        f"{stem}s": float(
            np.mean(np.sum((origin[f"{stem}_r"] - origin[f"{stem}_l"]) * to_right, -1))
        )
        for stem in (("thigh", "shank") if evidence.joint_centres else ("thigh",))
        if f"{stem}_r" in origin and f"{stem}_l" in origin
    }


def facing(evidence: Evidence) -> dict[str, float]:
    """Mean cosines: pelvis with the vertical, thighs and feet with where the pelvis faces."""
    R = evidence.poses.R_world_segment
    if "pelvis" not in R:
        return {}
    found = {"pelvis upright": float(np.mean(R["pelvis"][:, 1, 1]))}
    for segment in ("thigh_r", "thigh_l", "foot_r", "foot_l"):
        if segment not in R:
            continue
        ahead = np.einsum("ti,ti->t", R[segment][..., 0], R["pelvis"][..., 0])
        found[f"{segment} ahead"] = float(np.mean(ahead))
    return found


def exchange_gains(evidence: Evidence) -> dict[str, float]:
    """Median misfit [m] that exchanging a pair of markers would take away, a cluster's best pair.

    Both labellings are compared on the markers as recorded, in frames where all were seen.
    """
    found = {}
    for cluster in evidence.clusters.values():
        found |= _best_exchange(cluster)
    return found


def glitch_turns(evidence: Evidence) -> dict[str, float]:
    """Fastest turn [deg/s] of each limb's cluster as recorded, glitches included.

    A glitch is a marker that was refused, or that vanishes for at most ``_GLITCH_FRAMES``: optical
    systems lose a mistaken marker for a frame or two, and leave it at the laboratory's origin.
    """
    found = {}
    for segment, cluster in evidence.clusters.items():
        vanished = _briefly_missing(cluster.points_m)
        doubted = vanished | cluster.refused
        if segment == "pelvis" or not doubted.any():
            continue
        points = np.where(vanished[..., None], 0.0, cluster.points_m)
        R = clusters.fit(points, cluster.local_m).R_world_segment
        names = " and ".join(np.array(cluster.markers)[doubted.any(axis=0)])
        found[f"{segment} ({names})"] = _fastest_turn(R, evidence.poses.rate_hz)
    return found


def cluster_misfits(evidence: Evidence) -> dict[str, float]:
    """Median misfit [m] of each cluster."""
    return {s: float(np.nanmedian(c.misfit_m)) for s, c in evidence.clusters.items()}


def bridged_shares(evidence: Evidence) -> dict[str, float]:
    """Percentage of each segment's poses that were interpolated in time."""
    return {segment: 100 * float(frames.mean()) for segment, frames in evidence.bridged.items()}


def fastest_turns(evidence: Evidence) -> dict[str, float]:
    """Fastest turn [deg/s] between two frames of each segment."""
    found = {}
    for segment, R in evidence.poses.R_world_segment.items():
        found[segment] = _fastest_turn(R, evidence.poses.rate_hz)
    return found


def beyond_range(evidence: Evidence) -> dict[str, float]:
    """How far [deg] the 1st and 99th percentile of each angle leave the joint's range."""
    found = {}
    for name, angles in evidence.joint_angles().in_degrees().items():
        if np.isnan(angles).all(axis=0).any():
            continue
        low, high = np.nanpercentile(angles, [1, 99], axis=0)
        for i, plane in enumerate(PLANES):
            least, most = JOINTS[name].range_deg[i]
            found[f"{name} {plane}"] = float(max(least - low[i], high[i] - most))
    return found


def _fastest_turn(R: so3.Rotations, rate_hz: float) -> float:
    """Between neighbouring frames [deg/s]; frames that are not known do not count."""
    cosines = (np.einsum("tij,tij->t", R[:-1], R[1:]) - 1) / 2
    at = int(np.nanargmin(cosines))
    return float(np.rad2deg(np.linalg.norm(so3.log(R[at].T @ R[at + 1]))) * rate_hz)


def _briefly_missing(points_m: np.ndarray) -> np.ndarray:
    """Markers that are unseen now but were seen, or are again, within ``_GLITCH_FRAMES``."""
    missing = np.isnan(points_m[..., 0])
    brief = np.zeros_like(missing)
    for marker in np.flatnonzero(missing.any(axis=0)):
        edges = np.flatnonzero(np.diff(missing[:, marker].astype(int), prepend=0, append=0))
        for start, stop in zip(edges[::2], edges[1::2], strict=True):
            brief[start:stop, marker] = stop - start <= _GLITCH_FRAMES
    return brief


def _best_exchange(cluster: ClusterEvidence) -> dict[str, float]:
    whole = np.flatnonzero(np.isfinite(cluster.points_m).all(axis=(1, 2)))
    if len(whole) == 0:
        return {cluster.markers[0]: 0.0}
    some = whole[:: max(1, len(whole) // _FRAMES_TO_COMPARE)]
    points, local = cluster.points_m[some], cluster.local_m
    as_named = _median_misfit(points, local)
    gains = {}
    for i, j in combinations(range(len(local)), 2):
        order = np.arange(len(local))
        order[[i, j]] = j, i
        pair = f"{cluster.markers[i]} and {cluster.markers[j]}"
        gains[pair] = as_named - _median_misfit(points[:, order], local)
    best = max(gains, key=lambda pair: gains[pair])
    return {best: gains[best]}


def _median_misfit(points_m: np.ndarray, local_m: np.ndarray) -> float:
    return float(np.median(clusters.fit(points_m, local_m).misfit_m))
