"""Who is in a store: people by sex, size and speed, their trials, and what was dropped and why."""

from collections import Counter
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kinefuse.dataset.exclusions import Exclusion
from kinefuse.dataset.outcomes import read_report
from kinefuse.dataset.store import Store, StoreEntry, read_provenance
from kinefuse.progress import Progress

MEASURES: Mapping[str, str] = {
    "height_m": "height, m",
    "mass_kg": "mass, kg",
    "speed_m_s": "speed, m/s",
}
"""What is told of people, as provenance names it, and as people read it."""
SEXES = ("female", "male")


@dataclass(frozen=True, kw_only=True)
class TrialFacts:
    """One trial, or one recording that gave none."""

    person: str
    name: str
    activity: str
    seconds: float
    """NaN where there is no trial."""
    rate_hz: float = np.nan
    source: str = ""
    sex: str = ""
    """'female', 'male', or nothing where it is not known."""
    measures: Mapping[str, float]
    """Of ``MEASURES``, those that are known."""
    missing: tuple[str, ...] = ()
    """Segments and joints that the recording lacks."""
    reasons: tuple[str, ...] = ()
    """Why it is dropped; empty if it is not."""

    @property
    def kept(self) -> bool:
        """Whether it may be trained on and scored."""
        return not self.reasons


@dataclass(frozen=True)
class Spread:
    """Mean and standard deviation of those for whom a number is known."""

    mean: float
    sd: float
    """Of the sample; NaN of fewer than two."""
    known: int


@dataclass(frozen=True, kw_only=True)
class GroupFacts:
    """The people of one activity, or those of one sex among them."""

    activity: str
    who: str
    """'all', 'all (female)', 'female', 'male' or 'sex unknown'."""
    people: int
    trials: int
    measures: Mapping[str, Spread]
    """Of people, not of trials: somebody with three trials counts once, with their mean."""


def describe(
    store: Store, exclusions: Iterable[Exclusion] = ()
) -> Generator[Progress, None, tuple[TrialFacts, ...]]:
    """Every trial of the store, then every recording that became none.

    Args:
        store: The store.
        exclusions: What a quality check dropped.
    """
    excluded = {(e.person, e.trial): e.reasons or ("excluded",) for e in exclusions}
    found = []
    for entry in store.entries:
        reasons = (*entry.faults, *excluded.get(entry.key, ()))
        found.append(_facts(entry, reasons))
        yield Progress(len(found), len(store.entries), entry.person)
    there = {entry.key for entry in store.entries}
    lost = [
        TrialFacts(
            person=outcome.person,
            name=outcome.name,
            activity=outcome.activity,
            seconds=np.nan,
            measures={},
            reasons=(outcome.left_out,),
        )
        for outcome in read_report(store.folder)
        if outcome.left_out and (outcome.person, outcome.name) not in there
    ]
    return tuple(found + lost)


def groups(facts: Iterable[TrialFacts]) -> tuple[GroupFacts, ...]:
    """Everybody who is kept, by activity, then women, men, and those of unknown sex."""
    kept = [fact for fact in facts if fact.kept]
    found = []
    for activity in sorted({fact.activity for fact in kept}):
        here = [fact for fact in kept if fact.activity == activity]
        sexes = {fact.sex for fact in here}
        only = next(iter(sexes)) if len(sexes) == 1 else ""
        found.append(_group(activity, f"all ({only})" if only else "all", here))
        if len(sexes) > 1:
            for sex in (*SEXES, ""):
                theirs = [fact for fact in here if fact.sex == sex]
                if theirs:
                    found.append(_group(activity, sex or "sex unknown", theirs))
    return tuple(found)


def lengths_s(facts: Iterable[TrialFacts]) -> Counter[float]:
    """How many trials have each length, to a hundredth of a second."""
    return Counter(round(fact.seconds, 2) for fact in facts if np.isfinite(fact.seconds))


def _facts(entry: StoreEntry, reasons: tuple[str, ...]) -> TrialFacts:
    told = read_provenance(entry.file)
    sex, missing = told.get("sex"), told.get("missing")
    return TrialFacts(
        person=entry.person,
        name=entry.name,
        activity=entry.activity,
        seconds=entry.samples / entry.rate_hz,
        rate_hz=entry.rate_hz,
        source=entry.source,
        sex=sex if isinstance(sex, str) and sex in SEXES else "",
        measures={
            name: float(value)
            for name in MEASURES
            if isinstance(value := told.get(name), int | float) and np.isfinite(value)
        },
        missing=tuple(map(str, missing)) if isinstance(missing, list) else (),
        reasons=reasons,
    )


def _group(activity: str, who: str, facts: list[TrialFacts]) -> GroupFacts:
    return GroupFacts(
        activity=activity,
        who=who,
        people=len({fact.person for fact in facts}),
        trials=len(facts),
        measures={name: _spread(name, facts) for name in MEASURES},
    )


def _spread(name: str, facts: list[TrialFacts]) -> Spread:
    by_person: dict[str, list[float]] = {}
    for fact in facts:
        if name in fact.measures:
            by_person.setdefault(fact.person, []).append(fact.measures[name])
    values = [float(np.mean(theirs)) for theirs in by_person.values()]
    return Spread(
        mean=float(np.mean(values)) if values else np.nan,
        sd=float(np.std(values, ddof=1)) if len(values) > 1 else np.nan,
        known=len(values),
    )
