"""Lengths of trials as one drawing (SVG): how many trials are how long, kept and dropped apart."""

from collections.abc import Iterable, Iterator
from html import escape

import numpy as np

from kinefuse.dataset.description import TrialFacts

_WIDTH, _PANEL_HEIGHT = 640, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 60, 20, 46, 48
_MOST_BARS, _MOST_TICKS = 30, 11
_STEPS_S = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60, 120, 300, 600, 1800, 3600)
_KEPT, _DROPPED = "#0072b2", "#e69f00"  # Okabe & Ito 2008


def length_figure(facts: Iterable[TrialFacts]) -> str:
    """A panel an activity: bars of trials by length [s], those that are dropped on top."""
    known = [fact for fact in facts if np.isfinite(fact.seconds)]
    activities = sorted({fact.activity for fact in known})
    height = _PANEL_HEIGHT * max(1, len(activities))
    parts = []
    for row, activity in enumerate(activities):
        theirs = [fact for fact in known if fact.activity == activity]
        parts += _panel(theirs, activity, row * _PANEL_HEIGHT, _edges(known))
    if not activities:
        parts.append(f'<text x="{_LEFT}" y="{_TOP}">no trial has a length</text>')
    body = "\n".join(parts)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" '
        f'width="{_WIDTH}" height="{height}" font-family="sans-serif" font-size="12">\n'
        f'<rect width="{_WIDTH}" height="{height}" fill="white"/>\n{body}\n</svg>\n'
    )


def _edges(facts: list[TrialFacts]) -> np.ndarray:
    """Edges of the bars [s], the same in every panel: a round step, and some room around."""
    seconds = np.array([fact.seconds for fact in facts])
    span = float(np.ptp(seconds))
    step = next((s for s in _STEPS_S if span / s <= _MOST_BARS - 3), span or 1.0)
    first = np.floor(seconds.min() / step + 0.5) - 0.5  # round lengths in the middle of a bar
    last = np.floor(seconds.max() / step + 0.5) + 0.5
    room = max(1, round((5 - (last - first)) / 2))
    return step * np.arange(max(first - room, -0.5), last + room + 0.5)


def _panel(facts: list[TrialFacts], activity: str, top: float, edges: np.ndarray) -> Iterator[str]:
    kept, dropped = (
        np.histogram([f.seconds for f in facts if f.kept == wanted], edges)[0]
        for wanted in (True, False)
    )
    highest = int((kept + dropped).max())
    floor = top + _PANEL_HEIGHT - _BOTTOM
    scale_y = (_PANEL_HEIGHT - _TOP - _BOTTOM) / highest
    scale_x = (_WIDTH - _LEFT - _RIGHT) / (edges[-1] - edges[0])
    yield from _title(activity, int(kept.sum()), int(dropped.sum()), top)
    for tick in _whole_ticks(highest):
        y = floor - tick * scale_y
        yield f'<path d="M{_LEFT} {y:.1f}H{_WIDTH - _RIGHT}" stroke="#ddd"/>'
        yield f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{tick}</text>'
    for i in np.flatnonzero(kept + dropped):
        x = _LEFT + (edges[i] - edges[0]) * scale_x
        width = (edges[i + 1] - edges[i]) * scale_x
        below = 0.0
        for count, colour in ((kept[i], _KEPT), (dropped[i], _DROPPED)):
            if count:
                y = floor - (below + count) * scale_y
                yield (
                    f'<rect x="{x + 0.1 * width:.1f}" y="{y:.1f}" width="{0.8 * width:.1f}" '
                    f'height="{count * scale_y:.1f}" fill="{colour}"/>'
                )
            below += count
    yield from _time_axis(edges, floor, scale_x)


def _title(activity: str, kept: int, dropped: int, top: float) -> Iterator[str]:
    y = top + 24
    yield f'<text x="{_LEFT}" y="{y}" font-weight="bold">{escape(activity)}</text>'
    x = _LEFT + 110
    for word, count, colour in (("kept", kept, _KEPT), ("dropped", dropped, _DROPPED)):
        yield f'<rect x="{x}" y="{y - 10}" width="12" height="12" fill="{colour}"/>'
        yield f'<text x="{x + 17}" y="{y}">{word}: {count}</text>'
        x += 110
    middle = top + (_PANEL_HEIGHT + _TOP - _BOTTOM) / 2
    turned = f"translate({_LEFT - 42} {middle:.0f}) rotate(-90)"
    yield f'<text transform="{turned}" text-anchor="middle">trials</text>'


def _time_axis(edges: np.ndarray, floor: float, scale_x: float) -> Iterator[str]:
    step = next((s for s in _STEPS_S if (edges[-1] - edges[0]) / s <= _MOST_TICKS), edges[-1])
    first, last = np.ceil(edges[0] / step), np.floor(edges[-1] / step)
    yield f'<path d="M{_LEFT} {floor:.1f}H{_WIDTH - _RIGHT}" stroke="black"/>'
    for tick in step * np.arange(first, last + 1):
        x = _LEFT + (tick - edges[0]) * scale_x
        yield f'<path d="M{x:.1f} {floor:.1f}v4" stroke="black"/>'
        yield f'<text x="{x:.1f}" y="{floor + 17:.1f}" text-anchor="middle">{tick:g}</text>'
    x = (_LEFT + _WIDTH - _RIGHT) / 2
    yield f'<text x="{x:.0f}" y="{floor + 36:.1f}" text-anchor="middle">length of trial, s</text>'


def _whole_ticks(highest: int) -> list[int]:
    step = next(s for s in (1, 2, 5, 10, 20, 50, 100, 200, 500, 10**9) if highest / s <= 5)
    return list(range(0, highest + 1, step))
