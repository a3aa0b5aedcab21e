"""A search from beginning to end: it asks, hands out, and notes, until enough trials are done.

It can be stopped anywhere and gone on with; several of them may drive one study.
"""

from collections.abc import Generator, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import monotonic

from optuna.trial import TrialState

from kinefuse.errors import KinefuseError
from kinefuse.executor import Executor, Finished
from kinefuse.progress import Progress
from kinefuse.search.engine_errors import SearchFailed
from kinefuse.search.learning_set import write_learning_set
from kinefuse.search.ledger import FINISHED, Asked, Ledger
from kinefuse.search.plan import SearchPlan, begin
from kinefuse.search.publication import outcome_of, publish, publish_outcome, published
from kinefuse.search.space import space
from kinefuse.search.task import Ended, TrialTask, run_trial

_LOOK_EVERY_S = 0.5
_RESCUE_EVERY_S = 10.0
_FAILURES = 3  # in a row, after which the fault is not the trial's


@dataclass(frozen=True)
class SearchProgress(Progress):
    """Trials that are done, and how it stands."""

    best_deg: float | None = None
    pruned: int = 0
    running: int = 0


def search(
    plan: SearchPlan, folder: Path, executor: Executor, threads: int = 1
) -> Generator[Progress, None, None]:
    """Finish ``plan.trials`` trials into the study's folder; goes on after a kill.

    Args:
        plan: What is asked for.
        folder: Of the study; its path has to be the same for every worker.
        executor: Who trains.
        threads: Of a worker's arithmetic.

    Raises:
        OtherStudy: The folder holds a study of something else.
        NothingToLearnFrom: The joint is in no training or validation trial.
        SearchFailed: Trial after trial ends in an error.
    """
    folder = folder.absolute()
    begin(folder, plan)
    data = folder / "data" / plan.data_digest()
    yield from write_learning_set(data, plan.wanted)
    driver = _Driver(plan, folder, data, executor, threads)
    try:
        yield from driver.drive()
    finally:
        driver.stop()


class _Driver:
    """What one driver has in hand."""

    def __init__(
        self, plan: SearchPlan, folder: Path, data: Path, executor: Executor, threads: int
    ) -> None:
        self.plan, self.folder, self.data = plan, folder, data
        self.executor, self.threads = executor, threads
        self.address, self.card = plan.address(folder), plan.card
        settings = space(plan.network, plan.scale)
        self.ledger = Ledger(self.address, settings, plan.trials, plan.seed, folder)
        self.running: dict[str, Asked] = {}
        self.failures = 0

    def drive(self) -> Iterator[SearchProgress]:
        """Until enough trials are done."""
        began, before = monotonic(), len(self.ledger.trials(*FINISHED))
        rescued = -_RESCUE_EVERY_S
        while True:
            if monotonic() - rescued > _RESCUE_EVERY_S:
                rescued = monotonic()
                self.ledger.alive([asked.number for asked in self.running.values()])
                self.ledger.rescue()
                self._publish()
            self._hand_out()
            progress = self._progress(monotonic() - began, before)
            yield progress
            if progress.done >= self.plan.trials and not self.running:
                return
            for finished in self.executor.finished(_LOOK_EVERY_S):
                self._note(finished)

    def stop(self) -> None:
        """Give back what is not finished, to be run by whoever goes on."""
        for name, asked in self.running.items():
            self.executor.cancel(name)
            self.ledger.run_again(asked.number)
        self.ledger.close()

    def _hand_out(self) -> None:
        while len(self.running) < self.executor.slots:
            asked = self.ledger.ask()
            if asked is None:
                return
            self.ledger.alive([asked.number])
            name = f"{self.address.name}-{asked.number}"
            self.running[name] = asked
            self.executor.submit(name, run_trial, self._task(asked))

    def _task(self, asked: Asked) -> TrialTask:
        return TrialTask(
            address=self.address,
            number=asked.number,
            trial_id=asked.trial_id,
            settings=asked.settings,
            card=self.card,
            kind=self.plan.joint,
            network=self.plan.network,
            data=self.data,
            work=self._work(asked.origin),
            seed=self.plan.seed,
            threads=self.threads,
        )

    def _note(self, finished: Finished) -> None:
        asked = self.running.pop(finished.name)
        if finished.fault:
            self._note_failure(asked, finished.fault)
            return
        self.failures = 0
        ended: Ended = finished.result
        if ended.fault:
            raise KinefuseError(ended.fault)
        if ended.state == "complete" and ended.score_deg is not None:
            self.ledger.complete(asked.number, ended.score_deg)
        elif ended.state == "pruned":
            self.ledger.prune(asked.number)
        self._publish()

    def _note_failure(self, asked: Asked, fault: str) -> None:
        self.failures += 1
        if self.ledger.fail(asked.number):
            failed = outcome_of(self.ledger.trial(asked.number), "failed", fault)
            publish_outcome(self.folder, failed)
        if self.failures >= _FAILURES:
            raise SearchFailed(self.failures, fault)

    def _publish(self) -> None:
        """Put finished trials where they are read: this driver's, and those of dead ones."""
        for trial in self.ledger.to_publish(published(self.folder)):
            publish(self.folder, trial, self._work(self.ledger.origin(trial)))

    def _work(self, origin: int) -> Path:
        return self.folder / "running" / f"{origin:05d}"

    def _progress(self, took_s: float, before: int) -> SearchProgress:
        done = self.ledger.trials(*FINISHED)
        scores = [t.value for t in done if t.state == TrialState.COMPLETE and t.value is not None]
        pruned = sum(trial.state == TrialState.PRUNED for trial in done)
        words = [
            f"best {min(scores):.2f} deg" if scores else "no score yet",
            f"{pruned} pruned",
            f"{len(self.running)} running" if self.executor.slots else "no worker connected",
        ]
        words += time_left(took_s, before, len(done), self.plan.trials)
        return SearchProgress(
            len(done),
            self.plan.trials,
            ", ".join(words),
            best_deg=min(scores, default=None),
            pruned=pruned,
            running=len(self.running),
        )


def time_left(took_s: float, before: int, done: int, total: int) -> list[str]:
    """What to say of the time until ``total``; nothing before this driver has a pace, or after it.

    Args:
        took_s: Since this driver began.
        before: Trials that were done when it began.
        done: Trials that are done now.
        total: Trials that are wanted.
    """
    if done <= before or done >= total:
        return []
    return [f"about {in_words((total - done) * took_s / (done - before))} left"]


def in_words(seconds: float) -> str:
    """A duration as people say it."""
    if seconds < 90:
        return f"{seconds:.0f} s"
    if seconds < 5400:
        return f"{seconds / 60:.0f} min"
    return f"{seconds / 3600:.1f} h"
