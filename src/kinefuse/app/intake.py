"""Files on their way from the page into the workspace, counted as they come."""

import asyncio
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.app.archives import Room, is_zip, unpack
from kinefuse.app.names import is_clutter, parts_of
from kinefuse.app.records import Job
from kinefuse.app.refusals import TooBig
from kinefuse.app.store import JobStore


async def receive(
    store: JobStore, job_id: str, name: str, announced: int | None, pieces: AsyncIterator[bytes]
) -> Job:
    """Take in a file, or the files in a zip.

    Args:
        store: Where the recording is.
        job_id: Which recording.
        name: What the browser calls the file, folders included; kept as words only.
        announced: How many bytes it says will come; what comes is counted all the same.
        pieces: The bytes.

    Raises:
        BadName: A name that leads elsewhere.
        TooBig: More bytes than are taken in; the rest is not listened to.
        NoRoom: The disk would be left with less than is spared.
        BadArchive: See ``archives.unpack``.
        NotNow: The recording is no longer being described.
    """
    limits = store.limits
    parts_of(name, limits.name_letters)
    job = store.change(job_id, only=["draft"])
    if is_clutter(name):
        return job
    limit = min(limits.file_bytes, limits.job_bytes - job.size_bytes)
    store.need_room(min(announced or 0, limit))
    with _corner(store) as corner:
        arrived = corner / "arrived"
        await _write(arrived, name, announced, _asked(store, pieces), limit)
        if not is_zip(name):
            return store.add_files(job_id, [(name, arrived)])
        # In a thread: a gigabyte takes seconds to unpack, and the page shall answer meanwhile.
        return await asyncio.to_thread(_add_unpacked, store, job_id, name, arrived, corner)


def _add_unpacked(store: JobStore, job_id: str, name: str, archive: Path, corner: Path) -> Job:
    job, limits = store.get(job_id), store.limits
    room = Room(
        files=limits.job_files - len(job.files),
        bytes=limits.job_bytes - job.size_bytes,
        need_on_disk=store.need_room,
    )
    into = corner / "unpacked"
    into.mkdir()
    return store.add_files(job_id, unpack(archive, name, into, room, limits))


async def _asked(store: JobStore, pieces: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """Each piece once the disk has room for it: others fill it too, and asking costs little."""
    async for piece in pieces:
        store.need_room(len(piece))
        yield piece


async def _write(
    target: Path, name: str, announced: int | None, pieces: AsyncIterator[bytes], limit: int
) -> None:
    too_big = TooBig(name[:80], limit, "cut the recording in pieces, or leave out other files")
    if announced is not None and announced > limit:
        raise too_big
    written = 0
    with target.open("xb") as file:
        async for piece in pieces:
            written += len(piece)
            if written > limit:
                raise too_big
            file.write(piece)


@contextmanager
def _corner(store: JobStore) -> Iterator[Path]:
    """A folder of the workspace for what is not known to be welcome yet."""
    folder = Path(tempfile.mkdtemp(prefix="arriving-", dir=store.workspace))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
