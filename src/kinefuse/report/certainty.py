"""How sure the angles are, and what the optimiser found on the way, as rows of tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.optimiser import TermStatistics
from kinefuse.statistics import NINETY
from kinefuse.whole_body import BodyAnswer

TERM_WORDS = {
    "gyroscope": "turns from second to second",
    "gravity": "mean force over strides points up",
    "gravity at rest": "a still sensor feels gravity alone",
    "gyroscope at rest": "a still gyroscope reads its bias",
    "shared joint": "both sensors of a joint feel its centre move alike",
    "network": "segment attitudes by a network",
    "posture": "mean joint angles near those of people",
    "range of motion": "no joint beyond its range",
    "bias prior": "biases near zero",
    "alignment prior": "axes near those that the alignment found",
}
"""Who had a say, for a reader; what only ties things together is left out."""

SDs = Mapping[str, Float[np.ndarray, "_time 3"]]
Pairs = tuple[tuple[float, float], ...]
"""Of x, y and z: value and its standard deviation."""


@dataclass(frozen=True)
class IntervalRow:
    """One kind of joint: half the width of 90 % intervals [deg], by plane; median over time."""

    joint: str
    half_width_deg: tuple[float, ...]


@dataclass(frozen=True)
class SegmentRow:
    """One segment: its gyroscope's bias, and how far its axes were turned."""

    segment: str
    bias_deg_s: Pairs
    turn_deg: Pairs


@dataclass(frozen=True)
class TermRow:
    """One witness, and how well it agrees."""

    name: str
    words: str
    found: TermStatistics


def interval_rows(sd_rad: SDs | None) -> list[IntervalRow]:
    """A row a kind of joint, the mean of both sides; none if nothing is known."""
    rows = []
    for kind in JOINT_KINDS:
        sides = [sd_rad[f"{kind}_{s}"] for s in SIDES if sd_rad and f"{kind}_{s}" in sd_rad]
        if sides:
            typical = np.mean([np.nanmedian(sd, axis=0) for sd in sides], axis=0)
            rows.append(IntervalRow(kind, tuple(map(float, np.rad2deg(NINETY * typical)))))
    return rows


def certainty(rows: list[IntervalRow]) -> str:
    """One sentence."""
    if not rows:
        return "This method does not know how sure it is."
    middle = np.mean([row.half_width_deg for row in rows], axis=0)
    listed = [f"± {value:.1f}° in {plane}" for plane, value in zip(PLANES, middle, strict=True)]
    return (
        f"With 90 % certainty the angles lie within {', '.join(listed[:-1])} and {listed[-1]}, "
        "averaged over joints; the drawings show it for each."
    )


def segment_rows(answer: BodyAnswer | None) -> list[SegmentRow]:
    """Biases and corrections of alignment: means over the recording."""
    if answer is None:
        return []
    body = answer.body
    return [
        SegmentRow(
            segment,
            _pairs(bias, body.gyr_bias_sd_rad_s[segment]),
            _pairs(body.alignment_rad[segment], body.alignment_sd_rad[segment]),
        )
        for segment, bias in body.gyr_bias_rad_s.items()
    ]


def term_rows(answer: BodyAnswer | None) -> list[TermRow]:
    """Those witnesses that were heard."""
    terms = answer.body.terms if answer else {}
    return [
        TermRow(name, words, terms[name]) for name, words in TERM_WORDS.items() if name in terms
    ]


def _pairs(values_rad: np.ndarray, sd_rad: np.ndarray) -> Pairs:
    """Knots share most of their error, so the mean is as sure as the surest."""
    columns = np.rad2deg(values_rad.mean(axis=0)), np.rad2deg(sd_rad.min(axis=0))
    return tuple((float(value), float(sd)) for value, sd in zip(*columns, strict=True))
