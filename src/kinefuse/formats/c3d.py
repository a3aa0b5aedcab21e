"""C3D files: marker paths, and the angles that a laboratory stored beside them."""

import struct
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.markersets import MarkerSet
from kinefuse.recordings import MarkerRecording

_METRES = {"mm": 1e-3, "cm": 1e-2, "m": 1.0}


def read_c3d(path: Path, markerset: MarkerSet) -> MarkerRecording:
    """Those markers of a C3D file that the marker set knows, in metres, y up, x forward.

    The file's own unit counts where it names one, the marker set's where it does not.

    Raises:
        UnreadableFile: The file is missing, empty, truncated or holds none of these markers.
    """
    labels, points, rate_hz, unit = _points(path)
    known = [marker for marker in dict.fromkeys(_wanted(markerset)) if marker in labels]
    if not known:
        raise UnreadableFile(
            path,
            f"it has no marker of the set '{markerset.name}' but {', '.join(labels[:6])}, ...",
            "name the right set with --markerset",
        )
    positions = points[[labels.index(marker) for marker in known]].transpose(1, 0, 2)
    if markerset.gap == "zero":
        positions = np.where((positions == 0).all(axis=-1, keepdims=True), np.nan, positions)
    scale = _METRES[unit or markerset.unit]
    return MarkerRecording(
        name=path.name,
        rate_hz=rate_hz,
        markers=tuple(known),
        positions_m=scale * positions @ lab_axes(markerset).T,
    )


def read_angles(path: Path, markerset: MarkerSet) -> dict[str, Float[np.ndarray, "time 3"]]:
    """The file's own joint angles, by joint name, as stored: unit and order of its convention.

    Joints that the file lacks are left out; so are all of them where the set names none.
    """
    labels, points, _, _ = _points(path)
    found = {}
    for kind in ("hip", "knee", "ankle"):
        for side in markerset.sides if kind in markerset.angles_in_file else ():
            label = markerset.angle_label(kind, side)
            if label in labels:
                found[f"{kind}_{side}"] = points[labels.index(label)]
    return found


def lab_axes(markerset: MarkerSet) -> Float[np.ndarray, "3 3"]:
    """Rotation from the laboratory's axes to x forward, y up, z right."""
    rows = [markerset.axes[name] for name in ("forward", "up", "right")]
    return np.array(
        [(-1 if row[0] == "-" else 1) * np.eye(3)["xyz".index(row[-1])] for row in rows]
    )


def _wanted(markerset: MarkerSet) -> Iterable[str]:
    for cluster in markerset.cluster_markers.values():
        yield from cluster
    for landmark in markerset.landmark_markers.values():
        yield from [landmark] if isinstance(landmark, str) else landmark.values()


def _points(path: Path) -> tuple[list[str], Float[np.ndarray, "point time 3"], float, str]:
    import ezc3d  # 60 ms that the rest of the command line need not pay

    if not path.is_file():
        raise UnreadableFile(path, "there is no such file", "check the spelling")
    try:
        c3d = ezc3d.c3d(str(path))
        point = c3d["parameters"]["POINT"]
        labels = [str(label).strip() for label in point["LABELS"]["value"]]
        points = np.asarray(c3d["data"]["points"], dtype=np.float64)[:3].transpose(1, 2, 0)
        rate_hz = float(point["RATE"]["value"][0])
        units = point.get("UNITS", {"value": []})["value"]
    except (OSError, RuntimeError, ValueError, KeyError, IndexError, MemoryError) as error:
        raise UnreadableFile(
            path, "it is empty, truncated or no C3D file", "export it again"
        ) from error
    if not labels or points.shape[1] == 0:
        raise UnreadableFile(path, "it holds no marker or no frame", "export it again")
    if path.stat().st_size < _needed_bytes(path):
        raise UnreadableFile(path, "it is truncated, its last frames are missing", "copy it again")
    unit = str(units[0]).strip().lower() if len(units) else ""
    return labels, points, rate_hz, unit if unit in _METRES else ""


def _needed_bytes(path: Path) -> int:
    """How long the file's header says it has to be; ezc3d would silently return fewer frames.

    Header words as in the C3D user guide (c3d.org): points a frame, analog values a frame, first
    and last frame (up to 65535), scale (negative: floats), first block of the data.
    """
    with path.open("rb") as file:
        header = file.read(18)
    points, analogs, first, last = struct.unpack_from("<4H", header, 2)
    scale, first_block = struct.unpack_from("<fH", header, 12)
    value_bytes = 4 if scale < 0 else 2
    frames = max(0, last - first + 1)
    return (first_block - 1) * 512 + frames * (4 * points + analogs) * value_bytes
