"""Searches as the paper's workbook has them: a sheet a joint, a row a model.

The score is the mean RMSE over planes and validation people, means not removed; it decides the
order. Mean, median and SD (n - 1) are those over people.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.report.published_figures import ACTIVITIES
from kinefuse.report.reproduction import Search
from kinefuse.report.studies import FinishedStudy, FinishedTrial, scored, settings_of
from kinefuse.report.templating import people
from kinefuse.report.workbook import Block, Sheet, write_workbook

NETWORKS = {"cnn": "CNN", "lstm": "LSTM"}
"""In this order, as in the paper's workbook; others would come below."""
PARTS = ("validation", "test")
MEASURES = {"mean": np.mean, "median": np.median, "sd": lambda values: np.std(values, ddof=1)}
_NAMES = ("activity", "joint", "network", "study", "trial")
_WORK = ("trained_iterations", "worked_s")
_GAP = 1  # empty columns and rows between blocks


def in_order(studies: Sequence[FinishedStudy]) -> list[FinishedStudy]:
    """Walking before running, joints from the top, CNNs above LSTMs."""
    return sorted(studies, key=lambda study: (*_place(study), study.name))


def model_table(studies: Sequence[FinishedStudy]) -> pl.DataFrame:
    """One row a finished trial, best first within each activity, joint and network.

    Columns: what it is, ``score_deg``, then of validation and of test people their number, the
    mean over planes (test only; validation's is the score) and ``<part>_<plane>_<measure>_deg``,
    the work, and the settings, empty where a network has none of that name.
    """
    settings = list(dict.fromkeys(name for study in studies for name in settings_of(study)))
    every = [
        ((*_place(study), score, study.name, trial.number), study, trial)
        for study in studies
        for trial, score in scored(study)
    ]
    every.sort(key=lambda one: one[0])
    rows = [_row(study, trial, settings) for _, study, trial in every]
    columns = [*_NAMES, *_score_columns(), *_WORK, *settings]
    if not rows:
        return pl.DataFrame(schema=dict.fromkeys(columns, pl.Null))
    return pl.DataFrame(rows, infer_schema_length=None).select(columns)


def write_summary_workbook(file: Path, models: pl.DataFrame) -> None:
    """Write the rows of ``model_table``.

    Raises:
        NoWorkbook: XlsxWriter is not installed.
    """
    write_workbook(file, list(_sheets(models)))


def search_of(study: FinishedStudy) -> Search:
    """What a study came to, for the page of a reproduction."""
    every = scored(study)
    best, score = min(every, key=lambda pair: pair[1]) if every else (None, None)
    return Search(
        activity=study.activity,
        joint=study.joint,
        network=study.network,
        trials=Counter(trial.state for trial in study.trials),
        best="" if best is None else f"trial {best.number}",
        score_deg=score,
        test_deg=_mean(best, "test") if best else None,
        settings=dict(best.settings) if best else {},
        iterations=sum(trial.iterations for trial in study.trials),
        seconds=sum(trial.seconds for trial in study.trials),
    )


def _place(study: FinishedStudy) -> tuple:
    """By the orders of names that are known; others come after them by the alphabet."""
    orders = ACTIVITIES, JOINT_KINDS, tuple(NETWORKS)
    names = study.activity, study.joint, study.network
    known = [o.index(n) if n in o else len(o) for o, n in zip(orders, names, strict=True)]
    return tuple(zip(known, names, strict=True))


def _score_columns() -> list[str]:
    return [
        "score_deg", "validation_people", *_measures("validation"),
        "test_score_deg", "test_people", *_measures("test"),
    ]  # fmt: skip


def _measures(part: str) -> list[str]:
    return [f"{part}_{plane}_{measure}_deg" for plane in PLANES for measure in MEASURES]


def _row(study: FinishedStudy, trial: FinishedTrial, settings: Sequence[str]) -> dict:
    row: dict[str, object] = {
        "activity": study.activity,
        "joint": study.joint,
        "network": study.network,
        "study": study.name,
        "trial": trial.number,
        "score_deg": trial.score_deg,
        "test_score_deg": _mean(trial, "test"),
        "trained_iterations": trial.iterations,
        "worked_s": float(trial.seconds),
    }
    for part in PARTS:
        errors = np.array(list(getattr(trial, part).values()), dtype=float).reshape(-1, 3)
        row[f"{part}_people"] = len(errors)
        for name, value in zip(_measures(part), _over_people(errors), strict=True):
            row[name] = value
    return row | {name: trial.settings.get(name) for name in settings}


def _over_people(errors: np.ndarray) -> Iterator[float | None]:
    """Every measure of every plane; of nobody none, of one person no spread."""
    for column in errors.T:
        for name, measure in MEASURES.items():
            enough = len(column) > (name == "sd")
            yield float(measure(column)) if enough else None


def _mean(trial: FinishedTrial, part: str) -> float | None:
    errors = list(getattr(trial, part).values())
    return float(np.mean(errors)) if errors else None


def _sheets(models: pl.DataFrame) -> Iterator[Sheet]:
    several = models["activity"].n_unique() > 1
    for (activity, joint), group in models.group_by("activity", "joint", maintain_order=True):
        blocks, row = [], 0
        for (network,), rows in group.group_by("network", maintain_order=True):
            blocks += _blocks(rows, NETWORKS.get(str(network), str(network)), row)
            row += blocks[-1].rows + _GAP
        name = f"{activity} {joint}" if several else str(joint)
        yield Sheet(name=name, blocks=blocks)


def _blocks(rows: pl.DataFrame, network: str, row: int) -> Iterator[Block]:
    """Names and validation on the left, test on the right, then settings and work."""
    measures = [f"{plane} {measure}" for plane in PLANES for measure in MEASURES]
    measures = [words.replace(" sd", " SD") for words in measures]
    model = (pl.col("study") + " " + pl.col("trial").cast(pl.String)).alias("model")
    left = rows.select(model, "score_deg", *_measures("validation"))
    counts = [people(int(rows[f"{part}_people"].to_numpy().max())) for part in PARTS]
    yield Block(
        title=f"{network}: validation, {counts[0]}, RMSE in degrees",
        table=left, headings=["model", "score", *measures], row=row,
    )  # fmt: skip
    column = left.width + _GAP
    right = rows.select("test_score_deg", *_measures("test"))
    yield Block(
        title=f"{network}: test, {counts[1]}, RMSE in degrees",
        table=right, headings=["score", *measures], row=row, column=column,
    )  # fmt: skip
    last = rows.columns.index(_score_columns()[-1])
    rest = rows.select(rows.columns[last + 1 :])
    yield Block(
        title=f"{network}: settings and work",
        table=rest,
        headings=[name.replace("_", " ") for name in rest.columns],
        row=row,
        column=column + right.width + _GAP,
    )
