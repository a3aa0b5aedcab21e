"""Marker files -> a store of trials with clean simulated sensors and true angles."""

import multiprocessing
import os
from collections.abc import Iterable, Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from kinefuse.dataset.marker_sources import Source
from kinefuse.dataset.outcomes import REPORT, Outcome, read_report, write_report
from kinefuse.dataset.recipes import OUR_RATE_HZ, Key, key_of, recipe, unlike_others
from kinefuse.dataset.store import mark, read_provenance, trial_file, write_trial
from kinefuse.errors import KinefuseError
from kinefuse.progress import Progress

__all__ = ["REPORT", "Outcome", "Prepared", "PreparedOtherwise", "Wish", "prepare", "prepare_one"]


class PreparedOtherwise(KinefuseError):
    """Trials of these names are there, made in another way or of other files."""

    def __init__(self, store: Path, names: Iterable[str]) -> None:
        names = list(names)
        listed = ", ".join(names[:3]) + (", ..." if len(names) > 3 else "")
        super().__init__(
            f"{store} holds {len(names)} trials of the same names that were made by another "
            f"recipe, at another rate or of other files ({listed}); say --force to replace them, "
            "or choose another --out."
        )


@dataclass(frozen=True, kw_only=True)
class Wish:
    """How recordings are to be prepared."""

    recipe: str
    """A row of ``RECIPES``."""
    rate_hz: float | None
    """Of the trials; None is the recipe's own."""


@dataclass(frozen=True)
class Prepared(Progress):
    """One more file is done."""

    outcome: Outcome | None = None


def prepare(
    sources: Iterable[Source],
    store: Path,
    *,
    rate_hz: float | None = None,
    recipe_name: str = "ours",
    any_length: bool = False,
    keep: bool = False,
    processes: int = 1,
) -> Iterator[Prepared]:
    """Prepare every file and write its trial.

    One file's failure stops no other: it is told in its outcome and in the store's report.

    Args:
        sources: What to prepare.
        store: Where to.
        rate_hz: Of the trials; without it the recipe's own.
        recipe_name: A row of ``RECIPES``.
        any_length: Drop nobody for the length of their trial, whatever the recipe.
        keep: Leave trials alone that were made so already; otherwise they are made again.
        processes: Files at once.

    Raises:
        UnknownChoice: There is no such recipe.
        PreparedOtherwise: With ``keep``, a trial that would be replaced was made otherwise.
        NobodySharesALength: The recipe would drop everybody.
    """
    sources = tuple(sources)
    drop = recipe(recipe_name).shared_lengths_only and not any_length
    wish = Wish(recipe=recipe_name, rate_hz=rate_hz)
    known = _left_out(sources, unlike_others(sources), store, wish) if drop else {}
    if keep:
        known |= _finished([s for s in sources if key_of(s) not in known], store, wish)
    if known:
        write_report(store, known.values())
    outcomes: list[Outcome] = []
    waiting = tuple(source for source in sources if key_of(source) not in known)
    for outcome in chain(known.values(), _outcomes(waiting, store, wish, processes)):
        outcomes.append(outcome)
        if len(outcomes) > len(known):
            write_report(store, [outcome])
        name = f"{outcome.person} {outcome.name}"
        yield Prepared(len(outcomes), len(sources), name, outcome=outcome)


def prepare_one(source: Source, store: Path, wish: Wish) -> Outcome:
    """Read, reconstruct, judge, simulate and write one file."""
    blank = _blank(source, wish)
    try:
        made = recipe(wish.recipe).make(source, wish.rate_hz)
        write_trial(store, made.trial)
    except KinefuseError as error:
        _doubt_earlier_trial(source, store, str(error))
        return replace(blank, left_out=str(error))
    missing = made.trial.provenance.get("missing", ())
    return replace(
        blank,
        seconds=round(made.trial.poses.samples / made.trial.poses.rate_hz, 3),
        rate_hz=made.trial.poses.rate_hz,
        faults=made.trial.faults,
        mended=made.mended,
        missing=tuple(missing) if isinstance(missing, list) else (),
        agreement=made.agreement,
    )


def _blank(source: Source, wish: Wish) -> Outcome:
    return Outcome(
        file=str(source.file),
        person=source.person,
        name=source.name,
        activity=source.activity,
        seconds=0.0,
        recipe=wish.recipe,
        rate_hz=wish.rate_hz or OUR_RATE_HZ,
    )


def _left_out(
    sources: Iterable[Source], reasons: Mapping[Key, str], store: Path, wish: Wish
) -> dict[Key, Outcome]:
    """People whom the recipe does not prepare."""
    found = {}
    for source in sources:
        reason = reasons.get(key_of(source))
        if reason is not None:
            _doubt_earlier_trial(source, store, reason)
            found[key_of(source)] = replace(_blank(source, wish), left_out=reason)
    return found


def _finished(sources: Iterable[Source], store: Path, wish: Wish) -> dict[Key, Outcome]:
    """Trials that are there and were made from these files in the wished way.

    Raises:
        PreparedOtherwise: Some that are there were not.
    """
    before = {(o.person, o.name): o for o in read_report(store)}
    found: dict[Key, Outcome] = {}
    otherwise = []
    for source in sources:
        trial = trial_file(store, source.person, source.name)
        if not trial.exists():
            continue
        outcome = before.get((source.person, source.name))
        if not (_as_wished(outcome, source, wish) if outcome else _left_by(trial, source, wish)):
            otherwise.append(f"{source.person} {source.name}")
        elif (
            outcome
            and not outcome.left_out
            and trial.stat().st_mtime >= source.file.stat().st_mtime
        ):
            found[key_of(source)] = outcome
    if otherwise:
        raise PreparedOtherwise(store, otherwise)
    return found


def _as_wished(outcome: Outcome, source: Source, wish: Wish) -> bool:
    same_rate = wish.rate_hz is None or outcome.rate_hz == wish.rate_hz
    same_file = Path(outcome.file).resolve() == source.file.resolve()
    return outcome.recipe == wish.recipe and same_rate and same_file


def _left_by(trial: Path, source: Source, wish: Wish) -> bool:
    """Whether a trial that no report knows was left by the same command, killed before it told."""
    told = read_provenance(trial)
    same_recipe = told.get("recipe", "ours") == wish.recipe
    return same_recipe and told.get("file") == source.file.name


def _doubt_earlier_trial(source: Source, store: Path, reason: str) -> None:
    """A trial of an earlier run, which cannot be made any more, is not trained on any more."""
    file = trial_file(store, source.person, source.name)
    if file.exists():
        mark(file, (reason,))


def _outcomes(
    sources: tuple[Source, ...], store: Path, wish: Wish, processes: int
) -> Iterator[Outcome]:
    if processes <= 1 or len(sources) <= 1:
        for source in sources:
            yield prepare_one(source, store, wish)
        return
    with _single_threaded(), _pool(min(processes, len(sources))) as pool:
        running = [pool.submit(prepare_one, source, store, wish) for source in sources]
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
