"""Reads ``session.toml``: what a person says about a recording, key by key."""

import math
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.spatial.transform import Rotation

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.session_description import CLOCKS, Person, SensorPlace, SessionDescription
from kinefuse.sessions.errors import BadDescription

FILE_NAME = "session.toml"
"""The small file beside a recording, or above it."""
ACTIVITIES = ("walking", "running")
_TOP = ("name", "activity", "recording", "map", "clock", "person", "sensors")
_PERSON = {"height_m": (0.4, 2.6), "mass_kg": (2.0, 400.0)}
"""And the range that ``Person`` accepts."""
_LONGEST_FILE = 1_000_000  # bytes; a description has two thousand
_NORM_TOLERANCE = 0.01  # four places by hand; a mistyped digit is far outside


def read_description(path: Path) -> SessionDescription:
    """Read a ``session.toml``, or the one in a folder.

    Raises:
        UnreadableFile: There is none, or it is no TOML.
        BadDescription: A key is unknown, missing or holds what it cannot; the message names it.
    """
    file = path / FILE_NAME if path.is_dir() else path
    words = _words(file)
    _check_keys(file, "", words, _TOP)
    sensors = _table(file, words, "sensors")
    for segment in sensors:
        if segment not in SEGMENTS:
            raise BadDescription(
                file, f"sensors.{segment}", "is no segment", f"use {', '.join(SEGMENTS)}"
            )
    activity = _one_of(ACTIVITIES, file, "activity", words.get("activity", ACTIVITIES[0]))
    places = {s: _place(file, s, sensors) for s in SEGMENTS if s in sensors}
    _refuse_two_places(file, places)
    try:
        return SessionDescription(
            name=_text(file, "name", words.get("name", file.absolute().parent.name)),
            recording=_text(file, "recording", words.get("recording", ".")),
            map=_text(file, "map", words["map"]) if "map" in words else None,
            clock=_one_of(CLOCKS, file, "clock", words["clock"]) if "clock" in words else None,
            activity=activity,
            sensors=places,
            person=_person(file, words),
        )
    except BadDescription:
        raise
    except KinefuseError as error:
        raise BadDescription(
            file, "sensors", f"cannot be ({str(error).rstrip('.')})", "correct that line"
        ) from error


def _words(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise UnreadableFile(
            file, "there is no such file", f"run 'kinefuse session new {file.parent}' to make one"
        )
    if file.stat().st_size > _LONGEST_FILE:
        raise UnreadableFile(file, "it is far too long for a description", "look what it is")
    try:
        return tomllib.loads(file.read_text(encoding="utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableFile(
            file,
            f"it is no TOML ({str(error).splitlines()[0] if str(error) else 'nested too deeply'})",
            "mend that line (words stand between straight quotes, paths are written with /), or "
            f"run 'kinefuse session new {file.parent} --force' to start anew",
        ) from error


def _check_keys(file: Path, above: str, words: Mapping[str, Any], known) -> None:
    for key in words:
        if key not in known:
            raise BadDescription(
                file, f"{above}{key}", "is no key of it", f"use {', '.join(known)}, or remove it"
            )


def _table(file: Path, words: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = words.get(key, {})
    if not isinstance(found, dict):
        raise BadDescription(file, key, "is no table", f"begin one by a line [{key}]")
    return found


def _text(file: Path, key: str, value: object) -> str:
    if not isinstance(value, str) or not value.strip():
        raise BadDescription(
            file, key, f"is {value!r} where words are expected", f'write {key} = "..."'
        )
    return value


def _one_of(known: Sequence[str], file: Path, key: str, value: object) -> str:
    said = _text(file, key, value)
    if said not in known:
        raise BadDescription(file, key, f"is '{said}'", f"write one of: {', '.join(known)}")
    return said


def _person(file: Path, words: Mapping[str, Any]) -> Person:
    said = _table(file, words, "person")
    _check_keys(file, "person.", said, _PERSON)
    for key, value in said.items():
        low, high = _PERSON[key]
        if not _is_number(value) or not low <= value <= high:
            raise BadDescription(
                file, f"person.{key}", f"is {value!r}", f"write a number from {low:g} to {high:g}"
            )
    return Person(**{key: float(value) for key, value in said.items()})


def _place(file: Path, segment: str, sensors: Mapping[str, Any]) -> SensorPlace:
    key = f"sensors.{segment}"
    said = _table(file, {key: sensors[segment]}, key)
    _check_keys(file, f"{key}.", said, ("label", *_MOUNTINGS))
    if "label" not in said:
        raise BadDescription(file, key, "has no label", 'write label = "..." as the files have it')
    given = [name for name in _MOUNTINGS if name in said]
    if len(given) > 1:
        raise BadDescription(
            file, key, f"tells the mounting twice ({' and '.join(given)})", "keep one of them"
        )
    mounting = _MOUNTINGS[given[0]](file, f"{key}.{given[0]}", said[given[0]]) if given else None
    return SensorPlace(label=_text(file, f"{key}.label", said["label"]), R_segment_sensor=mounting)


def _refuse_two_places(file: Path, places: Mapping[str, SensorPlace]) -> None:
    segment_of: dict[str, str] = {}
    for segment, place in places.items():
        other = segment_of.setdefault(place.label, segment)
        if other != segment:
            raise BadDescription(
                file,
                f"sensors.{segment}.label",
                f"is '{place.label}', which is on {other} already",
                "give each segment a sensor of its own",
            )


def _matrix(file: Path, key: str, value: object) -> Float[np.ndarray, "3 3"]:
    way_out = "write three rows of three numbers, a right-handed rotation"
    rows = value if isinstance(value, list) and len(value) == 3 else []
    if not rows or not all(_is_row(row, 3) for row in rows):
        raise BadDescription(file, key, "is no 3 by 3 matrix", way_out)
    R = np.array(rows, dtype=float)
    if np.abs(R @ R.T - np.eye(3)).max() > _NORM_TOLERANCE or np.linalg.det(R) < 0:
        raise BadDescription(file, key, "is no rotation", way_out)
    return R if np.allclose(R @ R.T, np.eye(3), atol=1e-9) else _nearest(R)


def _nearest(R: Float[np.ndarray, "3 3"]) -> Float[np.ndarray, "3 3"]:
    """The rotation that rounded digits stand for."""
    left, _, right = np.linalg.svd(R)
    return left @ right


def _quaternion(file: Path, key: str, value: object, order: str) -> Float[np.ndarray, "3 3"]:
    if not _is_row(value, 4) or abs(np.linalg.norm(np.array(value, float)) - 1) > _NORM_TOLERANCE:
        raise BadDescription(
            file, key, "is no unit quaternion", f"write four numbers, in the order {order}"
        )
    scalar_first = order == "w, x, y, z"
    return Rotation.from_quat(np.array(value, float), scalar_first=scalar_first).as_matrix()


def _wxyz(file: Path, key: str, value: object) -> Float[np.ndarray, "3 3"]:
    return _quaternion(file, key, value, "w, x, y, z")


def _xyzw(file: Path, key: str, value: object) -> Float[np.ndarray, "3 3"]:
    return _quaternion(file, key, value, "x, y, z, w")


_MOUNTINGS = {
    "R_segment_sensor": _matrix,
    "q_segment_sensor_wxyz": _wxyz,
    "q_segment_sensor_xyzw": _xyzw,
}
"""Ways to write how a sensor is mounted; each takes sensor axes to segment axes."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _is_row(value: object, length: int) -> bool:
    return isinstance(value, list) and len(value) == length and all(map(_is_number, value))
