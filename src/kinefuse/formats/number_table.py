"""Numbers in text files, one row a sample: read strictly, written whole or not at all."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.text_table import numbers_in
from kinefuse.whole_files import written_whole

Columns = dict[str, Float[np.ndarray, " time"]]


def read_columns(
    path: Path,
    names: Sequence[str],
    *,
    separator: str,
    skip_lines: int,
    wanted: Sequence[str],
    rows: bytes | None = None,
    clock: str | None = None,
) -> Columns:
    """Columns of a text file, in float64; an empty cell is NaN.

    Args:
        path: The file.
        names: What its columns are, from the left; no two alike.
        separator: What stands between two cells.
        skip_lines: Header lines before the first row of numbers.
        wanted: The columns to return; no other has to hold numbers.
        rows: What to read in place of the file, where that had to be rewritten first.
        clock: The wanted column that may hold times of a clock in place of seconds.

    Raises:
        UnreadableFile: There is no row, a wanted cell is not a number, or the last row is cut.
    """
    kinds = {name: pl.Float64 if name in wanted and name != clock else pl.String for name in names}
    try:
        table = pl.read_csv(
            path if rows is None else rows,
            schema=kinds,
            separator=separator,
            skip_rows=skip_lines,
            has_header=False,
        )
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        why = "rows differ in length" if "schema" in said.lower() else said
        raise UnreadableFile(path, f"not a table of numbers ({why})", "export it again") from error
    table = _without_blank_end(table).select(wanted)
    if table.is_empty():
        raise UnreadableFile(path, "there is no sample in it", "record or export it again")
    if any(cell is None for cell in table.row(-1)):
        raise UnreadableFile(
            path, "its last row is incomplete, so the file is truncated", "copy or export it again"
        )
    return {
        name: numbers_in(path, name, table[name], separator, clock=True)
        if name == clock
        else table[name].fill_null(np.nan).to_numpy()
        for name in wanted
    }


def _without_blank_end(table: pl.DataFrame) -> pl.DataFrame:
    """Up to the last row with anything in it: exports end in blank lines, which are no samples."""
    rows = table.height
    while rows and all(cell is None for cell in table.row(rows - 1)):
        rows -= 1
    return table.head(rows)


def write_columns(path: Path, columns: Columns, *, decimals: int | None, head: str = "") -> None:
    """Write columns side by side; a file of that name is replaced, and only by a whole one.

    Args:
        path: Where to; ``.csv`` gets commas, anything else tabs.
        columns: What to write, with names.
        decimals: Digits after the point; None writes every number exactly.
        head: Lines above the column names.
    """
    separator = "," if path.suffix == ".csv" else "\t"
    with written_whole(path) as beside, beside.open("wb") as file:
        file.write(head.encode())
        pl.DataFrame(columns).write_csv(file, separator=separator, float_precision=decimals)
