"""What labels of sensors mean: 'LeftThigh', 'l_thigh', 'RF', 'tibia_r', 'Right Upper Leg', ...

A label is split into words at signs and capitals, and words are looked up in the tables below. A
label that tells no side, two parts or nothing known means nothing here: the motion decides.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise

from kinefuse.anatomy.segments import SEGMENTS

SIDE_WORDS = {"r": ("r", "right", "rt"), "l": ("l", "left", "lt")}

STEM_WORDS = {
    "pelvis": (
        *("pelvis", "pelv", "sacrum", "sacral", "hips", "lowback", "lowerback", "lumbar", "l5"),
        *("waist", "belt"),
    ),
    "thigh": (
        *("thigh", "th", "femur", "upperleg", "upleg", "uleg", "ul", "rectusfemoris", "quad"),
    ),
    "shank": (
        *("shank", "sh", "tibia", "tib", "lowerleg", "lowleg", "lleg", "ll", "shin", "calf"),
        *("tibialis", "gastrocnemius", "soleus"),
    ),
    "foot": (*("foot", "ft", "toes", "toe", "calcn", "calcaneus", "heel", "shoe", "instep"),),
}
"""Xsens says 'LowLeg', OpenSim 'calcn', APDM 'Lumbar', Noraxon 'Foot RT'; patches on a muscle are
named after it."""

ELSEWHERE_WORDS = (
    *("head", "neck", "forehead", "sternum", "stern", "chest", "thorax", "torso", "trunk"),
    *("spine", "c7", "t4", "t8", "t12", "upperback", "midback", "shoulder", "scapula"),
    *("clavicle", "upperarm", "uparm", "lowerarm", "lowarm", "forearm", "farm", "uarm", "arm"),
    *("humerus", "ulna", "radius", "wrist", "hand", "finger", "elbow", "prop"),
)
"""Where a sensor may be worn that no joint of the legs needs."""

_INITIALS = {"t": "thigh", "s": "shank", "f": "foot"}
"""Of a label that is nothing but a side and a letter: 'RF', 'L_T'."""
_SIDED = re.compile(
    r"^(?:(?P<before>right|left|r|l)(?P<word>[a-z]{2,})|(?P<first>[a-z]{3,})(?P<after>right|left))$"
)
_NOT_GLUED = ("ft",)  # 'LFT' may be 'left' without its vowel


@dataclass(frozen=True)
class Meaning:
    """Where a label says that its sensor is worn; nothing, if both are None."""

    segment: str | None = None
    """One of ``SEGMENTS``."""
    elsewhere: str | None = None
    """A part of the body that is none of the seven."""


def meaning(label: str) -> Meaning:
    """What a label says by itself."""
    if label in SEGMENTS:
        return Meaning(segment=label)
    words = _words(label)
    stems = {stem for stem, known in STEM_WORDS.items() if any(w in known for w in _joined(words))}
    if not stems:
        elsewhere = [word for word in _joined(words) if word in ELSEWHERE_WORDS]
        if elsewhere:
            return Meaning(elsewhere=elsewhere[0])
        if len(words) == 2 and words[1] in _INITIALS:
            stems = {_INITIALS[words[1]]}
    sides = {side for side, known in SIDE_WORDS.items() if any(word in known for word in words)}
    if stems == {"pelvis"}:
        return Meaning(segment="pelvis")
    if len(stems) != 1 or len(sides) != 1:
        return Meaning()
    return Meaning(segment=f"{stems.pop()}_{sides.pop()}")


def meanings(labels: Iterable[str]) -> dict[str, Meaning]:
    """What the labels of one recording say; where two name one segment, neither says anything."""
    found = {label: meaning(label) for label in labels}
    claimed = [one.segment for one in found.values() if one.segment]
    return {
        label: Meaning() if one.segment and claimed.count(one.segment) > 1 else one
        for label, one in found.items()
    }


def by_segment(found: Mapping[str, Meaning]) -> dict[str, str]:
    """Labels of the segments that are named, pelvis first."""
    named = {one.segment: label for label, one in found.items()}
    return {segment: named[segment] for segment in SEGMENTS if segment in named}


def _words(label: str) -> list[str]:
    """Lower-case words: 'LeftUpLeg' is left, up, leg; 'rthigh' is r, thigh; 'RF' is r, f."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])", " ", label)
    words = [word for word in re.split(r"[^a-z0-9]+", spaced.lower()) if word]
    if len(words) == 1 and len(words[0]) == 2 and words[0][0] in "rl" and words[0][1] in _INITIALS:
        return list(words[0])
    return [part for word in words for part in _unglued(word)]


def _unglued(word: str) -> list[str]:
    """A side that is written together with a part of the body, taken apart."""
    numbered = word.rstrip("0123456789")
    known = {w for table in (*STEM_WORDS.values(), ELSEWHERE_WORDS) for w in table}
    if word in known:
        return [word]
    word = numbered if numbered else word
    match = _SIDED.match(word)
    if word in known or not match:
        return [word]
    side, part = match["before"] or match["after"], match["word"] or match["first"]
    return [side, part] if part in known and part not in _NOT_GLUED else [word]


def _joined(words: list[str]) -> list[str]:
    """Neighbouring words as one, then single ones: 'upper leg' is 'upperleg'."""
    return [*(a + b for a, b in pairwise(words)), *words]
