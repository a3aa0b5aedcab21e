"""Which segments and joints of one person of a ``*_meta.h5`` can be used, and over which frames."""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.dataset import gaps
from kinefuse.errors import UnreadableFile
from kinefuse.formats.meta_h5 import ANGLE_CONVENTION, MetaRecording
from kinefuse.recordings import MarkerRecording

SHORTEST_S = 5.0


@dataclass(frozen=True, kw_only=True)
class Parts:
    """The longest stretch in which all that was seen of a person was seen together."""

    markers_m: dict[str, Float[np.ndarray, "time 3 3"]]
    """By segment: the paths of its three markers (second axis)."""
    angles_rad: dict[str, Float[np.ndarray, "time 3"]]
    """By joint both of whose segments are there: the file's angles, in our convention."""
    rate_hz: float
    kept: slice
    """Frames of the file."""
    feet_m: dict[str, Float[np.ndarray, "time 3"]]
    """By side: the path of the foot's first marker, also where the foot itself is of no use."""
    missing: tuple[str, ...]
    """Segments and joints that the file lacks, or in which nothing was ever seen."""


def parts_of(recording: MetaRecording) -> Parts:
    """What can be used of a person, however much the file lacks.

    A segment needs three markers, a joint its angles and both segments; a segment without such a
    joint is of no use.

    Raises:
        UnreadableFile: No joint is whole, or nothing is known together for long enough.
    """
    markers = recording.markers
    angles = {
        name: to_ours(recording.angles[name], name, ANGLE_CONVENTION)
        for name, joint in JOINTS.items()
        if _known(recording.angles, name)
        and _was_seen(markers, joint.proximal)
        and _was_seen(markers, joint.distal)
    }
    used = {s for name in angles for s in (JOINTS[name].proximal, JOINTS[name].distal)}
    if not angles:
        raise UnreadableFile(
            recording.person,
            "no joint has both its segments' markers and its angles",
            "leave this person out",
        )
    paths = {s: _markers_of(markers, s) for s in SEGMENTS if s in used}
    kept = _longest(recording.person, [*paths.values(), *angles.values()], markers.rate_hz)
    return Parts(
        markers_m={s: path[kept] for s, path in paths.items()},
        angles_rad={name: columns[kept] for name, columns in angles.items()},
        rate_hz=markers.rate_hz,
        kept=kept,
        feet_m=_feet(markers, kept),
        missing=tuple(p for p in (*SEGMENTS, *JOINTS) if p not in used and p not in angles),
    )


def _feet(markers: MarkerRecording, kept: slice) -> dict[str, Float[np.ndarray, "time 3"]]:
    paths = {
        side: markers[f"foot_{side}_1"][kept]
        for side in SIDES
        if f"foot_{side}_1" in markers.markers
    }
    return {side: path for side, path in paths.items() if np.isfinite(path).all()}


def _longest(person: str, signals: list[np.ndarray], rate_hz: float) -> slice:
    known = [np.isfinite(signal.reshape(len(signal), -1)).all(axis=1) for signal in signals]
    kept = gaps.longest_run(np.all(known, axis=0))
    if kept.stop - kept.start < SHORTEST_S * rate_hz:
        raise UnreadableFile(
            person,
            f"markers and angles are known together for less than {SHORTEST_S:g} s",
            "leave this person out",
        )
    return kept


def _known(angles: dict[str, np.ndarray], joint: str) -> bool:
    return joint in angles and bool(np.isfinite(angles[joint]).any())


def _was_seen(markers: MarkerRecording, segment: str) -> bool:
    names = [f"{segment}_{i}" for i in (1, 2, 3)]
    return all(n in markers.markers and np.isfinite(markers[n]).any() for n in names)


def _markers_of(markers: MarkerRecording, segment: str) -> np.ndarray:
    return np.stack([markers[f"{segment}_{i}"] for i in (1, 2, 3)], axis=1)
