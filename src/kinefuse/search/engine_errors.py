"""What can go wrong with the machinery of a search, in a user's hands."""

from collections.abc import Iterable
from pathlib import Path

from kinefuse.errors import KinefuseError


class OtherStudy(KinefuseError):
    """The folder holds another study than the one that is asked for."""

    def __init__(self, folder: Path, differing: Iterable[str]) -> None:
        super().__init__(
            f"{folder} holds a study with another {', '.join(differing)}; repeat its command to go "
            "on with it, choose another --out, or delete that folder."
        )


class NotAStudy(KinefuseError):
    """The folder holds something, and it is no study."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"{folder} exists and holds no study; choose another --out.")


class NoDatabase(KinefuseError):
    """A study's database cannot be used."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__(
            f"the study's database {url} cannot be used ({why}); check that the server runs and "
            "the address is postgresql://USER@HOST/NAME, or leave out --storage."
        )


class SearchFailed(KinefuseError):
    """Trial after trial ends in an error."""

    def __init__(self, times: int, fault: str) -> None:
        super().__init__(
            f"{times} trials in a row failed, the last with: {fault}; mend this and repeat the "
            "command, which goes on where it was."
        )
