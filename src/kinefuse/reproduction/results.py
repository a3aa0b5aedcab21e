"""The stages that estimate and score the people left out, and the final tables."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from kinefuse.correction import load_correction
from kinefuse.dataset.store import Store, read_trial
from kinefuse.evaluation import Contender, check_people_are_new, score_trials
from kinefuse.networks.saved_model import load_model
from kinefuse.progress import Progress
from kinefuse.report.final_table import final_table
from kinefuse.report.latex import latex_tables
from kinefuse.report.result_workbook import write_results_workbook
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.learning import models
from kinefuse.reproduction.places import OURS, PUBLISHED, RECIPES
from kinefuse.reproduction.tasks import Task, run_tasks
from kinefuse.store_estimates import Request, estimate_trials
from kinefuse.whole_files import write_text, written_whole

CONDITIONS = ("aligned", "as worn")
"""As in the paper, and as people put sensors on."""
METHOD = {PUBLISHED: "published", OURS: "map"}


@dataclass(frozen=True, kw_only=True)
class ScoringWish:
    """Whom to score, and with what."""

    model: Path
    recipe: str
    store: Store
    people: tuple[str, ...]
    seed: int
    out: Path


def optimise(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """Orientations and angles of the test people, to files."""
    yield from run_tasks(job.executor, _tasks(job, "optimised", _optimise))


def score(job: Job, _notes: list[str]) -> Iterator[Progress]:
    """Errors of both methods on the test people, aligned and as worn."""
    yield from run_tasks(job.executor, _tasks(job, "scores", _score))


def tabulate(job: Job, notes: list[str]) -> Iterator[Progress]:
    """The final tables: workbook, CSV and LaTeX."""
    scores = all_scores(job)
    if scores is None:
        notes.append("nobody could be scored, so there is no final table")
        return
    folder = job.places.results
    folder.mkdir(parents=True, exist_ok=True)
    final = final_table(scores)
    scores.write_csv(folder / "scores.csv", float_precision=4)
    final.write_csv(folder / "final_table.csv", float_precision=4)
    write_text(folder / "final_table.tex", latex_tables(final))
    write_results_workbook(folder / "results.xlsx", scores)
    yield Progress(1, 1, "tables")


def all_scores(job: Job) -> pl.DataFrame | None:
    """Every score there is."""
    files = [job.places.scores(a, recipe) for a in job.activities for recipe in RECIPES]
    tables = [pl.read_csv(file) for file in files if file.exists()]
    tables = [table for table in tables if len(table)]
    return pl.concat(tables, how="diagonal_relaxed") if tables else None


def _tasks(job: Job, what: str, run) -> list[Task]:
    place = job.places.scores if what == "scores" else _errors_file(job)
    return [
        Task(
            f"{what}, {activity} {recipe}",
            run,
            ScoringWish(
                model=job.places.model(activity, recipe),
                recipe=recipe,
                store=job.store(activity, recipe),
                people=job.split(activity).test,
                seed=job.seed,
                out=place(activity, recipe),
            ),
            place(activity, recipe),
        )
        for recipe in RECIPES
        for activity in models(job, recipe)
    ]


def _errors_file(job: Job):
    return lambda activity, recipe: job.places.estimates(activity, recipe) / "errors.csv"


def _optimise(wish: ScoringWish) -> Iterator[Progress]:
    model, correction = _opened(wish)
    request = Request(model=model, correction=correction, method=METHOD[wish.recipe])
    entries = [entry for entry in wish.store.sound if entry.person in wish.people]
    rows: list[dict] = []
    for step, new in estimate_trials(entries, wish.out.parent, request):
        rows += new
        yield step
    _write_csv(wish.out, pl.DataFrame(rows))


def _score(wish: ScoringWish) -> Iterator[Progress]:
    model, correction = _opened(wish)
    contender = Contender(method=METHOD[wish.recipe], model=model, correction=correction)
    check_people_are_new([contender], wish.people)
    entries = [entry for entry in wish.store.sound if entry.person in wish.people]
    trials = [read_trial(entry.file) for entry in entries]
    rows: list[dict] = []
    for step, new in score_trials(trials, [contender], wish.seed, CONDITIONS):
        rows += new
        yield step
    _write_csv(wish.out, pl.DataFrame(rows))


def _opened(wish: ScoringWish):
    if wish.recipe == PUBLISHED:
        return load_model(wish.model), None
    return None, load_correction(wish.model)


def _write_csv(file: Path, table: pl.DataFrame) -> None:
    with written_whole(file) as beside:
        table.write_csv(beside, float_precision=4)
