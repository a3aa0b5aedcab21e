"""Differences of two measurements over their means (Bland & Altman 1986), as a drawing."""

import numpy as np

from kinefuse.report.plot_frame import Frame, tick_words, ticks, widened
from kinefuse.statistics import Agreement

_WIDTH = 340
_LEAST_SPAN_DEG = 2.0


def agreement_drawing(title: str, first: np.ndarray, second: np.ndarray, found: Agreement) -> str:
    """Points, bias (solid) and limits of agreement (dashed), each with its interval."""
    middle, difference = (first + second) / 2, first - second
    edges = [*difference[np.isfinite(difference)], found.lower.low, found.upper.high]
    frame = Frame(
        width=_WIDTH,
        x_limits=widened(float(np.nanmin(middle)), float(np.nanmax(middle)), _LEAST_SPAN_DEG),
        y_limits=widened(float(min(edges)), float(max(edges)), _LEAST_SPAN_DEG),
    )
    left, right = (frame.x(x) for x in frame.x_limits)
    parts = [*frame.rows()]
    parts += frame.columns(
        [(t, tick_words(t, "°")) for t in ticks(*frame.x_limits)], "mean of both"
    )
    for kind, line in (("limit", found.lower), ("bias", found.bias), ("limit", found.upper)):
        top, bottom, y = frame.y(line.high), frame.y(line.low), frame.y(line.value)
        parts.append(
            f'<rect class="{kind}area" x="{left:.1f}" y="{top:.1f}" width="{right - left:.1f}" '
            f'height="{bottom - top:.1f}"/><line class="{kind}" x1="{left:.1f}" x2="{right:.1f}" '
            f'y1="{y:.1f}" y2="{y:.1f}"/>'
        )
    parts += [
        f'<circle class="case" cx="{frame.x(x):.1f}" cy="{frame.y(y):.1f}" r="3"/>'
        for x, y in zip(middle, difference, strict=True)
        if np.isfinite(x + y)
    ]
    told = (
        f"{title}: difference over mean of {found.cases} cases, bias {found.bias.value:.1f}, "
        f"limits of agreement {found.lower.value:.1f} to {found.upper.value:.1f} degrees"
    )
    return frame.svg(parts, told)
