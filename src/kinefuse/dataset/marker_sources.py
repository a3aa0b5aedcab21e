"""Files that hold marker recordings -> motions to make trials of."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset.marker_motion import Reconstruction, calibrate, face_forward, reconstruct
from kinefuse.dataset.meta_motion import meta_poses
from kinefuse.dataset.meta_parts import parts_of
from kinefuse.dataset.motion import Motion
from kinefuse.errors import UnreadableFile
from kinefuse.formats import meta_h5
from kinefuse.formats.c3d import read_angles, read_c3d
from kinefuse.formats.markersets import MARKERSETS, MarkerSet
from kinefuse.quality.evidence import MARKER_MEANS, ClusterEvidence, Evidence
from kinefuse.recordings import SegmentPoses
from kinefuse.simulation.placement import Place


@dataclass(frozen=True, kw_only=True)
class MarkerFile:
    """A C3D file of a known marker set, with its static trial beside it."""

    file: Path
    person: str
    name: str
    static_pattern: str
    markerset: MarkerSet

    @property
    def activity(self) -> str:
        """'walking' or 'running'."""
        return self.markerset.activity

    def load(self) -> Motion:
        """Read and reconstruct.

        Raises:
            RecordingError: A file is damaged, incomplete or missing.
        """
        markers = self.markerset
        static = _beside(self.file, self.static_pattern)
        calibration = calibrate(read_c3d(static, markers), markers)
        rebuilt = reconstruct(read_c3d(self.file, markers), calibration, markers)
        poses, turned_rad = rebuilt.poses, 0.0
        if markers.surface == "overground":
            poses, turned_rad = face_forward(poses)
        angles = read_angles(self.file, markers) if markers.angles_in_file else {}
        return Motion(
            person=self.person,
            name=self.name,
            activity=self.activity,
            source=markers.provenance,
            evidence=evidence_of(rebuilt, poses),
            file_angles={joint: columns[rebuilt.kept] for joint, columns in angles.items()},
            file_convention=markers.angles_in_file.get("convention", "isb"),
            account={
                "file": self.file.name,
                "static file": static.name,
                "marker set": markers.name,
                "hip centre": markers.hip_centre,
                "pelvic tilt assumed, deg": markers.pelvic_tilt_deg,
                "turned about the vertical, deg": round(float(np.rad2deg(turned_rad)), 2),
                "standing angles, deg": _standing(calibration.standing),
                **rebuilt.account(),
            },
        )


@dataclass(frozen=True, kw_only=True)
class MetaPerson:
    """One person of a published ``*_meta.h5``."""

    file: Path
    person: str
    name: str
    activity: str

    def load(self) -> Motion:
        """Read, and find the anatomical axes from the file's own angles.

        Raises:
            UnreadableFile: The file is damaged or this person incomplete.
        """
        recording = self.read()
        parts = parts_of(recording)
        return Motion(
            person=self.person,
            name=self.name,
            activity=self.activity,
            source=recording.about.source,
            evidence=Evidence(
                poses=meta_poses(parts), clusters={}, bridged={}, joint_centres=False
            ),
            file_angles={joint: recording.angles[joint][parts.kept] for joint in parts.angles_rad},
            file_convention=meta_h5.ANGLE_CONVENTION,
            # Sensors sit where the markers' mean is, as in the published system.
            placement={s: Place(along=0.0, offset_m=(0.0, 0.0, 0.0)) for s in SEGMENTS},
            account={
                **self.account(recording),
                "origins": MARKER_MEANS,
                "axes": "constant rotations that reproduce the file's joint angles",
                "frames kept": f"{parts.kept.start} to {parts.kept.stop}",
                "missing": list(parts.missing),
            },
        )

    def read(self) -> meta_h5.MetaRecording:
        """Markers and angles as they are in the file."""
        return meta_h5.read_meta_h5(self.file, self.person)

    def account(self, recording: meta_h5.MetaRecording) -> dict[str, object]:
        """Where a trial of this person comes from, and what the file says of them."""
        return {"file": self.file.name, **recording.about.words()}


Source = MarkerFile | MetaPerson


def find_sources(paths: Iterable[Path], markerset: MarkerSet | None = None) -> tuple[Source, ...]:
    """Every recording below these files and directories that is recognised by its name.

    Raises:
        UnreadableFile: A path does not exist, or nothing is recognised in any of them.
    """
    sets = [markerset] if markerset else list(MARKERSETS.values())
    paths = list(paths)
    files: dict[Path, None] = {}
    for path in paths:
        if not path.exists():
            raise UnreadableFile(path, "there is no such file or directory", "check the path")
        below = sorted(path.rglob("*")) if path.is_dir() else [path]
        files |= dict.fromkeys(file for file in below if file.is_file())
    found = [source for file in files for source in _sources_in(file, sets)]
    if not found:
        raise UnreadableFile(
            ", ".join(map(str, paths)),
            f"no trial of a known marker set ({', '.join(s.name for s in sets)}) is here",
            "describe your own in a .toml and name it with --markerset",
        )
    return tuple(found)


def _sources_in(file: Path, sets: list[MarkerSet]) -> list[Source]:
    if meta_h5.is_meta_h5(file):
        activity = meta_h5.activity_of(file)
        return [
            MetaPerson(file=file, person=person, name=activity, activity=activity)
            for person in meta_h5.people_in(file)
        ]
    for markers in sets:
        name = markers.match(file)
        if name is not None:
            return [
                MarkerFile(
                    file=file,
                    person=name.person,
                    name=name.name,
                    static_pattern=name.static_pattern,
                    markerset=markers,
                )
            ]
    return []


def _beside(file: Path, pattern: str) -> Path:
    found = sorted(file.parent.glob(pattern))
    if not found:
        raise UnreadableFile(
            file,
            f"there is no static trial '{pattern}' beside it",
            "without one no anatomical frame is known, so add it",
        )
    return found[0]


def evidence_of(rebuilt: Reconstruction, poses: SegmentPoses) -> Evidence:
    """What the quality checks look at; ``poses`` may be turned about the vertical since."""
    return Evidence(
        poses=poses,
        clusters={
            segment: ClusterEvidence(
                markers=track.cluster.names,
                points_m=track.cluster.points_m[rebuilt.kept],
                local_m=track.cluster.local_m,
                misfit_m=track.misfit_m[rebuilt.kept],
                refused=track.refused[rebuilt.kept],
            )
            for segment, track in rebuilt.tracks.items()
        },
        bridged=rebuilt.bridged,
    )


def _standing(standing: SegmentPoses) -> dict[str, list[float]]:
    return {
        name: np.round(angles[0], 2).tolist()
        for name, angles in standing.joint_angles().in_degrees().items()
    }
