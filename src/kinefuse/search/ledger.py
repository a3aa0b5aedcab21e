"""The book of a study's trials: who has been asked, who has answered, and who must be asked again.

Every change of a trial's state is one step of the storage that only one process can make, so
several drivers may keep one book.
"""

from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import optuna
from optuna.exceptions import UpdateFinishedTrialError
from optuna.samplers import TPESampler
from optuna.storages import RDBStorage, fail_stale_trials
from optuna.trial import FrozenTrial, Trial, TrialState

from kinefuse.search.address import Address, created, experiments_allowed
from kinefuse.search.lease import Lease, forget_the_dead, lives
from kinefuse.search.space import Between, Choice, Steps, Value
from kinefuse.training.chance import stream

FINISHED = (TrialState.COMPLETE, TrialState.PRUNED)
_BIRTH = timedelta(seconds=60)  # a new trial has its driver's name well before
_DRIVER, _ORIGIN, _FOLDER = "driver", "origin", "folder"


@dataclass(frozen=True)
class Asked:
    """A trial that is to be run."""

    number: int
    trial_id: int
    settings: Mapping[str, Value]
    origin: int
    """The number under which these settings were first tried; their unfinished work bears it."""


class Ledger:
    """One driver's hand on the book."""

    def __init__(
        self, address: Address, space: Mapping[str, Choice], total: int, seed: int, folder: Path
    ) -> None:
        """Open the book, or begin it.

        Args:
            address: Where the trials are kept.
            space: What may be chosen.
            total: Trials to finish, by all drivers together.
            seed: Root of the sampler's chance.
            folder: Of the study; drivers that share it know of each other's end at once.
        """
        self.space, self.total, self.seed = space, total, seed
        self.folder, self._leases = str(folder.absolute()), folder / "drivers"
        self._lease = Lease(self._leases)
        self._study = created(address, self._again)
        self._storage = self._study._storage

    def trials(self, *states: TrialState) -> list[FrozenTrial]:
        """All trials, or those in these states."""
        return self._study.get_trials(deepcopy=False, states=states or None)

    def ask(self) -> Asked | None:
        """A trial to run, or None if enough have been asked for."""
        open_or_done = self.trials(*FINISHED, TrialState.RUNNING, TrialState.WAITING)
        waiting = any(trial.state == TrialState.WAITING for trial in open_or_done)
        if len(open_or_done) >= self.total and not waiting:
            return None
        with experiments_allowed():
            trial = self._study.ask()
        trial.set_user_attr(_DRIVER, self._lease.name)
        trial.set_user_attr(_FOLDER, self.folder)
        if self._surplus(trial.number):
            self.fail(trial.number)
            return None
        self._study.sampler = self._sampler(trial.number)
        settings = {name: _suggested(trial, name, choice) for name, choice in self.space.items()}
        frozen = self.trial(trial.number)
        return Asked(trial.number, self._id(trial.number), settings, self.origin(frozen))

    def complete(self, number: int, score_deg: float) -> bool:
        """Note a trial's score; false if it was given to somebody else meanwhile."""
        return self._close(number, TrialState.COMPLETE, score_deg)

    def prune(self, number: int) -> bool:
        """Note that a trial was given up; false if it was given to somebody else meanwhile."""
        last = self.trial(number)
        value = None if last.last_step is None else last.intermediate_values[last.last_step]
        return self._close(number, TrialState.PRUNED, value)

    def fail(self, number: int) -> bool:
        """Note that a trial came to nothing."""
        return self._close(number, TrialState.FAIL, None)

    def run_again(self, number: int) -> None:
        """Give up a running trial and queue its settings, so that it is run once, not twice."""
        if self.fail(number):
            self._again(self._study, self.trial(number))

    def rescue(self) -> None:
        """Run the trials again whose driver has died."""
        for trial in self.trials(TrialState.RUNNING):
            if self._orphaned(trial):
                self.run_again(trial.number)
        with experiments_allowed():
            fail_stale_trials(self._study)
        forget_the_dead(self._leases)

    def alive(self, numbers: list[int]) -> None:
        """Show that these trials are being driven, to drivers on other machines."""
        if isinstance(self._storage, RDBStorage):
            for number in numbers:
                self._storage.record_heartbeat(self._id(number))

    def to_publish(self, published: Collection[int]) -> list[FrozenTrial]:
        """Finished trials of this folder, not ``published``, that no other living driver has."""
        return [
            trial
            for trial in self.trials(*FINISHED)
            if trial.number not in published
            and trial.user_attrs.get(_FOLDER) == self.folder
            and (trial.user_attrs.get(_DRIVER) == self._lease.name or self._orphaned(trial))
        ]

    def trial(self, number: int) -> FrozenTrial:
        """The trial of that number."""
        return self._storage.get_trial(self._id(number))

    @staticmethod
    def origin(trial: FrozenTrial) -> int:
        """The number under which a trial's settings were first tried."""
        return trial.user_attrs.get(_ORIGIN, trial.number)

    def close(self) -> None:
        """Take the hand off."""
        self._lease.release()
        if isinstance(self._storage, RDBStorage):
            self._storage.remove_session()
            self._storage.engine.dispose()

    def _surplus(self, number: int) -> bool:
        """Whether two drivers asked at once and this trial is the one too many."""
        states = (*FINISHED, TrialState.RUNNING, TrialState.WAITING)
        return sum(trial.number < number for trial in self.trials(*states)) >= self.total

    def _orphaned(self, trial: FrozenTrial) -> bool:
        driver, folder = trial.user_attrs.get(_DRIVER), trial.user_attrs.get(_FOLDER)
        if driver is None or folder is None:
            born = trial.datetime_start or datetime.min
            return datetime.now() - born > _BIRTH
        if driver == self._lease.name:
            return False
        known = lives(self._leases, driver)
        return folder == self.folder if known is None else not known

    def _close(self, number: int, state: TrialState, value: float | None) -> bool:
        values = None if value is None else [value]
        with suppress(UpdateFinishedTrialError):
            return self._storage.set_trial_state_values(self._id(number), state, values)
        return False

    def _again(self, study: optuna.Study, trial: FrozenTrial) -> None:
        study.enqueue_trial(dict(trial.params), user_attrs={_ORIGIN: self.origin(trial)})

    def _sampler(self, number: int) -> TPESampler:
        chance = stream(self.seed, "sampler", number)  # whoever asks, and after any restart
        return TPESampler(seed=int(chance.integers(2**32)))

    def _id(self, number: int) -> int:
        return self._storage.get_trial_id_from_study_id_trial_number(self._study._study_id, number)


def _suggested(trial: Trial, name: str, choice: Choice) -> Value:
    if isinstance(choice, Between):
        return trial.suggest_float(name, choice.low, choice.high)
    if isinstance(choice, Steps):
        return trial.suggest_int(name, choice.low, choice.high, step=choice.step)
    return trial.suggest_categorical(name, choice.values)
