"""The ways to make a trial of a recording, one row each."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from kinefuse.dataset.length_groups import (
    LengthGroup,
    NobodySharesALength,
    dropped,
    length_groups,
)
from kinefuse.dataset.marker_sources import MetaPerson, Source
from kinefuse.dataset.motion import Made, made_of
from kinefuse.dataset.published_preprocessing import NEEDS_OPTICS, published_trial
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.formats.meta_h5 import RATE_HZ
from kinefuse.formats.meta_lengths import frames_in

OUR_RATE_HZ = 200.0

Key = tuple[Path, str, str]
"""File, person and name: tells one recording from another."""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One way to make trials."""

    make: Callable[[Source, float | None], Made]
    """From a recording; the rate is that of the trial, None is the recipe's own."""
    shared_lengths_only: bool
    """Whether people whose trial is unlike others' in length are dropped."""
    warning: str = ""
    """What everybody who uses it has to know."""


def _ours(source: Source, rate_hz: float | None) -> Made:
    return made_of(source.load(), rate_hz or OUR_RATE_HZ)


def _published(source: Source, rate_hz: float | None) -> Made:
    if not isinstance(source, MetaPerson):
        raise UnreadableFile(
            source.file,
            "the recipe 'published' is for the clusters and angles of *_meta.h5 files",
            "prepare it with --recipe ours",
        )
    recording = source.read()
    made = published_trial(recording, source.activity, source.account(recording))
    if rate_hz is None:
        return made
    return replace(made, trial=resampled_trial(made.trial, rate_hz))


RECIPES: Mapping[str, Recipe] = {
    "ours": Recipe(make=_ours, shared_lengths_only=False),
    "published": Recipe(make=_published, shared_lengths_only=True, warning=NEEDS_OPTICS),
}
"""By name."""


def recipe(name: str) -> Recipe:
    """The recipe of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in RECIPES:
        raise UnknownChoice("recipe", name, known=RECIPES)
    return RECIPES[name]


def key_of(source: Source) -> Key:
    """What tells this recording from every other."""
    return source.file, source.person, source.name


def groups_by_length(sources: Iterable[Source]) -> dict[Path, tuple[LengthGroup, ...]]:
    """People of every ``*_meta.h5`` by the length of their trial."""
    people = [(s.file, s.person) for s in sources if isinstance(s, MetaPerson)]
    return {file: length_groups(lengths) for file, lengths in _lengths_s(people).items()}


def unlike_others(sources: Iterable[Source]) -> dict[Key, str]:
    """Whom the published rule drops, and why; people are compared within one file.

    Raises:
        NobodySharesALength: It would drop everybody.
    """
    people = {(s.file, s.person): key_of(s) for s in sources if isinstance(s, MetaPerson)}
    lengths = _lengths_s(people)
    found = {
        people[file, person]: reason
        for file, of_file in lengths.items()
        for person, reason in dropped(of_file).items()
    }
    if people and len(found) == len(people):
        raise NobodySharesALength(g for of_file in lengths.values() for g in length_groups(of_file))
    return found


def _lengths_s(people: Iterable[tuple[Path, str]]) -> dict[Path, dict[str, float]]:
    """By file and person [s]; of those without markers reading will say so."""
    by_file: dict[Path, list[str]] = {}
    for file, person in people:
        by_file.setdefault(file, []).append(person)
    found = {}
    for file, names in by_file.items():
        frames = frames_in(file)
        found[file] = {name: frames[name] / RATE_HZ for name in names if frames[name]}
    return found
