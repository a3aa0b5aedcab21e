"""Reads a workbook (.xlsx) with nothing but a zip and an XML reader."""

import re
import zipfile
from pathlib import Path
from xml.etree import ElementTree

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


class Workbook:
    """Values by sheet and cell, for instance ``book["people"]["B3"]``."""

    def __init__(self, file: Path) -> None:
        with zipfile.ZipFile(file) as parts:
            assert parts.testzip() is None
            names = _root(parts, "xl/workbook.xml").iter(f"{_MAIN}sheet")
            shared = [
                "".join(text.text or "" for text in entry.iter(f"{_MAIN}t"))
                for entry in _root(parts, "xl/sharedStrings.xml").iter(f"{_MAIN}si")
            ]
            self.xml = {
                sheet.get("name"): _root(parts, f"xl/worksheets/sheet{i}.xml")
                for i, sheet in enumerate(names, start=1)
            }
        self.sheets = {name: _cells(root, shared) for name, root in self.xml.items()}

    def __getitem__(self, sheet):
        return self.sheets[sheet]

    def row(self, sheet, number, first="A"):
        """Values of one row from a column on, as far as they go without a gap."""
        values = []
        column = _number(first)
        while f"{_letters(column)}{number}" in self[sheet]:
            values.append(self[sheet][f"{_letters(column)}{number}"])
            column += 1
        return values

    def frozen(self, sheet):
        """Rows and columns that stay."""
        pane = next(self.xml[sheet].iter(f"{_MAIN}pane"))
        return int(pane.get("ySplit", 0)), int(pane.get("xSplit", 0))

    def formulas(self):
        """Cells that compute something."""
        return [cell for root in self.xml.values() for cell in root.iter(f"{_MAIN}f")]


def _root(parts, name):
    return ElementTree.fromstring(parts.read(name))


def _cells(root, shared):
    cells = {}
    for cell in root.iter(f"{_MAIN}c"):
        value = cell.find(f"{_MAIN}v")
        if value is not None:
            is_text = cell.get("t") == "s"
            cells[cell.get("r")] = shared[int(value.text)] if is_text else float(value.text)
    return cells


def _number(letters):
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _letters(number):
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(ord("A") + rest) + letters
    return letters


def split_address(address):
    """('B', 3) of 'B3'."""
    letters, digits = re.fullmatch(r"([A-Z]+)(\d+)", address).groups()
    return letters, int(digits)
