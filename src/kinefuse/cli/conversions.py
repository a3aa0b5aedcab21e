"""Every conversion, one row each."""

from pathlib import Path

from kinefuse.cli.convert_models import MODELS
from kinefuse.cli.convert_recordings import PREDICTIONS, RECORDINGS
from kinefuse.cli.convert_stores import STORES
from kinefuse.cli.convert_types import Conversion
from kinefuse.errors import UnknownChoice, UnreadableFile

WAYS = ("published", "kinefuse")
CONVERSIONS: tuple[Conversion, ...] = (*STORES, *MODELS, *PREDICTIONS, *RECORDINGS)
"""In the order in which they are tried."""


def conversion_for(source: Path, to: str) -> Conversion:
    """The row that a source belongs to.

    Raises:
        UnknownChoice: ``to`` is not one of ``WAYS``.
        UnreadableFile: The source does not exist, or is nothing that can be converted so.
    """
    if to not in WAYS:
        raise UnknownChoice("kind of file", to, known=WAYS)
    if not source.exists():
        raise UnreadableFile(source, "there is no such file or directory", "check the path")
    rows = [row for row in CONVERSIONS if row.recognises(source)]
    for row in rows:
        if row.to == to:
            return row
    if rows:
        raise UnreadableFile(source, f"this is of the kind '{to}' already", "nothing is to be done")
    known = "; ".join(row.what for row in CONVERSIONS if row.to == to)
    raise UnreadableFile(source, "nothing here is known", f"give one of these: {known}")
