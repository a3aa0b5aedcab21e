"""What the summary of a search needs to know of it: the shape of ``kinefuse.search.outcomes``."""

from collections.abc import Mapping, Sequence
from math import isfinite
from typing import Protocol, runtime_checkable

from kinefuse.anatomy.joints import PerPlane

Setting = float | int | bool
Settings = Mapping[str, Setting]


@runtime_checkable
class FinishedTrial(Protocol):
    """One choice of hyper-parameters and how well it did."""

    @property
    def number(self) -> int:
        """In its study, from 0."""
        ...

    @property
    def state(self) -> str:
        """'complete', 'pruned', 'failed' or 'running'."""
        ...

    @property
    def settings(self) -> Settings:
        """By name."""
        ...

    @property
    def score_deg(self) -> float | None:
        """Mean RMSE over planes and validation people; the last report of a pruned one."""
        ...

    @property
    def validation(self) -> Mapping[str, PerPlane]:
        """By person, the RMSE of every plane [deg]."""
        ...

    @property
    def test(self) -> Mapping[str, PerPlane]:
        """The same of people left out."""
        ...

    @property
    def iterations(self) -> int:
        """Trained."""
        ...

    @property
    def seconds(self) -> float:
        """Worked."""
        ...

    @property
    def history(self) -> Sequence[tuple[int, float]]:
        """Iteration and score [deg], as reported on the way."""
        ...


@runtime_checkable
class FinishedStudy(Protocol):
    """A search over one network for one joint and activity."""

    @property
    def name(self) -> str:
        """Of its folder."""
        ...

    @property
    def activity(self) -> str:
        """'walking', 'running' or 'any'."""
        ...

    @property
    def joint(self) -> str:
        """Its kind: hip, knee or ankle."""
        ...

    @property
    def network(self) -> str:
        """'cnn' or 'lstm'."""
        ...

    @property
    def trials(self) -> Sequence[FinishedTrial]:
        """By number."""
        ...


def scored(study: FinishedStudy, *states: str) -> list[tuple[FinishedTrial, float]]:
    """Trials that ended so, by default with a whole training, and their scores [deg], by number.

    A training that ran away has no score (NaN or infinity) and is left out.
    """
    return [
        (trial, trial.score_deg)
        for trial in study.trials
        if trial.state in (states or ("complete",))
        and trial.score_deg is not None
        and isfinite(trial.score_deg)
    ]


def settings_of(study: FinishedStudy) -> tuple[str, ...]:
    """Names of what the study chose, in its own order."""
    return tuple(dict.fromkeys(name for trial in study.trials for name in trial.settings))
