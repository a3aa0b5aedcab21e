"""Files for other programs, made from an estimate: a module a format, each a row of ``EXPORTS``."""

from collections.abc import Generator, Iterable
from pathlib import Path

from kinefuse.errors import UnknownChoice
from kinefuse.estimation import Estimate
from kinefuse.exports import (
    biovision,
    json_document,
    opensim_angles,
    opensim_orientations,
    parquet_tables,
    text_tables,
    vicon_c3d,
)
from kinefuse.exports.export_format import CannotExport, ExportFormat
from kinefuse.progress import Progress

EXPORTS = {
    row.name: row
    for row in (
        *opensim_angles.FORMATS,
        *opensim_orientations.FORMATS,
        *text_tables.FORMATS,
        *parquet_tables.FORMATS,
        vicon_c3d.FORMAT,
        biovision.FORMAT,
        json_document.FORMAT,
    )
}
"""Every file that an estimate can become, by what it is asked for with."""

__all__ = [
    "EXPORTS",
    "CannotExport",
    "ExportFormat",
    "export_estimate",
    "export_format",
    "possible",
]


def export_format(name: str) -> ExportFormat:
    """The row of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in EXPORTS:
        raise UnknownChoice("export", name, known=EXPORTS)
    return EXPORTS[name]


def possible(estimate: Estimate) -> list[str]:
    """Names of the rows that this estimate knows enough for."""
    return [name for name, row in EXPORTS.items() if not row.lacks(estimate)]


def export_estimate(
    estimate: Estimate, names: Iterable[str], folder: Path
) -> Generator[Progress, None, None]:
    """Write the files of these rows into an existing folder; same names are replaced.

    Raises:
        UnknownChoice: There is no row of one of these names.
        CannotExport: The estimate does not know what one of them needs.
    """
    rows = [export_format(name) for name in names]
    for row in rows:
        if lacking := row.lacks(estimate):
            raise CannotExport(row.name, lacking)
    for done, row in enumerate(rows, start=1):
        row.write(estimate, folder / row.file)
        yield Progress(done, len(rows), row.file)
