"""Formats of one file a recording: named itself, or lying alone of its kind in the folder named."""

from pathlib import Path

from kinefuse.errors import UnreadableFile


def why_not_one(path: Path, suffixes: tuple[str, ...]) -> str | None:
    """Why a path does not mean just one file with such a suffix; None if it does."""
    if path.is_file():
        return None if path.suffix.lower() in suffixes else f"it is no {suffixes[0]} file"
    found = _files(path, suffixes)
    if len(found) > 1:
        return f"several {suffixes[0]} files are in it, so that one has to be given"
    return None if found else f"no {suffixes[0]} file is in it"


def the_file(path: Path, suffixes: tuple[str, ...]) -> Path:
    """The one file that a path means.

    Raises:
        UnreadableFile: It means none, or several.
    """
    reason = why_not_one(path, suffixes)
    if reason is not None:
        raise UnreadableFile(path, reason, f"give one {suffixes[0]} file")
    return path if path.is_file() else _files(path, suffixes)[0]


def _files(directory: Path, suffixes: tuple[str, ...]) -> list[Path]:
    if not directory.is_dir():
        return []
    return sorted(f for f in directory.iterdir() if f.is_file() and f.suffix.lower() in suffixes)
