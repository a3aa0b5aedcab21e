r"""The final table for a paper: plain ``tabular``, which needs no package.

A file for ``\input``; each condition and activity is a tabular of its own, to be put where it
is wanted.
"""

from collections.abc import Iterator

import polars as pl

from kinefuse.report.final_table import COLUMNS, SCORES, cell_name
from kinefuse.report.templating import people

_SPECIAL = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
} | {character: f"\\{character}" for character in "&%$#_{}"}
_WORDS = ("joint", "method", "answer")


def escaped(text: str) -> str:
    """Text that LaTeX prints as it is."""
    return "".join(_SPECIAL.get(character, character) for character in text)


def latex_tables(final: pl.DataFrame) -> str:
    """Every row of ``final_table``, a tabular each condition and activity."""
    groups = final.group_by("condition", "activity", maintain_order=True)
    tables = ["\n".join(_tabular(str(c), str(a), group)) for (c, a), group in groups]
    return "% RMSE in degrees, mean and SD over people\n" + "\n\n".join(tables) + "\n"


def _tabular(condition: str, activity: str, group: pl.DataFrame) -> Iterator[str]:
    columns = len(_WORDS) + len(SCORES) * len(COLUMNS)
    many = people(int(group["people"].to_numpy().max()))
    title = escaped(f"{activity}, sensors {condition}, {many}")
    yield rf"\begin{{tabular}}{{{'l' * len(_WORDS)}{'r' * (columns - len(_WORDS))}}}"
    yield r"\hline"
    yield rf"\multicolumn{{{columns}}}{{l}}{{{title}}} \\"
    spans = "".join(rf" & \multicolumn{{{len(COLUMNS)}}}{{c}}{{{score}}}" for score in SCORES)
    yield "&" * (len(_WORDS) - 1) + spans + r" \\"
    yield " & ".join([*_WORDS, *(plane for _ in SCORES for plane in COLUMNS)]) + r" \\"
    joint_before = None
    for row in group.iter_rows(named=True):
        if row["joint"] != joint_before:
            yield r"\hline"
        joint_before = row["joint"]
        words = [escaped(row[name]) for name in _WORDS]
        cells = [_cell(row, plane, score) for score in SCORES for plane in COLUMNS]
        yield " & ".join([*words, *cells]) + r" \\"
    yield r"\hline"
    yield r"\end{tabular}"


def _cell(row: dict, plane: str, score: str) -> str:
    value, spread = (row[cell_name(plane, score, spread=sd)] for sd in (False, True))
    if value is None:
        return "--"
    return f"{value:.2f}" if spread is None else rf"{value:.2f} $\pm$ {spread:.2f}"
