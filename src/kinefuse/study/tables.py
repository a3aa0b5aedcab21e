"""The tables of a study, as CSV for programs and as a workbook for people."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import polars as pl

from kinefuse.report.workbook import Block, Sheet, can_write_workbooks, write_workbook
from kinefuse.study.measures import SCHEMA
from kinefuse.study.sessions import Session
from kinefuse.whole_files import written_whole

STUDY_CSV, STUDY_XLSX, FAILURES_CSV = "study.csv", "study.xlsx", "failures.csv"
_FAILURE_SCHEMA = {"session": pl.String, "recording": pl.String, "sentence": pl.String}
_OF_A_SESSION = ("duration_s", "rate_hz", "activity", "method", "model", "verdict", "doubts")


def write_tables(
    out: Path, rows: Sequence[pl.DataFrame], failed: Sequence[tuple[Session, str]]
) -> tuple[Path, ...]:
    """Write ``study.csv``, ``failures.csv`` and, where XlsxWriter is installed, ``study.xlsx``.

    Args:
        out: Folder of the study.
        rows: Of every finished session, in order.
        failed: Sessions without results, and why.

    Returns:
        The files.
    """
    study = pl.concat([pl.DataFrame(schema=SCHEMA), *rows])
    failures = pl.DataFrame(
        [(session.name, str(session.path), sentence) for session, sentence in failed],
        schema=_FAILURE_SCHEMA,
        orient="row",
    )
    files = [out / STUDY_CSV, out / FAILURES_CSV]
    for file, table in zip(files, (study, failures), strict=True):
        with written_whole(file) as beside:
            table.write_csv(beside)
    if can_write_workbooks():
        files.append(out / STUDY_XLSX)
        with written_whole(files[-1]) as beside:
            write_workbook(beside, list(_sheets(study, failures)))
    return tuple(files)


def _sheets(study: pl.DataFrame, failures: pl.DataFrame) -> Iterator[Sheet]:
    block = Block(
        title="Degrees; mean and SD over strides; uncertainty is one standard deviation",
        table=study.select([name for name in SCHEMA if name not in _OF_A_SESSION]),
        headings=[_heading(name) for name in SCHEMA if name not in _OF_A_SESSION],
    )
    yield Sheet(name="study", blocks=[block], frozen=(2, 4))
    columns = ["session", *_OF_A_SESSION]
    sessions = study.select(columns).unique(maintain_order=True)
    block = Block(
        title="A row a session", table=sessions, headings=[_heading(name) for name in columns]
    )
    yield Sheet(name="sessions", blocks=[block])
    block = Block(title="Without results, and why", table=failures, headings=list(_FAILURE_SCHEMA))
    yield Sheet(name="failures", blocks=[block])


def _heading(column: str) -> str:
    """``range_sd_deg`` -> ``range SD [deg]``."""
    units = {"_deg": "deg", "_steps_min": "steps/min", "_percent": "%", "_hz": "Hz", "_s": "s"}
    for ending, unit in units.items():
        if column.endswith(ending):
            stem = column.removesuffix(ending).replace("_", " ").replace(" sd", " SD")
            return f"{stem} [{unit}]"
    return column.replace("_", " ")
