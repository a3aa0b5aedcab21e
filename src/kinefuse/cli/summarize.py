"""``kinefuse summarize``: what searches have found, as a workbook, a table and a page."""

from collections import Counter
from collections.abc import Generator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kinefuse.errors import KinefuseError, UnknownChoice, WouldOverwrite

if TYPE_CHECKING:
    import polars as pl

    from kinefuse.progress import Progress
    from kinefuse.search.outcomes import StudyOutcomes

SUFFIXES = (".xlsx", ".csv")


class NothingFinished(KinefuseError):
    """No trial of any of the studies was trained to its end."""

    def __init__(self, studies: Sequence[Path]) -> None:
        super().__init__(
            f"none of the trials of {', '.join(map(str, studies))} is finished; "
            "let 'kinefuse search' go on, and summarize then."
        )


def summarize(
    studies: Annotated[
        list[Path], typer.Argument(help="Folders that 'kinefuse search' wrote, or folders of such.")
    ],
    out: Annotated[
        Path,
        typer.Option(help="Workbook (.xlsx) to write; the others get its name. .csv: no workbook."),
    ],
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Summarize searches, finished or still running, as in the paper.

    Reads study.json and the trials' outcome.json. Writes three files of one name: .xlsx (a sheet a
    joint; validation left, test right; CNNs above, LSTMs below; best first), .csv (a row a model)
    and .html (pictures of each search: history, importance, the score against every setting).
    """
    from kinefuse.cli.progress import watch
    from kinefuse.report.search_summary import in_order, model_table
    from kinefuse.whole_folders import files_of

    files = _files(out)
    for file in files:
        if file.exists() and not force:
            raise WouldOverwrite(file)
    found = in_order(_told_apart(watch(_read(_folders(studies)), "reading")))
    models = model_table(found)
    if models.is_empty():
        raise NothingFinished(studies)
    with files_of(out.parent) as folder:
        for file in files:
            WRITERS[file.suffix](folder / file.name, found, models)
    _print_bests(models)
    print(f"Summary: {', '.join(str(file) for file in files)}")


def _files(out: Path) -> list[Path]:
    """The asked for and those beside it.

    Raises:
        UnknownChoice: The name ends in neither suffix.
        NoWorkbook: A workbook is wanted, and the library that writes them is not installed.
    """
    from kinefuse.report.workbook import NoWorkbook, can_write_workbooks

    if out.suffix not in SUFFIXES:
        raise UnknownChoice("suffix of --out", out.suffix, known=SUFFIXES)
    wanted = [suffix for suffix in WRITERS if suffix != ".xlsx" or out.suffix == suffix]
    if ".xlsx" in wanted and not can_write_workbooks():
        raise NoWorkbook(f"say --out {out.with_suffix('.csv')} for the table and the page alone")
    return [out.with_suffix(suffix) for suffix in wanted]


def _write_workbook(file: Path, _: "Sequence[StudyOutcomes]", models: "pl.DataFrame") -> None:
    from kinefuse.report.search_summary import write_summary_workbook

    write_summary_workbook(file, models)


def _write_table(file: Path, _: "Sequence[StudyOutcomes]", models: "pl.DataFrame") -> None:
    models.write_csv(file)


def _write_page(file: Path, found: "Sequence[StudyOutcomes]", models: "pl.DataFrame") -> None:
    from kinefuse.report.search_page import render_searches

    file.write_text(render_searches(found, models), encoding="utf-8")


WRITERS = {".xlsx": _write_workbook, ".csv": _write_table, ".html": _write_page}


def _folders(named: Sequence[Path]) -> list[Path]:
    """Each study once, whether it was named or lies in a folder that was."""
    from kinefuse.search.outcomes import STUDY_FILE

    folders: dict[Path, Path] = {}
    for path in named:
        patterns = (STUDY_FILE, f"*/{STUDY_FILE}", f"*/*/{STUDY_FILE}")
        inside = [file.parent for pattern in patterns for file in sorted(path.glob(pattern))]
        for folder in inside or [path]:  # without any, reading says what is wrong
            folders.setdefault(folder.resolve(), folder)
    return list(folders.values())


def _read(folders: Sequence[Path]) -> "Generator[Progress, None, list[StudyOutcomes]]":
    from kinefuse.progress import Progress
    from kinefuse.search.outcomes import read_study

    found = []
    for done, folder in enumerate(folders, start=1):
        found.append(read_study(folder))
        yield Progress(done, len(folders), folder.name)
    return found


def _told_apart(found: "list[StudyOutcomes]") -> "list[StudyOutcomes]":
    """Studies of one name, in different folders, are called by these."""
    names = Counter(study.name for study in found)
    return [
        replace(study, name=str(study.folder)) if names[study.name] > 1 else study
        for study in found
    ]


def _print_bests(models: "pl.DataFrame") -> None:
    """The best model of each activity, joint and network."""
    bests = models.group_by("activity", "joint", "network", maintain_order=True).first()
    for row in bests.iter_rows(named=True):
        test = row["test_score_deg"]
        print(
            f"{row['activity']}, {row['joint']}, {row['network'].upper()}: best {row['study']} "
            f"trial {row['trial']}, {row['score_deg']:.2f} deg on validation people"
            + ("" if test is None else f", {test:.2f} on test people")
        )
