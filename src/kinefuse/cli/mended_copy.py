"""The folder that ``kinefuse check --fix`` writes: a recording as far as it could be mended."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.errors import KinefuseError, UnreadableFile

if TYPE_CHECKING:
    from kinefuse.doctor import Fixed

LOG_FILE = "log.md"
_NAMED = 3  # files that an error lists


class CopyWithoutPlace(KinefuseError):
    """A copy is to be written and nobody said where, or the other way round."""

    def __init__(self) -> None:
        super().__init__(
            "a mended copy of a recording needs both --fix and --out FOLDER; give both, or neither."
        )


class CopyOverRecording(KinefuseError):
    """The copy would take the place of what it is a copy of."""

    def __init__(self, out: Path) -> None:
        super().__init__(f"{out} holds the recording itself; choose another --out for the copy.")


class NoEarlierCopy(KinefuseError):
    """A folder that is to be replaced holds what no copy is made of."""

    def __init__(self, out: Path, others: Sequence[str]) -> None:
        named = ", ".join(others[:_NAMED]) + (", ..." if len(others) > _NAMED else "")
        super().__init__(
            f"{out} holds {named}, which is no part of a mended copy and would be lost; choose "
            "another --out, or take that out of the folder."
        )


def refuse_place_of_copy(
    out: Path, recording: Path, maps: Sequence[Path], json: Path | None, *, force: bool
) -> None:
    """Stop before any work is done for a place that a copy cannot take.

    Args:
        out: The folder.
        recording: What is to be copied.
        maps: Format maps that may be needed to find it.
        json: Where findings go; perhaps into the same folder.
        force: An earlier copy may be replaced, and nothing else.

    Raises:
        CopyOverRecording: The recording lies there.
        WouldOverwrite: Something does, and ``force`` is not said.
        NoEarlierCopy: Something else than an earlier copy does.
    """
    from kinefuse.sessions import find
    from kinefuse.whole_folders import refuse_to_overwrite

    found = find(recording, maps)
    taken = [path.resolve() for path in (found.path, found.recording)]
    if any(path.is_relative_to(out.resolve()) for path in taken):
        raise CopyOverRecording(out)
    refuse_to_overwrite(out, force=force)
    if out.is_dir():
        beside = [json.name] if json and json.resolve().parent == out.resolve() else []
        others = sorted({file.name for file in out.iterdir()} - _parts(out, beside))
        if others:
            raise NoEarlierCopy(out, others)


def write_copy(recording: Path, copy: "Fixed", out: Path) -> None:
    """Streams, ``session.toml`` where places are known, and what was done; nothing else is left."""
    from kinefuse.formats.streams_folder import write_streams
    from kinefuse.sessions import FILE_NAME, write_description
    from kinefuse.whole_files import write_text
    from kinefuse.whole_folders import replaced_folder

    streams = replace(copy.streams, notes=(*copy.streams.notes, *copy.log))
    with replaced_folder(out) as folder:
        write_streams(folder, streams)
        if copy.description.sensors:
            description = replace(copy.description, recording=".", map=None)
            write_description(folder / FILE_NAME, description)
        lines = "".join(f"- {words}\n" for words in copy.log)
        write_text(
            folder / LOG_FILE,
            f"# What was mended in this copy\n\nOf `{recording}`, which is as it was:\n\n{lines}",
        )


def _parts(out: Path, beside: Iterable[str]) -> set[str]:
    """Files that an earlier copy there is made of; only ``beside`` where none was needed."""
    from kinefuse.formats.streams_folder import files_of
    from kinefuse.sessions import FILE_NAME

    try:
        streams = files_of(out)
    except UnreadableFile:
        return {*beside}
    return {*streams, FILE_NAME, LOG_FILE, *beside}
