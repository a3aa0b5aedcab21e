"""A store held to a set of limits: who fails what, and whom to leave out of training and scoring.

A limit looks at one trial, whoever's it is. A comparison of people with each other looks at, and
drops, only the training people: nothing of anybody who is tuned or scored on decides anything.
"""

from collections.abc import Generator, Iterable, Iterator
from dataclasses import dataclass, replace

from kinefuse.dataset.exclusions import Exclusion
from kinefuse.dataset.store import Store, StoreEntry, read_trial
from kinefuse.errors import KinefuseError
from kinefuse.progress import Progress
from kinefuse.quality.checks import examined
from kinefuse.quality.extremes import extremes
from kinefuse.quality.finding import Finding
from kinefuse.quality.limits import RANGE_OF_MOTION, LimitSet
from kinefuse.quality.trial_measures import ranges_of_motion_deg

Ranges = dict[tuple[str, str], float]
"""Range of motion [deg] by joint and plane."""


@dataclass(frozen=True, kw_only=True)
class TrialVerdict:
    """What was found of one trial."""

    entry: StoreEntry
    findings: tuple[Finding, ...] = ()
    """Of every limit that applies."""
    ranges_deg: Ranges
    unreadable: str = ""
    """Why nothing could be looked at."""
    outliers: tuple[str, ...] = ()
    """Where the range of motion is unlike that of all other training people."""

    @property
    def failed(self) -> tuple[Finding, ...]:
        """What was beyond its limit."""
        return tuple(finding for finding in self.findings if not finding.passed)

    @property
    def reasons(self) -> tuple[str, ...]:
        """Why the trial is dropped, a sentence each; empty if it is not."""
        unreadable = (self.unreadable,) if self.unreadable else ()
        return (*unreadable, *(finding.message for finding in self.failed), *self.outliers)


@dataclass(frozen=True, kw_only=True)
class StoreVerdict:
    """What was found of a store."""

    trials: tuple[TrialVerdict, ...]
    """All that were sound before."""
    unsound: tuple[StoreEntry, ...]
    """Those that are kept out of training anyhow, by what was found when they were prepared."""
    compared: int
    """Training trials whose ranges of motion were compared with each other."""

    @property
    def dropped(self) -> tuple[TrialVerdict, ...]:
        """Trials with a reason against them."""
        return tuple(verdict for verdict in self.trials if verdict.reasons)

    def exclusions(self) -> tuple[Exclusion, ...]:
        """For ``Store.without``."""
        return tuple(
            Exclusion(person=v.entry.person, trial=v.entry.name, reasons=v.reasons)
            for v in self.dropped
        )


def check_store(
    store: Store, limits: LimitSet, training: Iterable[str]
) -> Generator[Progress, None, StoreVerdict]:
    """Hold every sound trial to the limits, then compare the training people that are left.

    Args:
        store: The store.
        limits: A row of ``LIMITS``.
        training: People whose ranges of motion may be compared, and dropped.
    """
    verdicts = []
    for entry in store.sound:
        verdicts.append(_verdict(entry, limits))
        yield Progress(len(verdicts), len(store.sound), f"{entry.person} {entry.name}")
    training = set(training) if limits.extreme_share else set()
    compared = [v for v in verdicts if v.entry.person in training and not v.reasons]
    outliers = dict(_outliers(compared, limits.extreme_share))
    return StoreVerdict(
        trials=tuple(replace(v, outliers=outliers.get(v.entry.key, ())) for v in verdicts),
        unsound=tuple(entry for entry in store.entries if not entry.sound),
        compared=len(compared),
    )


def _verdict(entry: StoreEntry, limits: LimitSet) -> TrialVerdict:
    try:
        trial = read_trial(entry.file)
    except KinefuseError as error:
        return TrialVerdict(entry=entry, ranges_deg={}, unreadable=str(error))
    return TrialVerdict(
        entry=entry,
        findings=examined(trial, limits.checks),
        ranges_deg=ranges_of_motion_deg(trial),
    )


def _outliers(
    verdicts: list[TrialVerdict], share: float
) -> Iterator[tuple[tuple[str, str], tuple[str, ...]]]:
    """By person and name; walking is compared with walking, running with running."""
    for activity in sorted({v.entry.activity for v in verdicts}):
        ranges = {v.entry.key: v.ranges_deg for v in verdicts if v.entry.activity == activity}
        for key, found in extremes(ranges, share).items():
            told = (
                f"{RANGE_OF_MOTION}: {joint} {plane} {ranges[key][joint, plane]:.1f} deg is among "
                f"the {end} {share:.1%} of {among} training trials"
                for (joint, plane), (end, among) in found.items()
            )
            yield key, tuple(told)
