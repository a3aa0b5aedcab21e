"""Writes ``session.toml`` so that a person can read and change it."""

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.session_description import CLOCKS, SensorPlace, SessionDescription
from kinefuse.sessions.description_file import ACTIVITIES
from kinefuse.whole_files import write_text

_HEAD = """\
# Which sensor is where, on whom, doing what. Read by kinefuse; edit it as you like.
"""
_SENSORS = """\
# One table a sensor. Segments: {segments}.
# label: as the recording names the sensor. A mounting that is known may be added as one of
#   R_segment_sensor = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
#   q_segment_sensor_wxyz = [1.0, 0.0, 0.0, 0.0]
#   q_segment_sensor_xyzw = [0.0, 0.0, 0.0, 1.0]
# each takes the sensor's axes to the segment's (x forward, y up, z right); without it the
# mounting is found from the movement.
"""


def write_description(
    path: Path, description: SessionDescription, remarks: Mapping[str, str] | None = None
) -> None:
    """Write a ``session.toml``; an existing one is replaced, and only by a whole one.

    Args:
        path: The file.
        description: What it is to say.
        remarks: One-line comments, by segment; the one of '' stands at the top.
    """
    write_text(path, description_text(description, remarks or {}))


def description_text(description: SessionDescription, remarks: Mapping[str, str]) -> str:
    """What ``session.toml`` holds: ``read_description`` makes an equal description of it."""
    person = {
        "height_m": (description.person.height_m, "1.75"),
        "mass_kg": (description.person.mass_kg, "70.0"),
    }
    lines = [
        f"name = {_quoted(description.name)}",
        f"activity = {_quoted(description.activity)}  # {' or '.join(ACTIVITIES)}",
        f"recording = {_quoted(description.recording)}  # file or folder, seen from this file",
        *_map_line(description),
        *_clock_line(description),
        "",
        "[person]",
        *(
            f"# {key} = {usual}" if value is None else f"{key} = {_number(value)}"
            for key, (value, usual) in person.items()
        ),
    ]
    places = [s for s in SEGMENTS if s in description.sensors]
    tables = [_table(s, description.sensors[s], remarks.get(s, "")) for s in places]
    head = _HEAD + "".join(f"# {_one_line(line)}\n" for line in remarks.get("", "").splitlines())
    sensors = _SENSORS.format(segments=", ".join(SEGMENTS))
    return "\n".join([head, *lines, "", sensors, *tables])


def _map_line(description: SessionDescription) -> list[str]:
    if description.map is None:
        return []
    return [
        f"map = {_quoted(description.map)}  # the format map that reads it, seen from this file"
    ]


def _clock_line(description: SessionDescription) -> list[str]:
    if description.clock is None:
        return []
    return [f"clock = {_quoted(description.clock)}  # of the sensors: {' or '.join(CLOCKS)}"]


def _table(segment: str, place: SensorPlace, remark: str) -> str:
    lines = [f"[sensors.{segment}]"]
    comment = f"  # {_one_line(remark)}" if remark else ""
    lines.append(f"label = {_quoted(place.label)}{comment}")
    if place.R_segment_sensor is not None:
        lines.append(f"R_segment_sensor = {_matrix(place.R_segment_sensor)}")
    return "\n".join([*lines, ""])


def _quoted(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL, which TOML wants escaped."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _one_line(text: str) -> str:
    """Without what may not stand in a comment."""
    return "".join(c if c.isprintable() else " " for c in text)


def _number(value: float) -> str:
    return repr(float(value))


def _matrix(R: Float[np.ndarray, "3 3"]) -> str:
    rows = (", ".join(_number(v) for v in row) for row in R)
    return f"[{', '.join(f'[{row}]' for row in rows)}]"
