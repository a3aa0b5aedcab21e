"""A trial's markers and its static trial -> where every segment was, and what was invented."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.anatomy import clusters, marker_frames
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.dataset import gaps
from kinefuse.errors import MissingMarkers, UnreadableFile
from kinefuse.formats.markersets import SHORTEST_S, MarkerSet
from kinefuse.recordings import MarkerRecording, SegmentPoses


@dataclass(frozen=True, kw_only=True)
class Calibration:
    """What the static trial tells: each cluster in its segment's anatomical frame."""

    local_m: Mapping[str, Mapping[str, Float[np.ndarray, "3"]]]
    """By segment, then marker."""
    standing: SegmentPoses
    """The static trial itself, one frame."""
    hip_centres_in_pelvis_m: Mapping[str, Float[np.ndarray, "3"]]


@dataclass(frozen=True, kw_only=True)
class Cluster:
    """The markers of one segment in one trial."""

    names: tuple[str, ...]
    points_m: Float[np.ndarray, "time marker 3"]
    """As recorded; NaN where not seen."""
    local_m: Float[np.ndarray, "marker 3"]
    """Where the static trial says they are on the segment."""


@dataclass(frozen=True, kw_only=True)
class Track:
    """One segment through the whole file, before anything is bridged."""

    cluster: Cluster
    R: Float[np.ndarray, "time 3 3"]
    origin: Float[np.ndarray, "time 3"]
    refused: Bool[np.ndarray, "time marker"]
    """Markers that were seen where they cannot have been."""
    rebuilt: Bool[np.ndarray, "time marker"]
    """Markers that the rest of their cluster replaced."""
    broken: Bool[np.ndarray, " time"]
    """Frames across which the segment jumps for good."""
    misfit_m: Float[np.ndarray, " time"]

    @property
    def known(self) -> Bool[np.ndarray, " time"]:
        """Frames whose pose the markers tell."""
        return np.isfinite(self.R[:, 0, 0])


@dataclass(frozen=True, kw_only=True)
class Reconstruction:
    """Poses without gaps, and what it took to get them."""

    poses: SegmentPoses
    tracks: Mapping[str, Track]
    kept: slice
    """Frames of the file that were kept."""
    bridged: Mapping[str, Bool[np.ndarray, " time"]]
    """By segment: kept frames whose pose was interpolated in time."""

    def account(self) -> dict[str, object]:
        """What was rebuilt, refused, bridged and cut, in plain words for the store."""
        rate = self.poses.rate_hz
        frames = len(self.tracks["pelvis"].R)
        start, stop = self.kept.start / rate, self.kept.stop / rate
        whole = self.poses.samples == frames
        return {
            "cut": "nothing"
            if whole
            else f"kept {start:.2f} s to {stop:.2f} s of {frames / rate:.2f} s",
            "poses bridged by splines": {
                s: gaps.in_seconds(b, rate) for s, b in self.bridged.items() if b.any()
            },
            "markers rebuilt from their cluster, frames": self._count("rebuilt"),
            "markers refused, frames": self._count("refused"),
            "cluster misfit, median mm": {
                s: round(1e3 * float(np.nanmedian(t.misfit_m)), 2) for s, t in self.tracks.items()
            },
        }

    def _count(self, what: str) -> dict[str, int]:
        counts = {
            name: int(frames)
            for track in self.tracks.values()
            for name, frames in zip(
                track.cluster.names, getattr(track, what)[self.kept].sum(axis=0), strict=True
            )
        }
        return {name: frames for name, frames in counts.items() if frames}


def calibrate(static: MarkerRecording, markerset: MarkerSet) -> Calibration:
    """Anatomical frames and cluster templates from somebody standing still.

    Raises:
        MissingMarkers: The static trial lacks a landmark or a cluster.
    """
    at = dict(zip(static.markers, _still(static.positions_m), strict=True))
    landmarks = _landmarks(at, static.name, markerset)
    frames = marker_frames.standing_frames(
        landmarks, markerset.hip_centre, np.deg2rad(markerset.pelvic_tilt_deg)
    )
    at |= {f"hip_centre_{side}": frames[f"thigh_{side}"][1] for side in SIDES}
    R_pelvis, pelvis_origin = frames["pelvis"]
    local = {}
    for segment, (R, origin) in frames.items():
        names = [m for m in markerset.cluster_markers[segment] if m in at]
        if len(names) < clusters.FEWEST_MARKERS:
            missing = [m for m in markerset.cluster_markers[segment] if m not in at]
            raise MissingMarkers(static.name, missing, markerset.name)
        local[segment] = {name: R.T @ (at[name] - origin) for name in names}
    return Calibration(
        local_m=local,
        standing=SegmentPoses(
            rate_hz=static.rate_hz,
            R_world_segment={s: R[None] for s, (R, _) in frames.items()},
            origin_m={s: origin[None] for s, (_, origin) in frames.items()},
        ),
        hip_centres_in_pelvis_m={
            side: R_pelvis.T @ (frames[f"thigh_{side}"][1] - pelvis_origin) for side in SIDES
        },
    )


def reconstruct(
    trial: MarkerRecording, calibration: Calibration, markerset: MarkerSet
) -> Reconstruction:
    """Pose of every segment in the longest stretch of the trial that is known throughout.

    Raises:
        UnreadableFile: No stretch is long enough.
    """
    tracks: dict[str, Track] = {}
    virtual: dict[str, np.ndarray] = {}
    for segment in SEGMENTS:
        cluster = _cluster(trial, virtual, calibration, segment, markerset)
        tracks[segment] = _track(cluster, trial.rate_hz)
        if segment == "pelvis":
            virtual = _hip_paths(tracks[segment], calibration)
    rate = trial.rate_hz
    bridgeable = {s: gaps.bridgeable(t.known, rate) & ~t.broken for s, t in tracks.items()}
    good = np.all([t.known & ~t.broken | bridgeable[s] for s, t in tracks.items()], axis=0)
    kept = gaps.longest_run(good)
    _check_length(kept, trial, markerset)
    bridged = {s: gaps.bridge(t.R[kept], t.origin[kept]) for s, t in tracks.items()}
    return Reconstruction(
        poses=SegmentPoses(
            rate_hz=rate,
            R_world_segment={s: R for s, (R, _) in bridged.items()},
            origin_m={s: origin for s, (_, origin) in bridged.items()},
        ),
        tracks=tracks,
        kept=kept,
        bridged={s: frames[kept] for s, frames in bridgeable.items()},
    )


def _track(cluster: Cluster, rate_hz: float) -> Track:
    """One segment's pose in every frame of the file, unknown where its markers do not tell."""
    fitted = clusters.fit(cluster.points_m, cluster.local_m)
    refused = clusters.refuse(cluster.points_m, cluster.local_m, fitted)
    if refused.any() or np.isnan(fitted.misfit_m).any():
        points = np.where(refused[..., None], np.nan, cluster.points_m)
        fitted = clusters.fit(clusters.fill(points, cluster.local_m), cluster.local_m)
    stray, broken = gaps.jumps(fitted.R_world_segment, rate_hz)
    fitted.R_world_segment[stray] = np.nan
    refused = refused | stray[:, None]
    usable = np.isfinite(cluster.points_m[..., 0]) & ~refused
    return Track(
        cluster=cluster,
        R=fitted.R_world_segment,
        origin=fitted.origin_m,
        refused=refused,
        rebuilt=~usable & np.isfinite(fitted.R_world_segment[:, :1, 0]),
        broken=broken,
        misfit_m=fitted.misfit_m,
    )


def face_forward(poses: SegmentPoses) -> tuple[SegmentPoses, float]:
    """Overground motion turned about the vertical so that x is the mean walking direction.

    Returns:
        The turned motion, and the angle [rad] it was turned by.
    """
    path = poses.origin_m["pelvis"]
    east, _, south = path[-1] - path[0]
    angle = float(np.arctan2(south, east))
    R_new_old = so3.about_y(np.array(angle))
    turned = replace(
        poses,
        R_world_segment={s: R_new_old @ R for s, R in poses.R_world_segment.items()},
        origin_m={s: p @ R_new_old.T for s, p in poses.origin_m.items()},
    )
    return turned, angle


def _still(positions_m: Float[np.ndarray, "time marker 3"]) -> Float[np.ndarray, "marker 3"]:
    """Median over time of each marker, of the frames where it was seen; NaN if never."""
    seen = np.isfinite(positions_m).all(axis=(0, 2)) | np.isfinite(positions_m).any(axis=(0, 2))
    still = np.full(positions_m.shape[1:], np.nan)
    still[seen] = np.nanmedian(positions_m[:, seen], axis=0)
    return still


def _landmarks(
    at: Mapping[str, np.ndarray], file: str, markerset: MarkerSet
) -> dict[str, np.ndarray]:
    found, missing = {}, []
    for name, marker in markerset.landmark_markers.items():
        needed = [marker] if isinstance(marker, str) else list(marker.values())
        lacking = [m for m in needed if m not in at or not np.isfinite(at[m]).all()]
        missing += lacking
        if lacking:
            continue
        found[name] = (
            at[marker]
            if isinstance(marker, str)
            else 2 * at[marker["through"]] - at[marker["mirror"]]
        )
    if missing:
        raise MissingMarkers(file, missing, markerset.name)
    if "psis_r" in found:
        found["psis_middle"] = (found["psis_r"] + found["psis_l"]) / 2
    return found


def _cluster(
    trial: MarkerRecording,
    virtual: Mapping[str, np.ndarray],
    calibration: Calibration,
    segment: str,
    markerset: MarkerSet,
) -> Cluster:
    """The markers of a segment that both trials have."""
    local = calibration.local_m[segment]
    names = [name for name in local if name in trial.markers or name in virtual]
    if len(names) < clusters.FEWEST_MARKERS:
        missing = [name for name in markerset.cluster_markers[segment] if name not in names]
        raise MissingMarkers(trial.name, missing, markerset.name)
    paths = [virtual[name] if name in virtual else trial[name] for name in names]
    return Cluster(
        names=tuple(names),
        points_m=np.stack(paths, axis=1),
        local_m=np.stack([local[name] for name in names]),
    )


def _hip_paths(pelvis: Track, calibration: Calibration) -> dict[str, np.ndarray]:
    return {
        f"hip_centre_{side}": pelvis.R @ local + pelvis.origin
        for side, local in calibration.hip_centres_in_pelvis_m.items()
    }


def _check_length(kept: slice, trial: MarkerRecording, markerset: MarkerSet) -> None:
    seconds, needed = (kept.stop - kept.start) / trial.rate_hz, SHORTEST_S[markerset.surface]
    if seconds < needed:
        raise UnreadableFile(
            trial.name,
            f"every segment is seen for {seconds:.1f} s on end at most, less than {needed:g} s",
            "leave it out or fill its gaps",
        )
