"""Zip files from strangers: unpacked file by file under numbers, and counted while they grow.

What an archive says of its sizes is checked first and not believed afterwards. Links, locked files
and names that lead elsewhere refuse the whole archive: no honest program writes them.
"""

import errno
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.app.limits import Limits
from kinefuse.app.names import is_clutter, parts_of
from kinefuse.app.refusals import BadArchive, TooBig, TooMany

_READ_BYTES = 256 * 1024
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # what every system's own zip writes
_LOCKED = 0x1  # general purpose bit 0, APPNOTE.TXT 4.4.4
# Text of numbers shrinks to a third or a tenth; constant columns to a hundredth. Deflate's limit,
# which bombs are built to reach, is 1,032 (zlib's technical details).
_MOST_SHRUNK = 200
_WORTH_ASKING_BYTES = 16 * 1024 * 1024
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    struct.error,
    EOFError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""All that zipfile raises on files that were cut or changed at random."""


@dataclass(frozen=True, kw_only=True)
class Room:
    """How much of an archive may still be taken in."""

    files: int
    bytes: int
    need_on_disk: Callable[[int], object] = lambda _: None
    """Asked for so many bytes before they are written; raises where the disk has no room."""


def is_zip(name: str) -> bool:
    """Whether a file claims to be an archive; workbooks and arrays are zip files too but do not."""
    return name.lower().endswith(".zip")


def unpack(
    archive: Path, shown: str, into: Path, room: Room, limits: Limits
) -> list[tuple[str, Path]]:
    """Unpack into a folder under numbers.

    Args:
        archive: The file.
        shown: What its owner calls it.
        into: An empty folder; whoever made it deletes it, whatever happens.
        room: What is left for its files.
        limits: Of each file.

    Returns:
        Names as the archive has them, and where each lies.

    Raises:
        BadArchive: Damaged, locked, with links, or grown beyond what it says.
        BadName: A name that leads elsewhere.
        TooBig: A file, or all of them, are more than there is room for.
        TooMany: So are the files.
        NoRoom: The disk has too little.
    """
    with _readable(shown), zipfile.ZipFile(archive) as opened:
        files = [info for info in opened.infolist() if not info.is_dir()]
        for info in files:
            parts_of(info.filename, limits.name_letters)
        wanted = [info for info in files if not is_clutter(info.filename)]
        _check(wanted, shown, room, limits)
        unpacked, left = [], room.bytes
        for number, info in enumerate(wanted, start=1):
            target = into / f"{number:04d}"
            here = replace(room, bytes=min(left, limits.file_bytes))
            left -= _write(opened, info, target, here, shown)
            unpacked.append((info.filename, target))
        return unpacked


def _check(wanted: list[zipfile.ZipInfo], shown: str, room: Room, limits: Limits) -> None:
    if not wanted:
        raise BadArchive(shown, "the archive holds no files")
    if len(wanted) > room.files:
        raise TooMany(f"files with those in {shown}", limits.job_files, "pack one recording only")
    for info in wanted:
        kind = stat.S_IFMT(info.external_attr >> 16)
        if kind not in (0, stat.S_IFREG):
            raise BadArchive(shown, f"{info.filename[:80]!r} in it is a link or a device, no file")
        if info.flag_bits & _LOCKED:
            raise BadArchive(shown, "the archive is locked with a password")
        if info.compress_type not in _METHODS:
            raise BadArchive(shown, "the archive is packed in an unusual way")
        if info.file_size > limits.file_bytes:
            raise TooBig(
                f"{info.filename[:80]} in {shown}", limits.file_bytes, "cut the recording in pieces"
            )
    total = sum(info.file_size for info in wanted)
    packed = sum(info.compress_size for info in wanted)
    if total > room.bytes:
        raise TooBig(f"the files in {shown} together", limits.job_bytes, "pack one recording only")
    if total > _WORTH_ASKING_BYTES and total > _MOST_SHRUNK * packed:
        raise BadArchive(shown, f"it unpacks to {total // max(packed, 1)} times its size")
    room.need_on_disk(total)


def _write(
    opened: zipfile.ZipFile, info: zipfile.ZipInfo, target: Path, room: Room, shown: str
) -> int:
    written = 0
    with opened.open(info) as packed, target.open("xb") as file:
        for piece in _pieces(packed):
            written += len(piece)
            if written > room.bytes:
                raise BadArchive(shown, "it unpacks to more than it says")
            room.need_on_disk(len(piece))
            file.write(piece)
    return written


def _pieces(packed) -> Iterator[bytes]:
    while piece := packed.read(_READ_BYTES):
        yield piece


@contextmanager
def _readable(shown: str) -> Iterator[None]:
    """Whatever zipfile finds wrong with the file, as one sentence."""
    try:
        yield
    except _DAMAGE as error:
        raise BadArchive(shown, "the archive is damaged or no zip file") from error
    except OSError as error:
        if error.errno != errno.EINVAL:  # that is a place before the file's beginning
            raise
        raise BadArchive(shown, "the archive is damaged or no zip file") from error
