"""The scores of an evaluation as one drawing (SVG): bars by joint and plane, a line at the aim."""

from collections.abc import Iterator
from html import escape

import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.report.published_figures import CALIBRATED_DEG

_PANEL_WIDTH, _PANEL_HEIGHT = 300, 190
_LEFT, _TOP, _LEGEND_ROW = 56, 34, 20
_KEYS_A_ROW = 6
# Okabe & Ito 2008, and a grey
_COLOURS = (
    "#0072b2", "#56b4e9", "#009e73", "#d55e00", "#e69f00",
    "#cc79a7", "#f0e442", "#000000", "#999999",
)  # fmt: skip


def score_figure(means: pl.DataFrame) -> str:
    """Mean-removed RMSE of every answer: a row a joint and condition, a column a plane."""
    answers = list(dict.fromkeys(zip(means["method"], means["answer"], strict=True)))
    panels = [
        (activity, condition, joint)
        for activity in means["activity"].unique(maintain_order=True)
        for condition in means["condition"].unique(maintain_order=True)
        for joint in JOINT_KINDS
        if joint in means["joint"]
    ]
    width = _LEFT + len(PLANES) * _PANEL_WIDTH
    legend = _legend_height(answers)
    height = legend + len(panels) * _PANEL_HEIGHT
    parts = [*_legend(answers)]
    for row, (activity, condition, joint) in enumerate(panels):
        chosen = means.filter(activity=activity, condition=condition, joint=joint)
        for column, plane in enumerate(PLANES):
            corner = _LEFT + column * _PANEL_WIDTH, legend + row * _PANEL_HEIGHT
            title = f"{joint} {plane}, {activity}, {condition}"
            parts += _panel(
                chosen.filter(plane=plane), answers, corner, (title, CALIBRATED_DEG[plane][0])
            )
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'width="{width}" height="{height}" font-family="sans-serif" font-size="11">\n'
        f'<rect width="{width}" height="{height}" fill="white"/>\n{body}\n</svg>\n'
    )


def _legend_height(answers: list[tuple[str, str]]) -> int:
    return 10 + _LEGEND_ROW * (1 + -(-len(answers) // _KEYS_A_ROW))


def _legend(answers: list[tuple[str, str]]) -> Iterator[str]:
    y = 8
    for i, (method, answer) in enumerate(answers):
        x, y = _LEFT + 130 * (i % _KEYS_A_ROW), 8 + _LEGEND_ROW * (i // _KEYS_A_ROW)
        yield f'<rect x="{x}" y="{y}" width="12" height="12" fill="{_colour(i)}"/>'
        yield f'<text x="{x + 17}" y="{y + 10}">{escape(f"{method} {answer}")}</text>'
    y += _LEGEND_ROW
    yield f'<path d="M{_LEFT} {y + 6}h14" stroke="black" stroke-dasharray="4 3"/>'
    yield f'<text x="{_LEFT + 18}" y="{y + 10}">published score</text>'
    caption = "RMSE with the mean removed: mean and SD over people"
    yield f'<text x="{_LEFT + 130}" y="{y + 10}" fill="#555">{caption}</text>'


def _colour(i: int) -> str:
    return _COLOURS[i % len(_COLOURS)]


def _panel(
    rows: pl.DataFrame,
    answers: list[tuple[str, str]],
    corner: tuple[float, float],
    words: tuple[str, float],
) -> Iterator[str]:
    (left, top), (title, aim) = corner, words
    table = {(row["method"], row["answer"]): row for row in rows.iter_rows(named=True)}
    tops = [
        r["rmse_mean_removed_deg"] + (r["rmse_mean_removed_deg_sd"] or 0) for r in table.values()
    ]
    highest = 1.15 * max([aim, *tops])
    floor, scale = top + _PANEL_HEIGHT - 20, (_PANEL_HEIGHT - _TOP - 20) / highest
    step = (_PANEL_WIDTH - 50) / max(len(answers), 1)
    yield f'<text x="{left}" y="{top + 24}" font-weight="bold">{escape(title)}</text>'
    for tick in _ticks(highest):
        y = floor - tick * scale
        yield f'<path d="M{left} {y:.1f}h{_PANEL_WIDTH - 50}" stroke="#ddd"/>'
        yield f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:g}°</text>'
    for i, answer in enumerate(answers):
        if answer in table:
            yield from _bar(table[answer], left + (i + 0.15) * step, 0.7 * step, (floor, scale), i)
    y = floor - aim * scale
    yield f'<path d="M{left} {y:.1f}h{_PANEL_WIDTH - 50}" stroke="black" stroke-dasharray="4 3"/>'


def _bar(
    row: dict, x: float, width: float, axis: tuple[float, float], colour: int
) -> Iterator[str]:
    floor, scale = axis
    value, spread = _value(row), _spread(row)
    y, middle = floor - value * scale, x + width / 2
    yield (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{value * scale:.1f}" '
        f'fill="{_colour(colour)}"/>'
    )
    low, high = floor - max(value - spread, 0) * scale, floor - (value + spread) * scale
    yield f'<path d="M{middle:.1f} {low:.1f}V{high:.1f}" stroke="black"/>'
    yield f'<text x="{middle:.1f}" y="{floor + 13:.1f}" text-anchor="middle">{value:.2f}</text>'


def _ticks(highest: float) -> list[float]:
    step = next(s for s in (0.5, 1, 2, 5, 10, 20, 50, 1e9) if highest / s <= 5)
    return [i * step for i in range(int(highest / step) + 1)]


def _value(row: dict) -> float:
    return row["rmse_mean_removed_deg"]


def _spread(row: dict) -> float:
    return row["rmse_mean_removed_deg_sd"] or 0.0  # none for a single person
