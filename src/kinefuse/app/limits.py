"""How much a page may put onto the disk."""

from dataclasses import dataclass

MIB = 2**20
GIB = 2**30


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds of what is taken in; everything is counted while it arrives."""

    file_bytes: int = GIB
    """One file, packed or unpacked. Seven sensors at 200 Hz as text for two hours: 0.8 GiB."""
    job_bytes: int = 4 * GIB
    """All files of a recording, after unpacking."""
    job_files: int = 400
    """Files of a recording: a published tree has 24, a vendor's export two or three a sensor."""
    jobs: int = 300
    """Recordings in a workspace; the page lists all of them."""
    name_letters: int = 240
    """Of a file's name with its folders: what file systems allow for one name is 255."""
    body_bytes: int = 64 * 1024
    """What the page says at once (a description); files come another way."""
    spare_bytes: int = 256 * MIB
    """Left free on the disk for results, and for everybody else."""
