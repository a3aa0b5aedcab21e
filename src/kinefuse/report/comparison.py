"""The final tables of several methods side by side, each number beside the published one."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.report.final_table import COLUMNS, SCORES, cell_name
from kinefuse.report.published_figures import CALIBRATED_DEG, PUBLISHED

METHOD_WORDS = {
    "published": "published recipe",
    "ours": "ours, joint by joint",
    "map": "ours, whole body",
}
"""Columns in this order; other methods come after them under their own names."""
SCORE_WORDS = {"raw": "Raw", "calibrated": "Calibrated (both means removed)"}


@dataclass(frozen=True)
class Cell:
    """One number, its spread over people, and whether no other answer of its row is better."""

    deg: float | None
    sd_deg: float | None
    best: bool


@dataclass(frozen=True)
class Row:
    """One plane of one joint."""

    joint: str
    plane: str
    cells: Sequence[Cell]
    published: str
    """The published number in words; empty where there is none."""


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """One activity and condition under one score."""

    condition: str
    activity: str
    score: str
    people: int
    answers: Sequence[tuple[str, str]]
    """Method and answer of every column, in words."""
    rows: Sequence[Row]


@dataclass(frozen=True)
class Headline:
    """The paper's one sentence: below which error every joint and activity stays, a plane."""

    plane: str
    cells: Sequence[Cell]
    published: str


def columns_of(answers: Sequence[tuple[str, str]]) -> Mapping[str, int]:
    """How many columns each method has, in order."""
    names = [method for method, _ in answers]
    return {name: names.count(name) for name in names}


def comparisons(final: pl.DataFrame) -> list[Comparison]:
    """A table for every condition, activity and score, joints and planes down."""
    groups = final.group_by("condition", "activity", maintain_order=True)
    return [
        _comparison(group, str(condition), str(activity), score)
        for (condition, activity), group in groups
        for score in SCORES
    ]


def headlines(
    final: pl.DataFrame, condition: str
) -> tuple[list[tuple[str, str]], Sequence[Headline]]:
    """The largest calibrated error of every answer over joints and activities, a plane.

    Only over those that every answer has, so that nobody looks better for having tried less; an
    answer that shares none with the others has no number.

    Returns:
        Method and answer of every column, and the rows.
    """
    chosen = final.filter(condition=condition)
    answers = _answers(chosen)
    chosen = _shared(chosen, answers)
    rows = []
    for plane, (mean, sd) in CALIBRATED_DEG.items():
        found = [_largest(chosen, answer, plane) for answer in answers]
        rows.append(Headline(plane, _marked(found), f"< {mean:.2f} ± {sd:.2f}"))
    return [_words(answer) for answer in answers], rows


def _comparison(group: pl.DataFrame, condition: str, activity: str, score: str) -> Comparison:
    answers = _answers(group)
    return Comparison(
        condition=condition,
        activity=activity,
        score=score,
        people=int(group["people"].to_numpy().max()),
        answers=[_words(answer) for answer in answers],
        rows=list(_rows(group, answers, activity, score)),
    )


def _rows(
    group: pl.DataFrame, answers: Sequence[tuple[str, str]], activity: str, score: str
) -> Iterator[Row]:
    for joint in JOINT_KINDS:
        lines = {
            (line["method"], line["answer"]): line
            for line in group.filter(joint=joint).iter_rows(named=True)
        }
        for plane in COLUMNS if lines else ():
            found = [_number(lines.get(answer), plane, score) for answer in answers]
            figure = PUBLISHED.get((activity, joint, plane, score))
            yield Row(joint, plane, _marked(found), figure.words if figure else "")


def _answers(group: pl.DataFrame) -> list[tuple[str, str]]:
    """Columns: the published recipe first; a network that two methods share is shown once."""
    order = [*METHOD_WORDS, *group["method"].unique(maintain_order=True)]
    every = group.select("method", "answer").unique(maintain_order=True).rows()
    answers = sorted(every, key=lambda answer: order.index(answer[0]))
    shown: dict[tuple, tuple[str, str]] = {}
    for method, answer in answers:
        numbers = group.filter(method=method, answer=answer).drop("method", "answer")
        shown.setdefault(tuple(numbers.sort("condition", "activity", "joint").rows()),
                         (method, answer))  # fmt: skip
    return list(shown.values())


def _number(line: dict | None, plane: str, score: str) -> tuple[float | None, float | None]:
    if line is None:
        return None, None
    return line[cell_name(plane, score)], line[cell_name(plane, score, spread=True)]


def _shared(chosen: pl.DataFrame, answers: Sequence[tuple[str, str]]) -> pl.DataFrame:
    """Rows of the activities and joints that every answer has."""
    of = ["activity", "joint"]
    had = [
        chosen.filter(method=method, answer=answer).select(of).unique()
        for method, answer in answers
    ]
    for places in had:
        chosen = chosen.join(places, on=of, how="semi", maintain_order="left")
    return chosen


def _largest(
    chosen: pl.DataFrame, answer: tuple[str, str], plane: str
) -> tuple[float | None, float | None]:
    names = [cell_name(plane, "calibrated", spread=spread) for spread in (False, True)]
    rows = chosen.filter(method=answer[0], answer=answer[1]).select(names).rows()
    known = [row for row in rows if row[0] is not None]
    return max(known, key=lambda row: row[0]) if known else (None, None)


def _marked(found: Sequence[tuple[float | None, float | None]]) -> list[Cell]:
    known = [deg for deg, _ in found if deg is not None]
    several = len(known) > 1
    return [Cell(deg, sd, several and deg is not None and deg == min(known)) for deg, sd in found]


def _words(answer: tuple[str, str]) -> tuple[str, str]:
    return METHOD_WORDS.get(answer[0], answer[0]), answer[1]
