"""Gait-cycle bands as drawings (SVG) that need neither a script nor a library.

Colours and dashes are given by class, so that the page decides about light and dark. Right is
drawn solid, left dashed, and both are labelled: nobody has to see colours.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from html import escape

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.report.certainty import NINETY
from kinefuse.report.cycles import Cycles

WIDTH, HEIGHT = 340, 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 26, 12, 34  # room for labels
_LEAST_SPAN_DEG = 20.0  # so that noise does not look like movement
PLANE_WORDS = {
    "hip": ("flexion", "adduction", "internal rotation"),
    "knee": ("flexion", "adduction", "internal rotation"),
    "ankle": ("dorsiflexion", "inversion", "internal rotation"),
}
"""What a positive angle of each plane is called, a joint."""

Curve = Float[np.ndarray, " point"]


@dataclass(frozen=True)
class Panel:
    """One drawing and what it shows."""

    title: str
    svg: str


@dataclass(frozen=True)
class Band:
    """Mean and spread of one side in one panel [deg]."""

    side: str
    mean_deg: Curve
    sd_deg: Curve
    kind: str = "estimate"
    """'estimate' (line and band) or 'truth' (thin line)."""
    error_deg: Curve | None = None
    """Half the width of the mean's 90 % interval, if it is known."""

    @property
    def reach_deg(self) -> Curve:
        """How far from the mean anything is drawn."""
        return self.sd_deg if self.error_deg is None else np.maximum(self.sd_deg, self.error_deg)


def plot_cycles(
    cycles: Mapping[str, Cycles], truth: Mapping[str, Cycles] | None = None
) -> list[Panel]:
    """A panel for every joint and plane that has strides; joints in rows, planes in columns."""
    panels = []
    for kind in JOINT_KINDS:
        for i in range(len(PLANES)):
            bands = [
                *_bands(cycles, kind, i, "estimate"),
                *_bands(truth or {}, kind, i, "truth"),
            ]
            if bands:
                title = f"{kind.capitalize()} {PLANE_WORDS[kind][i]}"
                panels.append(Panel(title, _drawing(title, bands)))
    return panels


def _bands(cycles: Mapping[str, Cycles], kind: str, plane: int, what: str) -> list[Band]:
    return [
        _band(side, cycles[f"{kind}_{side}"], plane, what)
        for side in SIDES
        if f"{kind}_{side}" in cycles
    ]


def _band(side: str, cycles: Cycles, plane: int, what: str) -> Band:
    known = None if cycles.error_sd_rad is None else cycles.error_sd_rad[:, plane]
    return Band(
        side,
        np.rad2deg(cycles.mean_rad[:, plane]),
        np.rad2deg(cycles.sd_rad[:, plane]),
        what,
        None if known is None else NINETY * np.rad2deg(known),
    )


def _drawing(title: str, bands: list[Band]) -> str:
    low, high = _limits(bands)
    ticks = _ticks(low, high)
    parts = [_grid(ticks, low, high)]
    estimates = [band for band in bands if band.kind == "estimate"]
    parts += [
        _area("interval", band.side, band.mean_deg, band.error_deg, (low, high))
        for band in estimates
        if band.error_deg is not None
    ]
    parts += [
        _area("band", band.side, band.mean_deg, band.sd_deg, (low, high)) for band in estimates
    ]
    parts += [_line(band, low, high) for band in bands]
    parts += _labels(estimates, low, high)
    return (
        f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(title, quote=True)}, '
        f'mean and standard deviation over the gait cycle">{"".join(parts)}</svg>'
    )


def _limits(bands: list[Band]) -> tuple[float, float]:
    low = min(float((band.mean_deg - band.reach_deg).min()) for band in bands)
    high = max(float((band.mean_deg + band.reach_deg).max()) for band in bands)
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
        f'<text class="tick end" x="{_LEFT - 6}" y="{_y(tick, low, high) + 4:.1f}">{tick:g}°</text>'
        for tick in ticks
    )
    columns = "".join(
        f'<text class="tick middle" x="{_x(percent):.1f}" y="{bottom + 18}">{percent}</text>'
        for percent in (0, 25, 50, 75, 100)
    )
    axis = f'<text class="tick middle" x="{_x(50):.1f}" y="{HEIGHT - 3}">% of the stride</text>'
    return f"{rows}{columns}{axis}"


def _area(
    name: str, side: str, middle_deg: Curve, reach_deg: Curve, limits: tuple[float, float]
) -> str:
    above = _points(middle_deg + reach_deg, *limits)
    below = _points(middle_deg - reach_deg, *limits)
    return f'<polygon class="{name} {side}" points="{" ".join(above + below[::-1])}"/>'


def _line(band: Band, low: float, high: float) -> str:
    points = " ".join(_points(band.mean_deg, low, high))
    return f'<polyline class="{band.kind} {band.side}" points="{points}"/>'


def _labels(bands: list[Band], low: float, high: float) -> list[str]:
    """R and L at the right ends of the lines, kept apart."""
    ends = sorted((_y(float(band.mean_deg[-1]), low, high), band.side) for band in bands)
    if len(ends) == 2 and ends[1][0] - ends[0][0] < 14:
        middle = (ends[0][0] + ends[1][0]) / 2
        ends = [(middle - 7, ends[0][1]), (middle + 7, ends[1][1])]
    return [
        f'<text class="side {side}" x="{WIDTH - _RIGHT + 6}" y="{y + 5:.1f}">{side.upper()}</text>'
        for y, side in ends
    ]


def _points(curve: Curve, low: float, high: float) -> list[str]:
    percents = np.linspace(0, 100, len(curve))
    return [
        f"{_x(percent):.1f},{_y(value, low, high):.1f}"
        for percent, value in zip(percents, curve, strict=True)
    ]


def _x(percent: float) -> float:
    return _LEFT + percent / 100 * (WIDTH - _LEFT - _RIGHT)


def _y(value: float, low: float, high: float) -> float:
    return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)
