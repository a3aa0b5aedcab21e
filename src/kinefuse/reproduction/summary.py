"""The stage that says what the searches found: workbook, table and page."""

from collections.abc import Iterator

from kinefuse.progress import Progress
from kinefuse.report.search_page import render_searches
from kinefuse.report.search_summary import in_order, model_table, write_summary_workbook
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.places import NETWORKS, PUBLISHED
from kinefuse.search.outcomes import STUDY_FILE, StudyOutcomes, read_study


def summarise(job: Job, notes: list[str]) -> Iterator[Progress]:
    """``summary.xlsx``, ``.csv`` and ``.html``."""
    found = in_order(studies(job))
    models = model_table(found)
    if models.is_empty():
        notes.append("no network was trained to its end, so there is no summary of searches")
        return
    folder = job.places.summary
    folder.mkdir(parents=True, exist_ok=True)
    write_summary_workbook(folder / "summary.xlsx", models)
    models.write_csv(folder / "summary.csv")
    (folder / "summary.html").write_text(render_searches(found, models), encoding="utf-8")
    yield Progress(1, 1, "summary")


def studies(job: Job) -> list[StudyOutcomes]:
    """Every search there is."""
    folders = [
        job.places.study(activity, joint, network)
        for activity in job.prepared(PUBLISHED)
        for joint in job.kinds(activity)
        for network in NETWORKS
    ]
    return [read_study(folder) for folder in folders if (folder / STUDY_FILE).exists()]
