"""What the stages left on disk, gathered for the page."""

import polars as pl

from kinefuse.dataset.outcomes import read_report
from kinefuse.progress import result_of
from kinefuse.report.description_files import people_table
from kinefuse.report.final_table import final_table
from kinefuse.report.reproduction import Dropped, Picture, Reproduction, Search, WordTable
from kinefuse.report.reproduction import Stage as StageWords
from kinefuse.report.reproduction_page import write_reproduction
from kinefuse.report.search_summary import search_of
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.places import RECIPES
from kinefuse.reproduction.preparation import described
from kinefuse.reproduction.results import all_scores
from kinefuse.reproduction.stages import records
from kinefuse.reproduction.summary import studies


def write_page(job: Job, started: str) -> None:
    """Write ``reproduction.html``; an older one is replaced."""
    scores = all_scores(job)
    found = Reproduction(
        title="The paper, on these people",
        data=_whose(job),
        budget=job.budget.in_words,
        started=started,
        final=final_table(scores) if scores is not None else pl.DataFrame(),
        stages=_stages(job),
        searches=_searches(job),
        people=_people(job),
        dropped=_dropped(job),
        pictures=_pictures(job),
        notes=_notes(job),
    )
    write_reproduction(found, job.places.page)


def _whose(job: Job) -> str:
    counts = []
    for activity in job.activities:
        split = job.split(activity)
        counts.append(
            f"{activity}: {len(split.train)} people to train on, {len(split.validation)} to tune "
            f"on, {len(split.test)} to score"
        )
    files = ", ".join(str(file) for file in job.files.values())
    return f"{files}. {'; '.join(counts)}."


def _stages(job: Job) -> list[StageWords]:
    return [
        StageWords(
            name=stage.name,
            command=stage.command,
            seconds=record.seconds,
            reads=stage.reads,
            writes=stage.writes,
            note=f"in {record.runs} runs" if record.runs > 1 else "",
        )
        for stage, record in records(job)
    ]


def _searches(job: Job) -> list[Search]:
    return [search_of(study) for study in studies(job)]


def _dropped(job: Job) -> list[Dropped]:
    found = []
    for activity in job.files:
        for recipe in RECIPES:
            for outcome in read_report(job.places.store(activity, recipe)):
                why = outcome.left_out or "; ".join(outcome.faults)
                if why:
                    found.append(
                        Dropped(
                            activity=activity,
                            person=outcome.person,
                            trial=outcome.name,
                            reason=f"{recipe}: {why}",
                        )
                    )
    return found


def _people(job: Job) -> list[WordTable]:
    tables = []
    for activity in job.activities:
        headings, rows = people_table(result_of(described(job, activity)))
        tables.append(WordTable(title=activity.capitalize(), headings=headings, rows=rows))
    return tables


def _pictures(job: Job) -> list[Picture]:
    return [
        Picture(
            title=f"{file.parent.name.capitalize()}: {file.stem} of trials",
            path=str(file.relative_to(job.places.out)),
            svg=file.read_text(encoding="utf-8"),
        )
        for file in sorted((job.places.out / "people").glob("*/*.svg"))
    ]


def _notes(job: Job) -> list[str]:
    return list(dict.fromkeys(note for _, record in records(job) for note in record.notes))
