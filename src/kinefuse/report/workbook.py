"""Tables as a workbook (.xlsx): readable numbers, bold headings that stay when one scrolls.

Written by XlsxWriter, which comes with the extra 'train'. Text is always text: a name that begins
with '=' is not executed by whoever opens the file.
"""

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import polars as pl

from kinefuse.errors import KinefuseError

if TYPE_CHECKING:
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

_LONGEST_NAME = 31  # of a sheet, Excel's limit
_WIDEST, _NARROWEST = 40, 8  # columns, in characters
_SIGNIFICANT = 1e-2  # smaller numbers are shown with an exponent


class NoWorkbook(KinefuseError):
    """The library that writes workbooks is not installed."""

    def __init__(self, instead: str) -> None:
        super().__init__(
            "a workbook needs XlsxWriter, which is not installed; "
            f"pip install 'kinefuse[train]', or {instead}."
        )


@dataclass(frozen=True, kw_only=True)
class Block:
    """One table on a sheet, under a title and one row of headings."""

    title: str
    table: pl.DataFrame
    headings: Sequence[str]
    """Of the columns, for people."""
    row: int = 0
    column: int = 0
    """Where its title stands; counted from 0."""

    @property
    def rows(self) -> int:
        """How many it takes, title and headings included."""
        return 2 + len(self.table)


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """Tables that are seen together."""

    name: str
    blocks: Sequence[Block]
    frozen: tuple[int, int] = (2, 1)
    """Rows and columns that stay while the rest is scrolled."""


def can_write_workbooks() -> bool:
    """Whether XlsxWriter is installed."""
    return find_spec("xlsxwriter") is not None


def write_workbook(file: Path, sheets: Sequence[Sheet]) -> None:
    """Write all sheets to a new file.

    Raises:
        NoWorkbook: XlsxWriter is not installed.
    """
    if not can_write_workbooks():
        raise NoWorkbook("use the CSV files beside")
    from xlsxwriter import Workbook

    with Workbook(str(file)) as workbook:
        formats = {
            "title": workbook.add_format({"bold": True, "font_size": 12}),
            "heading": workbook.add_format({"bold": True, "bottom": 1, "text_wrap": True}),
            "number": workbook.add_format({"num_format": "0.00"}),
            "small": workbook.add_format({"num_format": "0.0E+00"}),
            "plain": None,
        }
        for name, sheet in zip(_names(sheets), sheets, strict=True):
            _write_sheet(workbook, name, sheet, formats)


def _write_sheet(workbook: "Workbook", name: str, sheet: Sheet, formats: dict[str, Any]) -> None:
    page = workbook.add_worksheet(name)
    page.freeze_panes(*sheet.frozen)
    page.set_landscape()
    page.fit_to_pages(1, 0)
    widths: dict[int, int] = {}
    for block in sheet.blocks:
        page.write_string(block.row, block.column, block.title, formats["title"])
        for i, (heading, values) in enumerate(
            zip(block.headings, block.table.get_columns(), strict=True), start=block.column
        ):
            page.write_string(block.row + 1, i, heading, formats["heading"])
            for j, value in enumerate(values, start=block.row + 2):
                _write_cell(page, (j, i), value, formats)
            widths[i] = max(widths.get(i, _NARROWEST), _width(values, heading))
    for i, width in widths.items():
        page.set_column(i, i, width)


def _write_cell(
    page: "Worksheet", place: tuple[int, int], value: object, formats: dict[str, Any]
) -> None:
    """Numbers as numbers, words as words; what is not known stays empty."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return
    if isinstance(value, bool):
        page.write_string(*place, "yes" if value else "no")
    elif isinstance(value, int | float):
        whole, tiny = isinstance(value, int), 0 < abs(value) < _SIGNIFICANT
        style = "plain" if whole else "small" if tiny else "number"
        page.write_number(*place, value, formats[style])
    else:
        page.write_string(*place, str(value))


def _width(values: pl.Series, heading: str) -> int:
    longest = max((len(str(v)) for v in values if isinstance(v, str)), default=0)
    words = max((len(word) for word in heading.split()), default=0)
    return min(_WIDEST, max(longest, words) + 2)


def _names(sheets: Sequence[Sheet]) -> list[str]:
    """Names that Excel takes, all different."""
    taken: list[str] = []
    for sheet in sheets:
        plain = re.sub(r"[\[\]:*?/\\']", "-", sheet.name)[:_LONGEST_NAME] or "sheet"
        name, number = plain, 2
        while name.lower() in {other.lower() for other in taken}:
            tail = f" {number}"
            name, number = plain[: _LONGEST_NAME - len(tail)] + tail, number + 1
        taken.append(name)
    return taken
