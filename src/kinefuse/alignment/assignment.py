"""Which sensor is on which segment, left and right included, whatever the labels say.

A stride has one phase for the whole body. For each possible phase every sensor is compared with
the usual stride of every segment (``stride_patterns``), and every way of dealing the sensors out to
segments is as likely as its sensors together: legs half a stride apart, the pelvis at the rhythm of
the steps, feet fastest and hardest hit, and left legs the mirror image of right ones. Signs and
headings of the sensors need not be known: the turn about the vertical that fits best is taken.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
from jaxtyping import Float
from scipy.special import logsumexp

from kinefuse.alignment.stride_patterns import delayed, mirrored, stride_patterns
from kinefuse.alignment.stride_signature import (
    FEWEST_STRIDES,
    Signature,
    Strides,
    find_strides,
    signature,
)
from kinefuse.alignment.vertical import busiest_stretch
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, TooManySensors, TooShort, UnknownChoice
from kinefuse.recordings import ImuSession

_PHASES = 64  # of a stride: the fourth harmonic is hit within 11 deg
LONGEST_S = 60.0  # fifty strides settle every mean
# Sensors of one person are unusual together, and their likelihoods therefore count for less. With
# 2, people kept out of the fit have the certainty that they deserve (revalidation/any_mounting.py).
TEMPERATURE = 2.0
_OTHER_SIDE = {"r": "l", "l": "r"}


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """Where each sensor is, and how sure that is."""

    segment_of: Mapping[str, str]
    """By the sensor's name in the session."""
    certainty: Mapping[str, float]
    """Probability that this sensor is there, by the sensor's name."""
    sides_certainty: float
    """Probability that right and left are not the other way round; 1 where only one is possible."""
    as_labelled: float
    """Probability that every sensor is where its name says; 0 if names are no segments."""
    misfit: float
    """Mean squared deviation from usual gait, in units of its spread: about 1 for healthy people,
    many times that for what is no gait."""
    strides: float
    """How many strides this was learned from."""
    regularity: float
    """How well the movement repeats after a stride: 0 not at all, 1 exactly."""


def assign(session: ImuSession, activity: str, segments: Sequence[str] | None = None) -> Assignment:
    """Find the segment of every sensor of a session.

    Args:
        session: Two sensors or more, under any names, mounted anyhow.
        activity: 'walking' or 'running'.
        segments: Where sensors may be; if not given, the session's own names where these are
            segments, else all seven.

    Raises:
        UnknownChoice: An activity or a segment that does not exist.
        MissingSensor: There is only one sensor.
        TooManySensors: There are more sensors than segments.
        TooShort: Less than one and a half strides.
    """
    return assign_by_each(session, (activity,), segments)[activity]


def assign_by_each(
    session: ImuSession, activities: Sequence[str], segments: Sequence[str] | None = None
) -> dict[str, Assignment]:
    """As ``assign``, by the usual strides of several activities."""
    names = tuple(session.sensors)
    segments = _candidates(names, segments)
    if len(names) < 2:
        raise MissingSensor(missing=["a second segment"], present=names)
    if len(names) > len(segments):
        raise TooManySensors(names, segments)
    patterns = {activity: stride_patterns(activity) for activity in activities}
    seen = busiest_stretch(session, LONGEST_S)
    signatures, strides = signatures_of(seen)
    return {
        activity: _most_likely(names, segments, signatures, usual, strides)
        for activity, usual in patterns.items()
    }


def signatures_of(session: ImuSession) -> tuple[list[Signature], Strides]:
    """Signatures of all sensors, in the session's order, and the rhythm that they share.

    Raises:
        TooShort: Less than one and a half strides.
    """
    strides = find_strides(session.sensors)
    if strides.count < FEWEST_STRIDES:
        needed = int(np.ceil(FEWEST_STRIDES * session.rate_hz / strides.frequency_hz))
        raise TooShort(f"{session.name}: telling sensors apart", needed, len(strides.samples))
    return [signature(imu, strides) for imu in session.sensors.values()], strides


def _candidates(names: Sequence[str], segments: Sequence[str] | None) -> tuple[str, ...]:
    if segments is None:
        segments = names if set(names) <= set(SEGMENTS) else SEGMENTS
    for segment in segments:
        if segment not in SEGMENTS:
            raise UnknownChoice("segment", segment, known=SEGMENTS)
    return tuple(s for s in SEGMENTS if s in segments)


def _most_likely(names, segments, signatures, patterns, strides: Strides) -> Assignment:
    table, misfit = compared(signatures, segments, patterns)
    ways = np.array(list(permutations(range(len(segments)), len(names))))
    each = table[0, ways[:, 0]]  # way, phase
    for i in range(1, len(names)):  # in place: ten times as fast as a sum of all
        each += table[i, ways[:, i]]
    log_weight = logsumexp(each, axis=1)
    probability = np.exp(log_weight - logsumexp(log_weight))
    best = int(np.argmax(probability))
    phase = int(np.argmax(each[best]))
    found = [segments[j] for j in ways[best]]

    def of(wanted: Sequence[str]) -> float:
        if not set(wanted) <= set(segments):
            return 0.0
        columns = [segments.index(s) for s in wanted]
        return float(probability[np.all(ways == columns, axis=1)][0])

    mirror = [on_the_other_side(s) for s in found]
    other_way = of(mirror) if mirror != found else 0.0
    return Assignment(
        segment_of=dict(zip(names, found, strict=True)),
        certainty={
            name: float(probability[ways[:, i] == ways[best, i]].sum())
            for i, name in enumerate(names)
        },
        sides_certainty=of(found) / (of(found) + other_way),
        as_labelled=of(names),
        misfit=float(np.mean([misfit[i, j, phase] for i, j in enumerate(ways[best])])),
        strides=strides.count,
        regularity=strides.regularity,
    )


def compared(
    signatures: Sequence[Signature], segments: Sequence[str], patterns
) -> tuple[Float[np.ndarray, "sensor segment phase"], Float[np.ndarray, "sensor segment phase"]]:
    """Tempered log-likelihood and misfit of every sensor on every segment at every phase."""
    phases = 2 * np.pi * np.arange(_PHASES) / _PHASES
    table, misfit = np.empty((2, len(signatures), len(segments), _PHASES))
    for i, felt in enumerate(signatures):
        at_phases = delayed(felt, phases)
        for j, segment in enumerate(segments):
            stem, _, side = segment.partition("_")
            as_right = mirrored(at_phases) if side == "l" else at_phases
            misfit[i, j] = patterns[stem].misfit(as_right)
            table[i, j] = patterns[stem].log_likelihood_at(misfit[i, j]) / TEMPERATURE
    return table, misfit


def on_the_other_side(segment: str) -> str:
    """The same segment of the other leg; the pelvis is its own."""
    stem, _, side = segment.partition("_")
    return f"{stem}_{_OTHER_SIDE[side]}" if side else stem
