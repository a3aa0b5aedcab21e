"""The workbook of an evaluation: the final table, what was published, and every person."""

from collections.abc import Iterator
from pathlib import Path

import polars as pl

from kinefuse.report.final_table import COLUMNS, SCORES, final_table, person_table
from kinefuse.report.published_figures import PUBLISHED
from kinefuse.report.workbook import Block, Sheet, write_workbook


def write_results_workbook(file: Path, scores: pl.DataFrame) -> None:
    """Write the tables of one or several evaluations.

    Raises:
        NoWorkbook: XlsxWriter is not installed.
    """
    write_workbook(file, list(_sheets(scores)))


def _sheets(scores: pl.DataFrame) -> Iterator[Sheet]:
    final, people = final_table(scores), person_table(scores)
    said = "RMSE in degrees, mean and SD over people; calibrated: with both means removed"
    words = ["condition", "activity", "joint", "method", "answer"]
    pairs = [f"{plane} {score}" for score in SCORES for plane in COLUMNS]
    numbers = [heading for pair in pairs for heading in (pair, f"{pair} SD")]
    block = Block(title=said, table=final, headings=[*words, "people", *numbers])
    yield Sheet(name="final table", blocks=[block], frozen=(2, len(words)))
    said = "RMSE in degrees, mean over each person's trials and legs"
    block = Block(title=said, table=people, headings=[*words, "person", *pairs])
    yield Sheet(name="people", blocks=[block], frozen=(2, len(words) + 1))
    block = Block(title="Published, in degrees", table=_published(), headings=_PUBLISHED_HEADINGS)
    yield Sheet(name="published", blocks=[block], frozen=(2, 0))


_PUBLISHED_HEADINGS = ["activity", "joint", "plane", "score", "published", "source"]


def _published() -> pl.DataFrame:
    rows = [(*key, figure.words, figure.source) for key, figure in PUBLISHED.items()]
    return pl.DataFrame(rows, schema=_PUBLISHED_HEADINGS, orient="row")
