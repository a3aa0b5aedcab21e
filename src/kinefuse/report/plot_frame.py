"""Axes of a small drawing (SVG): where a value lies, and round numbers beside it.

Colours are given by class, so that the page decides about light and dark.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from html import escape

import numpy as np

HEIGHT = 230
_LEFT, _RIGHT, _TOP, _BOTTOM = 46, 14, 12, 38  # room for labels
_MOST_TICKS = 6
Limits = tuple[float, float]


@dataclass(frozen=True)
class Frame:
    """Where values lie on the paper."""

    width: int
    x_limits: Limits
    y_limits: Limits

    def x(self, value: float) -> float:
        """To the right."""
        low, high = self.x_limits
        return _LEFT + (value - low) / (high - low) * (self.width - _LEFT - _RIGHT)

    def y(self, value: float) -> float:
        """Upwards is smaller, as drawings have it."""
        low, high = self.y_limits
        return _TOP + (high - value) / (high - low) * (HEIGHT - _TOP - _BOTTOM)

    def inside(self, value: float) -> bool:
        """Whether a height can be drawn."""
        return self.y_limits[0] <= value <= self.y_limits[1]

    def rows(self, unit: str = "°") -> Iterator[str]:
        """Horizontal lines with their values."""
        for tick in ticks(*self.y_limits):
            y = self.y(tick)
            yield (
                f'<line class="grid" x1="{_LEFT}" x2="{self.width - _RIGHT}" y1="{y:.1f}" '
                f'y2="{y:.1f}"/><text class="tick end" x="{_LEFT - 6}" y="{y + 4:.1f}">'
                f"{tick_words(tick, unit)}</text>"
            )

    def columns(self, places: Sequence[tuple[float, str]], title: str) -> Iterator[str]:
        """Words below, and what they are of."""
        for value, words in places:
            yield (
                f'<text class="tick middle" x="{self.x(value):.1f}" y="{HEIGHT - 22}">'
                f"{escape(words)}</text>"
            )
        middle = (_LEFT + self.width - _RIGHT) / 2
        yield (
            f'<text class="tick middle" x="{middle:.1f}" y="{HEIGHT - 5}">{escape(title)}</text>'
        )

    def svg(self, parts: Sequence[str], label: str) -> str:
        """The drawing, with what it shows for those who cannot see it."""
        return (
            f'<svg viewBox="0 0 {self.width} {HEIGHT}" role="img" '
            f'aria-label="{escape(label, quote=True)}">{"".join(parts)}</svg>'
        )


def tick_words(value: float, unit: str = "") -> str:
    """A number at an axis, with a true minus sign, as in the tables."""
    return f"{value:g}{unit}".replace("-", "\N{MINUS SIGN}")


def ticks(low: float, high: float) -> list[float]:
    """Round numbers between the limits, at most six."""
    span = high - low
    power = 10.0 ** np.floor(np.log10(span))
    steps = (power * factor for factor in (0.1, 0.2, 0.5, 1, 2, 5))
    step = next(s for s in steps if span / s <= _MOST_TICKS - 1)
    first, last = int(np.ceil(low / step - 1e-9)), int(np.floor(high / step + 1e-9))
    return [float(f"{n * step:.10g}") for n in range(first, last + 1)]


def widened(low: float, high: float, least: float) -> Limits:
    """Room at both ends, and at least that much in between."""
    missing = max(0.0, least - (high - low)) / 2
    margin = 0.06 * max(high - low, least)
    return low - missing - margin, high + missing + margin
