"""What a conversion is."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from kinefuse.progress import Progress


@dataclass(frozen=True)
class Told:
    """What the user says where no name does."""

    joint: str | None = None
    activity: str | None = None
    store: Path | None = None
    """Whose people a model's predictions are about."""


@dataclass(frozen=True, kw_only=True)
class Conversion:
    """One kind of source and what becomes of it."""

    what: str
    """Source and result; completes the sentence "This is ..."."""
    to: str
    """'published' or 'kinefuse'."""
    recognises: Callable[[Path], bool]
    run: Callable[[Path, Path, Told], Iterator[Progress]]
    """From the source, into an empty folder; a message is said to the user."""
    files: Callable[[Path, Told], list[str]] | None = None
    """Names of what will be written, where it may be added to a folder that holds other things."""
