"""Marker files -> a store of trials with clean simulated sensors and true angles."""

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from kinefuse.dataset.agreement import Agreement
from kinefuse.dataset.marker_sources import Source
from kinefuse.dataset.motion import trial_of
from kinefuse.dataset.store import mark, trial_file, write_trial
from kinefuse.errors import KinefuseError
from kinefuse.progress import Progress

REPORT = "prepared.json"
"""In the store: what became of every file, also of those that gave no trial."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    file: str
    person: str
    name: str
    activity: str
    seconds: float
    faults: tuple[str, ...] = ()
    """Why it is kept out of training."""
    mended: tuple[str, ...] = ()
    """What was wrong with the recording and is not any more."""
    left_out: str = ""
    """Why there is no trial at all."""
    agreement: tuple[Agreement, ...] = ()
    """With the file's own angles, if it has any."""

    @property
    def verdict(self) -> str:
        """One word for a table."""
        return "left out" if self.left_out else "failed" if self.faults else "sound"


@dataclass(frozen=True)
class Prepared(Progress):
    """One more file is done."""

    outcome: Outcome | None = None


def prepare(
    sources: Iterable[Source], store: Path, *, rate_hz: float = 200.0, processes: int = 1
) -> Iterator[Prepared]:
    """Prepare every file and write its trial; a trial that is there already is replaced.

    One file's failure stops no other: it is told in its outcome and in the store's report.
    """
    sources = tuple(sources)
    outcomes: list[Outcome] = []
    for outcome in _outcomes(sources, store, rate_hz, processes):
        outcomes.append(outcome)
        _write_report(store, outcomes)
        name = f"{outcome.person} {outcome.name}"
        yield Prepared(len(outcomes), len(sources), name, outcome=outcome)


def prepare_one(source: Source, store: Path, rate_hz: float) -> Outcome:
    """Read, reconstruct, judge, simulate and write one file."""
    blank = Outcome(
        file=str(source.file),
        person=source.person,
        name=source.name,
        activity=source.activity,
        seconds=0.0,
    )
    try:
        motion = source.load()
        trial = trial_of(motion, rate_hz)
        write_trial(store, trial)
    except KinefuseError as error:
        _doubt_earlier_trial(source, store, str(error))
        return replace(blank, left_out=str(error))
    return replace(
        blank,
        seconds=round(trial.poses.samples / rate_hz, 3),
        faults=trial.faults,
        mended=motion.mended,
        agreement=motion.agreement,
    )


def _doubt_earlier_trial(source: Source, store: Path, reason: str) -> None:
    """A trial of an earlier run, which cannot be made any more, is not trained on any more."""
    file = trial_file(store, source.person, source.name)
    if file.exists():
        mark(file, (reason,))


def _outcomes(
    sources: tuple[Source, ...], store: Path, rate_hz: float, processes: int
) -> Iterator[Outcome]:
    if processes <= 1 or len(sources) <= 1:
        for source in sources:
            yield prepare_one(source, store, rate_hz)
        return
    with _single_threaded(), _pool(min(processes, len(sources))) as pool:
        running = [pool.submit(prepare_one, source, store, rate_hz) for source in sources]
        for done in as_completed(running):
            yield done.result()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Fresh processes: a fork would share the libraries' threads and locks.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Processes started meanwhile compute on one core each; several files keep all cores busy."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write_report(store: Path, outcomes: list[Outcome]) -> None:
    """What became of every file so far; those of earlier runs stay."""
    file = store / REPORT
    known = {(row["file"], row["person"]): row for row in _read_report(file)}
    known |= {(o.file, o.person): asdict(o) for o in outcomes}
    store.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".partial{os.getpid()}")
    beside.write_text(json.dumps(list(known.values()), indent=1) + "\n")
    beside.replace(file)


def _read_report(file: Path) -> list[dict]:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return []
