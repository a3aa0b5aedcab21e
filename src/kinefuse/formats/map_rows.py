"""Rows of ``FORMATS`` made of format maps: those of the package, and those of the user."""

import os
import tomllib
from collections.abc import Iterable, Sequence
from functools import partial
from importlib import resources
from pathlib import Path

from kinefuse.errors import BadStreamMap
from kinefuse.formats.mapped_recording import read_mapped_recording, why_not
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.stream_map import StreamMap, map_of, read_map
from kinefuse.progress import result_of

USER_FOLDER = "KINEFUSE_FORMATS"
"""Environment variable with the folder of the user's maps."""
_DEFAULT_FOLDER = Path(".config") / "kinefuse" / "formats"


def row_of(given: StreamMap) -> SessionFormat:
    """The row of a map."""
    return SessionFormat(
        title=given.title,
        description=given.give,
        recognises=lambda path: why_not(path, given) is None,
        why_not=partial(why_not, given=given),
        read_streams=lambda path: result_of(read_mapped_recording(path, given)),
        read_in_steps=partial(read_mapped_recording, given=given),
        beliefs=given.beliefs,
    )


def packaged_rows() -> dict[str, SessionFormat]:
    """The maps that come with the package, in the order of their files' names."""
    folder = resources.files("kinefuse") / "formats" / "maps"
    files = sorted((f for f in folder.iterdir() if f.name.endswith(".toml")), key=lambda f: f.name)
    maps = [map_of(tomllib.loads(f.read_text(encoding="utf-8")), f.name) for f in files]
    return {given.name: row_of(given) for given in maps}


def user_rows() -> dict[str, SessionFormat]:
    """The maps in the user's folder: that of ``KINEFUSE_FORMATS``, or ~/.config/kinefuse/formats.

    Raises:
        BadStreamMap: One is faulty, or two have one name.
    """
    return _rows(sorted(user_folder().glob("*.toml")), "in this folder")


def _rows(files: Iterable[Path], where: str) -> dict[str, SessionFormat]:
    rows: dict[str, SessionFormat] = {}
    for file in files:
        given = read_map(file)
        if given.name in rows:
            raise BadStreamMap(file, f"name '{given.name}' is that of another map {where}")
        rows[given.name] = row_of(given)
    return rows


def user_folder() -> Path:
    """Where the user's maps are looked for; it need not exist."""
    named = os.environ.get(USER_FOLDER)
    return Path(named) if named else Path.home() / _DEFAULT_FOLDER


def rows_of_files(files: Sequence[Path]) -> dict[str, SessionFormat]:
    """Rows of single map files that were named; one file may be named twice.

    Raises:
        BadStreamMap: One is faulty, or two have one name.
    """
    return _rows({file.absolute(): file for file in files}.values(), "named with it")
