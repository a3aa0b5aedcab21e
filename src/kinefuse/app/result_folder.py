"""The folder of a recording's results: filled beside its place, listed, and packed."""

import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kinefuse.app.records import DOWNLOAD, ResultFile
from kinefuse.whole_folders import replaced_folder

WHAT_FILES_ARE = {
    "report.html": "The report: read this first",
    "view.html": "The person in motion, to watch",
    "angles.csv": "All angles over time, as a table",
    "angles.mot": "All angles for OpenSim",
    "estimate.h5": "The whole estimate, for kinefuse",
    "summary.json": "What was found, for programs",
    "mends.txt": "What was mended in the copy",
}


def listed(folder: Path) -> tuple[ResultFile, ...]:
    """The files of results, what people read first."""
    order = list(WHAT_FILES_ARE)
    names = [file.name for file in folder.iterdir() if file.is_file()]
    return tuple(
        ResultFile(
            name=name,
            size_bytes=(folder / name).stat().st_size,
            what=WHAT_FILES_ARE.get(name, ""),
        )
        for name in sorted(names, key=lambda n: (order.index(n) if n in order else len(order), n))
    )


def pack(folder: Path, stem: str) -> None:
    """All files in one, as one downloads them."""
    files = [file for file in folder.iterdir() if file.is_file()]
    with zipfile.ZipFile(folder / DOWNLOAD, "w", zipfile.ZIP_DEFLATED) as archive:
        for file in files:
            archive.write(file, f"{stem}/{file.name}")


@contextmanager
def replaced(folder: Path) -> Iterator[Path]:
    """A folder to fill that takes the place of an earlier one when all went well."""
    for left in folder.parent.glob(f"{folder.name}.partial*"):  # of a process that was killed
        shutil.rmtree(left, ignore_errors=True)
    with replaced_folder(folder) as beside:
        yield beside
