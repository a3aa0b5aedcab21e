"""One drawing (SVG) of curves over the gait cycle, that needs neither a script nor a library.

Colours and dashes are given by class, so that the page decides about light and dark. The first
curve is drawn solid, the second dashed, and both are labelled: nobody has to see colours.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from html import escape

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.report.plot_frame import tick_words

WIDTH, HEIGHT = 340, 236
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 26, 12, 42  # room for labels
_LEAST_SPAN_DEG = 20.0  # so that noise does not look like movement
_LABELS_APART = 14
Curve = Float[np.ndarray, " _point"]
Limits = tuple[float, float]


@dataclass(frozen=True)
class Band:
    """Mean and spread of one side in one panel [deg]."""

    side: str
    """Class that gives its colour: 'r' (first) or 'l' (second)."""
    mean_deg: Curve
    sd_deg: Curve
    kind: str = "estimate"
    """'estimate' (line and band) or 'truth' (thin line)."""
    error_deg: Curve | None = None
    """Half the width of the mean's 90 % interval, if it is known."""
    label: str = ""
    """What stands at the end of its line; the side's letter if it is empty."""

    @property
    def reach_deg(self) -> Curve:
        """How far from the mean anything is drawn."""
        return self.sd_deg if self.error_deg is None else np.maximum(self.sd_deg, self.error_deg)

    @property
    def shown(self) -> str:
        """The label."""
        return self.label or self.side.upper()


@dataclass(frozen=True, kw_only=True)
class Scene:
    """All that one drawing shows."""

    title: str
    told: str
    """The same in a sentence, for those who cannot see it."""
    bands: Sequence[Band]
    normal: tuple[Curve, Curve] | None = None
    """Mean and SD of healthy people [deg]."""
    toe_offs_percent: Mapping[str, float] = field(default_factory=dict)
    """When the foot leaves the ground, by class of the curve it belongs to."""
    differs: Bool[np.ndarray, " _point"] | None = None
    """Where two curves differ from case to case."""
    beyond: Bool[np.ndarray, " _point"] | None = None
    """Where they do so by more than their own errors could make."""


def drawing(scene: Scene) -> str:
    """The scene as SVG."""
    limits = _limits(scene)
    estimates = [band for band in scene.bands if band.kind == "estimate"]
    parts = [_grid(_ticks(*limits), *limits), _normal(scene.normal, limits)]
    parts += [
        _area(f"interval {band.side}", band.mean_deg, band.error_deg, limits)
        for band in estimates
        if band.error_deg is not None
    ]
    parts += [_area(f"band {b.side}", b.mean_deg, b.sd_deg, limits) for b in estimates]
    parts += [_toe_off(side, at) for side, at in scene.toe_offs_percent.items()]
    parts += [_line(f"{b.kind} {b.side}", b.mean_deg, limits) for b in scene.bands]
    parts += _bars("differs", scene.differs) + _bars("beyond", scene.beyond)
    parts += _labels(estimates, limits)
    told = escape(scene.told, quote=True)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{told}">'
        f"<title>{escape(scene.title)}</title><desc>{told}</desc>{''.join(parts)}</svg>"
    )


def _limits(scene: Scene) -> Limits:
    curves = [(band.mean_deg, band.reach_deg) for band in scene.bands]
    curves += [scene.normal] if scene.normal else []
    low = min(float((mean - reach).min()) for mean, reach in curves)
    high = max(float((mean + reach).max()) for mean, reach in curves)
    missing = max(0.0, _LEAST_SPAN_DEG - (high - low)) / 2
    margin = 0.06 * max(high - low, _LEAST_SPAN_DEG)
    return low - missing - margin, high + missing + margin


def _ticks(low: float, high: float) -> list[float]:
    """Round numbers, at most six."""
    step = next(s for s in (5, 10, 20, 30, 60, 90, 180, 360, 720) if (high - low) / s <= 6)
    return [float(n * step) for n in range(int(np.ceil(low / step)), int(high // step) + 1)]


def _grid(ticks: list[float], low: float, high: float) -> str:
    right, bottom = WIDTH - _RIGHT, HEIGHT - _BOTTOM
    rows = "".join(
        f'<line class="{"zero" if tick == 0 else "grid"}" x1="{_LEFT}" x2="{right}" '
        f'y1="{_y(tick, low, high):.1f}" y2="{_y(tick, low, high):.1f}"/>'
        f'<text class="tick end" x="{_LEFT - 6}" y="{_y(tick, low, high) + 4:.1f}">'
        f"{tick_words(tick, '°')}</text>"
        for tick in ticks
    )
    columns = "".join(
        f'<text class="tick middle" x="{_x(percent):.1f}" y="{bottom + 24}">{percent}</text>'
        for percent in (0, 25, 50, 75, 100)
    )
    axis = f'<text class="tick middle" x="{_x(50):.1f}" y="{HEIGHT - 3}">% of the stride</text>'
    return f"{rows}{columns}{axis}"


def _normal(normal: tuple[Curve, Curve] | None, limits: Limits) -> str:
    if normal is None:
        return ""
    mean, sd = normal
    return _area("normal", mean, sd, limits, "path") + _line("normal", mean, limits, "path")


def _area(name: str, middle: Curve, reach: Curve, limits: Limits, shape: str = "polygon") -> str:
    points = _points(middle + reach, limits) + _points(middle - reach, limits)[::-1]
    return _shape(name, points, shape, closed="Z")


def _line(name: str, curve: Curve, limits: Limits, shape: str = "polyline") -> str:
    return _shape(name, _points(curve, limits), shape, closed="")


def _shape(name: str, points: list[str], shape: str, closed: str) -> str:
    """Own curves are polygons and polylines; what lies behind them is a path."""
    if shape == "path":
        return f'<path class="{name}{" area" if closed else ""}" d="M{"L".join(points)}{closed}"/>'
    return f'<{shape} class="{name}" points="{" ".join(points)}"/>'


def _toe_off(side: str, percent: float) -> str:
    """A line from top to bottom, marked above for the first curve and below for the second."""
    x, bottom = _x(percent), HEIGHT - _BOTTOM
    mark = f"M{x - 4:.1f},{_TOP - 6}h8l-4,7Z" if side == "r" else f"M{x - 4:.1f},{bottom}h8l-4,-7Z"
    return (
        f'<line class="toeoff {side}" x1="{x:.1f}" x2="{x:.1f}" y1="{_TOP}" y2="{bottom}"/>'
        f'<path class="toemark {side}" d="{mark}"/>'
    )


def _bars(name: str, where: Bool[np.ndarray, " _point"] | None) -> list[str]:
    """Under the curves."""
    if where is None:
        return []
    return [
        f'<rect class="{name}" x="{_x(start):.1f}" y="{HEIGHT - _BOTTOM + 3}" height="6" '
        f'width="{max(_x(end) - _x(start), 2.0):.1f}"/>'
        for start, end in runs(where)
    ]


def runs(differs: Bool[np.ndarray, " _point"]) -> list[tuple[float, float]]:
    """Where a curve's points are true, as begin and end [% of the curve]."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], differs.astype(int), [0]])))
    per_point = 100 / max(1, len(differs) - 1)
    return [
        (float(begin * per_point), float((end - 1) * per_point))
        for begin, end in edges.reshape(-1, 2)
    ]


def _labels(bands: Sequence[Band], limits: Limits) -> list[str]:
    """At the right ends of the lines, kept apart."""
    ends = sorted((_y(float(band.mean_deg[-1]), *limits), band.side, band.shown) for band in bands)
    if len(ends) == 2 and ends[1][0] - ends[0][0] < _LABELS_APART:
        middle = (ends[0][0] + ends[1][0]) / 2
        ends = [(middle - 7, *ends[0][1:]), (middle + 7, *ends[1][1:])]
    return [
        f'<text class="side {side}" x="{WIDTH - _RIGHT + 6}" y="{y + 5:.1f}">{escape(label)}</text>'
        for y, side, label in ends
    ]


def _points(curve: Curve, limits: Limits) -> list[str]:
    percents = np.linspace(0, 100, len(curve))
    return [
        f"{_x(percent):.1f},{_y(value, *limits):.1f}"
        for percent, value in zip(percents, curve, strict=True)
    ]


def _x(percent: float) -> float:
    return _LEFT + percent / 100 * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, low: float, high: float) -> float:
    return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)
