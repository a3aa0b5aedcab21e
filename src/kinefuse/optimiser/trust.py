"""How far each witness is trusted: every SD with its unit and source, and switches.

The numbers in ``trust.json`` were fitted by maximum likelihood on the residuals at the true
attitudes of people who are in no test (``revalidation/fit_trust.py``).
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np

TERMS = ("gravity", "shared joint", "network", "posture", "range of motion", "rest")
"""Witnesses that can be switched off; gyroscope and priors are always heard."""


@dataclass(frozen=True, kw_only=True)
class Spread:
    """An error's SD and how long it lasts."""

    sd: float
    """In the term's unit."""
    lasts_s: float = 0.0
    """Time over which its correlation falls to 1/e [s]; 0 is white from knot to knot."""

    def likeness(self, apart_s: float) -> float:
        """Correlation from one knot to the next."""
        return float(np.exp(-apart_s / self.lasts_s)) if self.lasts_s > 0 else 0.0


@dataclass(frozen=True, kw_only=True)
class Usual:
    """A joint's mean angles between people."""

    mean_deg: tuple[float, float, float]
    sd_deg: tuple[float, float, float]
    """Between people."""


@dataclass(frozen=True, kw_only=True)
class Trust:
    """Everything the optimiser believes before it looks."""

    gravity_m_s2: Mapping[str, Spread]
    """By segment without side: of the window mean of the specific force, beyond gravity."""
    shared_m_s2: Mapping[str, float]
    """By kind of joint: of one sample's disagreement, as if samples were independent."""
    usual: Mapping[str, Usual]
    """By kind of joint."""
    network_relative_rad: Mapping[str, Spread] = field(default_factory=dict)
    """By kind of joint: of the network's relative attitude, a cell's mean."""
    network_up: Mapping[str, Spread] = field(default_factory=dict)
    """By kind of joint: of the network's vertical, a cell's mean [rad]."""
    posture_lasts_s: float = 86400.0
    """Over which a person's own deviation from the usual posture is told anew: a day. It is a
    property of the person; said again every few minutes it would count a dozen times an hour."""
    turn_noise_deg_sqrt_s: float = 0.1
    """Angle random walk. White noise of a telephone's chip gives 0.01 (MPU-9250 data sheet); scale
    and axis errors of 1 % and a rate of 100 Hz in a swinging leg leave more."""
    bias_sd_deg_s: float = 1.0
    """A telephone's chip after zeroing once: 0.5; files of others are not always zeroed."""
    bias_walk_deg_s_sqrt_s: float = 0.001
    """0.06 deg/s an hour: the drift of a warm sensor (Xsens MTi-1 data sheet: 10 deg/h)."""
    alignment_sd_deg: tuple[float, float, float] = (3.0, 6.0, 3.0)
    """About x, y, z of the segment, where the alignment does not say itself."""
    alignment_walk_deg_sqrt_s: float = 0.005
    """A strap slips by 0.3 deg an hour."""
    beyond_range_deg: float = 3.0
    """How far beyond its range a joint may go."""
    rest_force_m_s2: float = 0.3
    """Of the mean force of a foot that is flat, or of any sensor at rest."""
    rest_bias_deg_s: float = 1.5
    """Of the mean angular velocity of a foot that is flat; it hardly rolls."""
    huber: float = 2.0
    """Sigmas beyond which a cell counts linearly."""
    window_s: float = 4.0
    """Of the mean force: its first zero is at half a stride a second, the least that is walked."""
    band_hz: float = 5.0
    """Joint centres are compared below it; soft tissue and impacts lie above."""
    knot_s: float = 1.0
    """Between knots; biases and headings change far more slowly."""
    off: frozenset[str] = frozenset()
    """Of ``TERMS``: witnesses that are not heard."""

    def hears(self, term: str) -> bool:
        """Whether that witness is switched on."""
        return term not in self.off


@cache
def fitted(activity: str) -> Trust:
    """What was fitted for walking or running."""
    words = json.loads(
        files("kinefuse.optimiser").joinpath("trust.json").read_text(encoding="utf-8")
    )[activity]
    return from_words(words)


def from_words(words: Mapping[str, Any]) -> Trust:
    """From plain values."""
    return Trust(
        gravity_m_s2={s: Spread(**w) for s, w in words["gravity_m_s2"].items()},
        shared_m_s2=dict(words["shared_m_s2"]),
        usual={
            k: Usual(**{name: tuple(values) for name, values in w.items()})
            for k, w in words["usual"].items()
        },
        network_relative_rad={
            k: Spread(**w) for k, w in words.get("network_relative_rad", {}).items()
        },
        network_up={k: Spread(**w) for k, w in words.get("network_up", {}).items()},
    )
