"""Which sensors feel the world in a mirror: accelerometers of the wrong sign, left-handed axes.

Force changes its sign in a mirror and turning does not, so how fast a sensor turns about the force
that it feels tells right from left whatever its mounting. Carried to a joint, both sensors beside
it feel the same force there, and mostly turn together about it, for that is about the vertical: in
walking thigh and shank do (correlation 0.3 to 0.9 across the knee), other joints less. One sensor
in the mirror turns against its neighbours. What usual gait tells of it (``doctor.axes``) is added.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS
from kinefuse.doctor.joints import Joined, Pair

IN_MIRROR = 0.1
"""Gain by a mirror that no sound sensor has."""
_WORTH = {"hip": 0.2, "knee": 0.5, "ankle": 0.2}
"""Of a correlation, in units of misfit: as fifty simulated people and seven real walks were told
apart best. Simulated ankles often turn against each other, real ones never."""
_UNASKED = 0.5
"""Correlation that is taken for granted where a sensor beside a joint is missing or faulty: about
that of sound ones, so that one who is held against fewer has to gain more."""


def mirror_gains(alone: Mapping[str, float], joined: Joined | None) -> dict[str, float]:
    """By how much better each sensor fits usual gait and its neighbours in a mirror.

    The sensor that gains most is put into the mirror first, then the next, as long as one gains
    more than ``IN_MIRROR``: neighbours of the first are then held against it as it should be.

    Args:
        alone: By how much nearer each is to usual gait in a mirror.
        joined: Those of them that may be held against their neighbours.
    """
    together = _turning_together(None if joined is None else joined.thinned)
    hand = dict.fromkeys(alone, 1)
    found: dict[str, float] = {}
    while len(found) < len(alone):
        gains = {s: alone[s] - _held(s, hand, together) for s in alone if s not in found}
        segment = max(gains, key=lambda s: gains[s])
        if gains[segment] <= IN_MIRROR:
            return found | gains
        found[segment] = gains[segment]
        hand[segment] = -1
    return found


def _held(segment: str, hand: Mapping[str, int], together: Mapping[Pair, float]) -> float:
    """Agreement with its neighbours, each in the mirror or not, that would change sign."""
    return sum(
        hand.get(proximal, 1) * hand.get(distal, 1) * value
        for (proximal, distal), value in together.items()
        if segment in (proximal, distal)
    )


def _turning_together(joined: Joined | None) -> dict[Pair, float]:
    """How alike both sensors beside each joint turn about the force there, by its worth."""
    worth = {(joint.proximal, joint.distal): _WORTH[joint.kind] for joint in JOINTS.values()}
    if joined is None:
        return {pair: value * _UNASKED for pair, value in worth.items()}
    return {
        pair: value * (_correlation(joined, pair) if pair in joined.pairs else _UNASKED)
        for pair, value in worth.items()
    }


def _correlation(joined: Joined, pair: Pair) -> float:
    """Of both sensors' turning about the force at their joint; 0 where neither is sound."""
    one, other = (joined.parts[s] for s in pair)
    _, places_m = joined.joint_between(one, other)
    sound = one.sound & other.sound
    about = [
        _about_force(joined, segment, place_m)[sound]
        for segment, place_m in zip(pair, np.split(places_m, 2), strict=True)
    ]
    return float(np.corrcoef(about)[0, 1]) if sound.any() else 0.0


def _about_force(
    joined: Joined, segment: str, place_m: Float[np.ndarray, "3"]
) -> Float[np.ndarray, " time"]:
    """Turning about the force at a place on the segment [rad/s m/s2]."""
    part = joined.parts[segment]
    force = part.force_m_s2 + part.by_place_1_s2 @ place_m
    return np.sum(force * part.turning_rad_s, axis=-1)
