"""One page on one or several searches: what they found, and pictures of how."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version

import polars as pl

from kinefuse.report.figures import Panel
from kinefuse.report.importance import PED, Importance, importance
from kinefuse.report.reproduction import Search
from kinefuse.report.search_figures import courses, history, importances, slices
from kinefuse.report.search_summary import NETWORKS, search_of
from kinefuse.report.setting_words import setting
from kinefuse.report.studies import FinishedStudy, scored
from kinefuse.report.templating import environment

BEST_SHOWN = 5  # of each search; the workbook has them all
METHOD_WORDS = {
    PED: "how differently a setting is spread among the best trials and among all of them "
    "(PED-ANOVA, Watanabe et al. 2023)",
}


@dataclass(frozen=True)
class StudySection:
    """One search on the page."""

    name: str
    network: str
    search: Search
    wide: Panel | None
    """Its history; None if nothing was finished."""
    panels: Sequence[Panel]
    importance: Importance | None
    models: Sequence[dict]
    """The best rows of ``model_table``."""


def render_searches(studies: Sequence[FinishedStudy], models: pl.DataFrame) -> str:
    """The page as text.

    Args:
        studies: In the order of the page.
        models: Their ``model_table``.
    """
    return (
        environment(setting=setting)
        .get_template("searches.html")
        .render(
            sections=[_section(study, models) for study in studies],
            method_words=METHOD_WORDS,
            version=version("kinefuse"),
        )
    )


def _section(study: FinishedStudy, models: pl.DataFrame) -> StudySection:
    name, network = study.name, NETWORKS.get(study.network, study.network)
    if not scored(study):
        return StudySection(name, network, search_of(study), None, (), None, ())
    found = importance(study)
    course = courses(study)
    panels = [importances(found)] if found else []
    panels += [course] if course else []
    best = models.filter(
        study=study.name, activity=study.activity, joint=study.joint, network=study.network
    )
    return StudySection(
        name,
        network,
        search_of(study),
        history(study),
        [*panels, *slices(study, found)],
        found,
        best.head(BEST_SHOWN).rows(named=True),
    )
