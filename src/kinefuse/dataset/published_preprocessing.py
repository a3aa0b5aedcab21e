"""One person of a ``*_meta.h5`` -> a trial, as the published system preprocesses it.

Rapp et al. (2021), J. Biomech. 116:110229, and its released code, at any rate and with the right
sign of gravity. Sensors sit at the middle of each segment's three markers, in axes that
optical attitudes align at touchdown; the angles are the file's own, so that they do not follow from
the attitudes beside them.
"""

from dataclasses import dataclass

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset import published_alignment as alignment
from kinefuse.dataset import published_sensors as sensors
from kinefuse.dataset.meta_parts import Parts, parts_of
from kinefuse.dataset.motion import Made
from kinefuse.formats.meta_h5 import MetaRecording
from kinefuse.quality.evidence import MARKER_MEANS
from kinefuse.recordings import ImuSession, JointAngles, SegmentPoses, Trial
from kinefuse.so3 import Rotations

RECIPE = "published"
NEEDS_OPTICS = (
    "each sensor is turned by the optical attitude of its segment at touchdown; "
    "a real sensor has none and cannot be aligned so"
)
"""Said with every trial, and wherever such trials are made."""


@dataclass(frozen=True, kw_only=True)
class AlignedSegment:
    """One segment in the axes of its sensor."""

    R_world_sensor: Rotations
    origin_m: np.ndarray
    touchdowns: int
    """How many the alignment is a mean of."""


def published_trial(recording: MetaRecording, activity: str, account: dict) -> Made:
    """Align, simulate and cut one person's sensors.

    Args:
        recording: Of the file.
        activity: 'walking' or 'running'; also the trial's name.
        account: Where it comes from, for the provenance.

    Raises:
        NoTouchdown: No foot was seen to be put down.
        RecordingError: Too little was seen, or the rate is too low.
    """
    parts = parts_of(recording)
    aligned, lost = align(recording.person, parts)
    worn = {
        segment: sensors.sensor(segment, one.R_world_sensor, one.origin_m, parts.rate_hz)
        for segment, one in aligned.items()
    }
    kept = sensors.kept_frames(_frames(parts), parts.rate_hz)
    trial = Trial(
        person=recording.person,
        name=activity,
        activity=activity,
        source=recording.about.source,
        imus=ImuSession(
            name=f"{recording.person} {activity}", sensors={s: one.imu for s, one in worn.items()}
        ),
        poses=SegmentPoses(
            rate_hz=parts.rate_hz,
            R_world_segment={s: one.R_world_sensor[kept] for s, one in aligned.items()},
            origin_m={s: one.origin_m[kept] for s, one in aligned.items()},
        ),
        angles=JointAngles(
            rate_hz=parts.rate_hz,
            angles_rad={name: a[kept] for name, a in _angles_of(parts, aligned).items()},
        ),
        provenance=account | _told(parts, aligned, worn, lost),
    )
    return Made(trial=trial, mended=_mended(worn))


def align(person: str, parts: Parts) -> tuple[dict[str, AlignedSegment], tuple[str, ...]]:
    """Every segment whose touchdowns are known, and what is lost where they are not.

    Raises:
        NoTouchdown: That is none.
        MarkersInLine: A segment's markers set no axes.
    """
    if not parts.feet_m:
        raise alignment.NoTouchdown(person, "no foot carries markers")
    by_side = {
        side: alignment.touchdowns(path_m, parts.rate_hz) for side, path_m in parts.feet_m.items()
    }
    found: dict[str, AlignedSegment] = {}
    lost = []
    for segment, markers_m in parts.markers_m.items():
        at = alignment.touchdowns_for(segment, by_side)
        if not len(at):
            lost.append(segment)
            continue
        R_world_cluster = alignment.cluster_axes(segment, markers_m)
        found[segment] = AlignedSegment(
            R_world_sensor=R_world_cluster @ alignment.aligned_at(R_world_cluster, at),
            origin_m=markers_m.mean(axis=1),
            touchdowns=len(at),
        )
    if not _angles_of(parts, found):
        raise alignment.NoTouchdown(person, "no foot rises by 5 cm and is put down again")
    lost += [joint for joint in parts.angles_rad if joint not in _angles_of(parts, found)]
    return found, tuple(f"{part} (no touchdown of its foot)" for part in lost)


def _told(
    parts: Parts,
    aligned: dict[str, AlignedSegment],
    worn: dict[str, sensors.PublishedSensor],
    lost: tuple[str, ...],
) -> dict[str, object]:
    """What was done, for the provenance."""
    return {
        "recipe": RECIPE,
        "alignment": NEEDS_OPTICS,
        "origins": MARKER_MEANS,
        "attitudes": "of the aligned sensors; the angles are the file's and do not follow",
        "touchdowns": {s: one.touchdowns for s, one in aligned.items()},
        "gyroscope samples replaced": {s: one.replaced for s, one in worn.items()},
        "gyroscope low-pass, Hz": sensors.GYROSCOPE_CUTOFF_HZ,
        "cut at each end, s": sensors.CUT_S,
        "frames kept": f"{parts.kept.start} to {parts.kept.stop}",
        "file rate, Hz": parts.rate_hz,
        "missing": [*parts.missing, *lost],
    }


def _angles_of(parts: Parts, aligned: dict) -> dict[str, np.ndarray]:
    """Angles of the joints both of whose segments carry an aligned sensor."""
    return {
        name: angles
        for name, angles in parts.angles_rad.items()
        if JOINTS[name].proximal in aligned and JOINTS[name].distal in aligned
    }


def _frames(parts: Parts) -> int:
    return parts.kept.stop - parts.kept.start


def _mended(worn: dict[str, sensors.PublishedSensor]) -> tuple[str, ...]:
    return tuple(
        f"gyroscope glitch: {segment}, {one.replaced} samples replaced by a local median"
        for segment, one in worn.items()
        if one.replaced
    )
