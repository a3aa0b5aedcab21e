"""Sensor axes as the published system sets them: three markers, turned at the foot's touchdowns.

Rapp et al. (2021), J. Biomech. 116:110229, and its released code. It takes optical attitudes to
turn a sensor so: no real sensor can be aligned this way (which is why 'ours' does not do it).
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int
from scipy.signal import find_peaks

from kinefuse import so3
from kinefuse.anatomy.segments import SIDES, side_of
from kinefuse.errors import RecordingError

TOUCHDOWNS_APART_S = 0.5
"""Shortest time between two touchdowns of one foot; published as 100 samples at 200 Hz."""
PROMINENCE_M = 0.050
"""How far the foot's first marker rises between two touchdowns, at least; as published."""
_FLATTEST_SINE = 0.02  # of the markers' angle: about 1 deg; flatter ones give no plane

Path = Float[np.ndarray, "time 3"]
Samples = Int[np.ndarray, " _event"]


class NoTouchdown(RecordingError):
    """Not one foot is seen to be put down, so no sensor can be aligned as published."""

    def __init__(self, person: str, why: str) -> None:
        super().__init__(
            f"{person}: {why}, so that its sensors cannot be aligned at touchdown as published; "
            "leave this person out, or prepare with --recipe ours, which needs no touchdown."
        )


class MarkersInLine(RecordingError):
    """Three markers lie on one line and set no axes."""

    def __init__(self, segment: str) -> None:
        super().__init__(
            f"{segment}: its three markers lie on one line in at least one frame and set no axes; "
            "leave this segment or this person out."
        )


def cluster_axes(segment: str, markers_m: Float[np.ndarray, "time 3 3"]) -> so3.Rotations:
    """``R_world_cluster`` of three markers: e1 = m2 - m1, e2 = (m3 - m1) x e1, e3 = e1 x e2.

    Args:
        segment: For the error.
        markers_m: Paths; the second axis is the marker.

    Raises:
        MarkersInLine: The markers set no plane.
    """
    along, across = markers_m[:, 1] - markers_m[:, 0], markers_m[:, 2] - markers_m[:, 0]
    square = np.cross(across, along)
    area = np.linalg.norm(square, axis=-1)
    lengths = np.linalg.norm(along, axis=-1) * np.linalg.norm(across, axis=-1)
    if not (area > _FLATTEST_SINE * lengths).all():
        raise MarkersInLine(segment)
    e1, e2 = _unit(along), _unit(square)
    return np.stack([e1, e2, np.cross(e1, e2)], axis=-1)


def touchdowns(foot_marker_m: Path, rate_hz: float) -> Samples:
    """Samples where a foot's first marker is lowest: touchdowns, at any rate."""
    apart = max(1, round(TOUCHDOWNS_APART_S * rate_hz))
    found, _ = find_peaks(-foot_marker_m[:, 1], distance=apart, prominence=PROMINENCE_M)
    return found


def touchdowns_for(segment: str, by_side: Mapping[str, Samples]) -> Samples:
    """At which touchdowns a segment is aligned: its own leg's; the pelvis at those of both."""
    side = side_of(segment)
    sides = SIDES if side is None else (side,)
    found = [by_side[s] for s in sides if s in by_side]
    return np.sort(np.concatenate(found)) if found else np.zeros(0, dtype=int)


def aligned_at(R_world_cluster: so3.Rotations, samples: Samples) -> Float[np.ndarray, "3 3"]:
    """``R_cluster_sensor``: turns a whole trial so that, at touchdown, it has the world's axes.

    That is the target "x forward, y up, z right". The mean over touchdowns is the rotation with
    the least squared chordal distance to all; the published one, the leading eigenvector of the
    quaternions' outer products, is the same rotation (Markley et al. 2007, J. Guid. 30:1193).
    """
    return so3.mean(so3.transpose(R_world_cluster[samples]))


def _unit(v: Path) -> Path:
    return v / np.linalg.norm(v, axis=-1, keepdims=True)
