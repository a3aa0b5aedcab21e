"""Which sessions a study is of, and what each is called."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.formats import format_of
from kinefuse.sessions import FILE_NAME

BETWEEN = "__"
"""Between the names of folders, as in the files of a store."""


class SameSession(KinefuseError):
    """A recording is named twice."""

    def __init__(self, path: Path) -> None:
        super().__init__(f"{path} is named twice; name every session once.")


@dataclass(frozen=True, kw_only=True)
class Session:
    """A recording and its name in the study."""

    name: str
    """Unique; its folder of results is called so."""
    path: Path
    """Absolute, since workers may run elsewhere."""


def is_study(paths: Sequence[Path], maps: Sequence[Path] = ()) -> bool:
    """Whether these are several sessions: more than one path, or a folder with some in it."""
    if len(paths) != 1:
        return len(paths) > 1
    (path,) = paths
    return (
        path.is_dir()
        and not _is_session(path, maps)
        and any(_is_session(below, maps) for below in _below(path, maps))
    )


def sessions_of(paths: Sequence[Path], out: Path, maps: Sequence[Path] = ()) -> tuple[Session, ...]:
    """The sessions that are named, and those in folders that are named.

    A folder without a recording, nor one anywhere in it, counts as a session: it will fail, and
    nobody has to find out later that it was passed over.

    Args:
        paths: Recordings, or folders of recordings.
        out: Where results go; it is not looked into.
        maps: Format maps that may recognise recordings, before all others.

    Raises:
        SameSession: One is there twice.
        BadStreamMap: A map is faulty.
    """
    results = out.absolute()
    found = [session for path in paths for session in _in(path.absolute(), results, maps)]
    for path in found:
        if found.count(path) > 1:
            raise SameSession(path)
    return tuple(
        Session(name=name, path=path) for name, path in zip(_names(found), found, strict=True)
    )


def _in(path: Path, results: Path, maps: Sequence[Path]) -> Iterator[Path]:
    if not path.is_dir() or _is_session(path, maps):
        yield path
        return
    below = [each for each in _folders(path) if each != results]
    if any(_is_session(each, maps) for each in _below(path, maps)):
        for each in below:
            yield from _in(each, results, maps)
    else:
        yield path


def _folders(path: Path) -> list[Path]:
    return [
        each for each in sorted(path.iterdir()) if each.is_dir() and not each.name.startswith(".")
    ]


def _below(path: Path, maps: Sequence[Path]) -> Iterator[Path]:
    """All folders in a folder, the nearest first; not those within sessions."""
    for each in _folders(path):
        yield each
        if not _is_session(each, maps):
            yield from _below(each, maps)


def _is_session(path: Path, maps: Sequence[Path]) -> bool:
    if (path / FILE_NAME).is_file():
        return True
    try:
        format_of(path, maps)
    except UnreadableFile:
        return False
    return True


def _names(paths: Sequence[Path]) -> list[str]:
    """The last parts of the paths, as few as tell them apart."""
    deepest = max((len(path.parts) for path in paths), default=1)
    for count in range(1, deepest):
        names = [BETWEEN.join([*path.parts[-count:-1], path.stem]) for path in paths]
        if len({name.lower() for name in names}) == len(names):
            return names
    return [BETWEEN.join([*path.parts[1:-1], path.name]) for path in paths]
