"""What the page's server answers instead of obeying: a sentence, and a status code of HTTP."""

import errno

from kinefuse.errors import KinefuseError


class Refused(KinefuseError):
    """Root of what the server refuses; ``status`` is HTTP's."""

    status = 422


class NotAllowed(Refused):
    """A request that does not come from the page that this server gave out."""

    status = 403

    def __init__(self, why: str) -> None:
        super().__init__(
            f"not allowed: {why}; open the address that 'kinefuse app' printed when it started."
        )


class NoSuchThing(Refused):
    """A recording or a file that is not there, or no longer."""

    status = 404

    def __init__(self, what: str) -> None:
        super().__init__(f"there is no such {what} (any more); load the page again to see what is.")


class FileGone(Refused):
    """A file is recorded and does not lie where it should."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"{name[:80]} is no longer in the workspace; remove it from the list, or drop it again."
        )


class TooBig(Refused):
    """More bytes than are taken in."""

    status = 413

    def __init__(self, what: str, limit_bytes: int, way_out: str) -> None:
        super().__init__(f"{what}: more than {in_words(limit_bytes)}; {way_out}.")


class TooMany(Refused):
    """More files or recordings than are taken in."""

    status = 413

    def __init__(self, what: str, limit: int, way_out: str) -> None:
        super().__init__(f"more than {limit} {what}; {way_out}.")


class NoRoom(Refused):
    """The disk is full, or nearly."""

    status = 507

    def __init__(self) -> None:
        super().__init__(
            "the disk with the workspace is nearly full; delete recordings that are no longer "
            "needed, or start 'kinefuse app --workspace' with a folder on another disk."
        )


def is_full(error: OSError) -> bool:
    """Whether it says that nothing more can be written."""
    return error.errno in (errno.ENOSPC, errno.EDQUOT)


class BadName(Refused):
    """A file's name that could lead elsewhere, or is no name."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"the name {name[:80]!r} {why}; rename the file and drop it again.")


class BadArchive(Refused):
    """A zip file that is damaged, locked or made to do harm."""

    def __init__(self, name: str, why: str) -> None:
        super().__init__(f"{name[:80]}: {why}; unpack it yourself and drop the folder instead.")


class NotNow(Refused):
    """The recording is in a state in which this cannot be done."""

    status = 409

    def __init__(self, name: str, state: str, wanted: str) -> None:
        super().__init__(f"{name} is {state}; {wanted}.")


class NotUnderstood(Refused):
    """A request that this page would not send."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the request was not understood ({what}); load the page again.")


class WorkspaceInUse(KinefuseError):
    """Two servers would start each other's estimates."""

    def __init__(self, folder: object) -> None:
        super().__init__(
            f"{folder}: another 'kinefuse app' uses this workspace; go on in its page, or name "
            "another folder with --workspace."
        )


def in_words(size_bytes: int) -> str:
    """A size for people."""
    size, units = float(size_bytes), ["bytes", "KiB", "MiB", "GiB"]
    while size >= 1024 and len(units) > 1:
        size, units = size / 1024, units[1:]
    return f"{size:.3g} {units[0]}"
