"""Tables in text files of vendors: a head in words, a line of names, rows of numbers.

Lenient where vendors differ (encoding, separator, decimal comma, trailing separators, empty
cells), strict where numbers could be wrong: a cell that is no number is named, a last row that was
cut short is refused, and one without an end of line is not believed.
"""

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from jaxtyping import Float

from kinefuse.errors import UnreadableFile
from kinefuse.formats.clock_times import seconds_since_first
from kinefuse.formats.words import printable

_HEAD_BYTES = 64_000  # no vendor's head is longer; recognising need not read hours of numbers
_HEAD_LINES = 200
_SEPARATORS = ("\t", ";", ",")


@dataclass(frozen=True)
class TextHead:
    """What stands above the numbers."""

    above: tuple[str, ...]
    """Lines before the names."""
    names: tuple[str, ...]
    below: tuple[tuple[str, ...], ...]
    """Cells of the lines between names and numbers."""
    separator: str
    lines: int
    """How many lines come before the first row."""

    def found(self, pattern: str) -> str | None:
        """First group of the first line above that matches; None if there is none."""
        matches = (re.search(pattern, line) for line in self.above)
        match = next((match for match in matches if match), None)
        return None if match is None else printable(match[1] if match.re.groups else match[0])


@dataclass(frozen=True)
class TextTable:
    """Numbers of the columns asked for, and what was not believed."""

    columns: Mapping[str, Float[np.ndarray, " time"]]
    notes: tuple[str, ...]


def read_head(
    path: Path, names_pattern: str, lines_below: int = 0, separator: str = "auto"
) -> TextHead | None:
    """The head of a file, told by what its line of names contains; None if it has no such line."""
    with path.open("rb") as file:
        text = _decoded(file.read(_HEAD_BYTES))
    lines = text.splitlines()
    for i, line in enumerate(lines[:_HEAD_LINES]):
        if re.search(names_pattern, line):
            chosen = _likely_separator(line) if separator == "auto" else separator
            below = lines[i + 1 : i + 1 + lines_below]
            return TextHead(
                above=tuple(lines[:i]),
                names=_cells(line, chosen),
                below=tuple(_cells(row, chosen) for row in below),
                separator=chosen,
                lines=i + 1 + lines_below,
            )
    return None


def rows_below(path: Path, head: TextHead) -> bytes:
    """Its rows as other readers want them: UTF-8, a point in every number, plain ends of lines.

    Where commas do not separate cells they are decimal.
    """
    text = "\n".join(_decoded(path.read_bytes()).splitlines()[head.lines :])
    return (text if head.separator == "," else text.replace(",", ".")).encode()


def read_rows(
    path: Path, head: TextHead, wanted: Iterable[str], clock: str | None = None
) -> TextTable:
    """Columns below a head, in float64; what is empty or not there is NaN.

    Args:
        path: The file.
        head: Of it.
        wanted: Names of columns.
        clock: The one of them that may hold times of a clock in place of seconds.

    Raises:
        UnreadableFile: There is no row, a wanted cell is no number, or the last row is cut.
    """
    text = _decoded(path.read_bytes())
    rows = text.splitlines(keepends=True)[head.lines :]
    while rows and not rows[-1].strip():
        rows.pop()
    if not rows:
        raise UnreadableFile(path, "there is no sample in it", "record or export it again")
    _refuse_cut_row(path, rows, head.separator)
    notes = ()
    if not rows[-1].endswith(("\n", "\r")) and len(rows) > 1:
        rows.pop()
        notes = (
            f"{path.name}: its last row has no end of line and may be cut, so it is left out.",
        )
    return TextTable(_numbers(path, head, rows, tuple(dict.fromkeys(wanted)), clock), notes)


def _numbers(
    path: Path, head: TextHead, rows: list[str], wanted: tuple[str, ...], clock: str | None
) -> dict[str, np.ndarray]:
    widest = 1 + max(row.count(head.separator) for row in rows)
    keys = [f"{i}" for i in range(max(len(head.names), widest))]
    body = "".join(rows).encode()
    try:
        table = pl.read_csv(
            io.BytesIO(body),
            has_header=False,
            separator=head.separator,
            schema={key: pl.String for key in keys},
            quote_char=None,
            truncate_ragged_lines=True,
        )
    except pl.exceptions.PolarsError as error:
        said = str(error).splitlines()[0]
        raise UnreadableFile(path, f"not a table of numbers ({said})", "export it again") from error
    return {
        name: numbers_in(
            path, name, table[keys[head.names.index(name)]], head.separator, clock=name == clock
        )
        for name in wanted
    }


def numbers_in(
    path: Path, name: str, cells: pl.Series, separator: str, *, clock: bool
) -> Float[np.ndarray, " time"]:
    """Numbers of a column's cells, NaN where they are empty.

    Args:
        path: The file, for messages.
        name: The column's, for messages.
        cells: As they are written.
        separator: Between cells; where it is no comma, commas are decimal.
        clock: Whether times of a clock are taken as seconds since the first of them.

    Raises:
        UnreadableFile: A cell is no number.
    """
    plain = cells.str.strip_chars(" \t\r\"'")
    if separator != ",":
        plain = plain.str.replace(",", ".", literal=True)
    missing = plain.is_null() | (plain == "")
    numbers = plain.cast(pl.Float64, strict=False)
    bad = numbers.is_null() & ~missing
    if clock and bad.any():
        shown_s = seconds_since_first(plain)
        if shown_s is not None:
            return shown_s
    if bad.any():
        row = int(bad.arg_max() or 0)
        raise UnreadableFile(
            path,
            f"column {name} holds '{printable(str(plain[row])[:30])}' in row {row + 1}",
            "export it again, with seconds or times such as 09:15:00.010"
            if clock
            else "export it again",
        )
    return numbers.fill_null(np.nan).to_numpy().astype(np.float64)


def _refuse_cut_row(path: Path, rows: list[str], separator: str) -> None:
    usual = rows[0].rstrip().count(separator)
    if rows[-1].rstrip("\r\n").count(separator) < usual and not rows[-1].endswith(("\n", "\r")):
        raise UnreadableFile(
            path, "its last row is incomplete, so the file is truncated", "copy or export it again"
        )


def _cells(line: str, separator: str) -> tuple[str, ...]:
    cells = [printable(cell.strip().strip("\"'").strip()) for cell in line.split(separator)]
    while cells and not cells[-1]:
        cells.pop()
    return tuple(cells)


def _likely_separator(line: str) -> str:
    return max(_SEPARATORS, key=line.count)


def _decoded(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", errors="replace")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":  # of the head, cut within a character
            return data[: error.start].decode("utf-8-sig")
        return data.decode("latin-1")
