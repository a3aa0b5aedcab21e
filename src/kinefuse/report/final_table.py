"""The paper's final table: the network, and network and optimisation, raw and calibrated.

An error is the RMSE over time of one trial and leg, as ``kinefuse.evaluation.score_trials`` gives
it. Each person's errors are averaged first, so that everybody counts once; the table then has
mean and SD (n - 1) over people. Calibrated is the paper's word for both means removed.
"""

from collections.abc import Sequence

import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.report.published_figures import MEAN

SCORES = {"raw": "rmse_deg", "calibrated": "rmse_mean_removed_deg"}
"""The paper's two scores, and the columns of an evaluation that hold them."""
ANSWERS = {"alpha": "network", "beta": "optimisation", "theta": "network + optimisation"}
COLUMNS = (*PLANES, MEAN)

_ROW = ("condition", "activity", "joint", "method", "answer")


def cell_name(plane: str, score: str, *, spread: bool = False) -> str:
    """Column of one number, for instance ``flexion_raw_sd_deg``."""
    return f"{plane}_{score}_sd_deg" if spread else f"{plane}_{score}_deg"


def person_table(scores: pl.DataFrame) -> pl.DataFrame:
    """One row a person and answer: the mean of their trials and legs, a plane and of all planes.

    Args:
        scores: Rows of one or several evaluations, whichever activities and methods they are of.
            A score that could not be computed (NaN) does not count; a mean of planes is given
            where all three are known.
    """
    known = scores.with_columns(pl.col(name).fill_nan(None) for name in SCORES.values())
    means = known.group_by(*_ROW, "person", "plane").agg(
        pl.col(name).mean().alias(word) for word, name in SCORES.items()
    )
    wide = means.group_by(*_ROW, "person").agg(
        pl.col(word).filter(pl.col("plane") == plane).first().alias(cell_name(plane, word))
        for word in SCORES
        for plane in PLANES
    )
    of_planes = [
        pl.mean_horizontal(_planes(word), ignore_nulls=False).alias(cell_name(MEAN, word))
        for word in SCORES
    ]
    numbers = [cell_name(plane, word) for word in SCORES for plane in COLUMNS]
    whole = wide.with_columns(of_planes).select(*_ROW, "person", *numbers)
    return _in_order(whole, scores).with_columns(pl.col("answer").replace(ANSWERS))


def final_table(scores: pl.DataFrame) -> pl.DataFrame:
    """One row an answer: mean and SD over people of every plane, raw and calibrated.

    Of a method that fuses, the network and the fused answer are shown; of one that does not, the
    network and the optimiser's.

    Args:
        scores: As of ``person_table``.
    """
    people = person_table(_last_words(scores))
    numbers = []
    for word in SCORES:
        for plane in COLUMNS:
            value = pl.col(cell_name(plane, word))
            numbers.append(value.mean())
            numbers.append(value.std().alias(cell_name(plane, word, spread=True)))
    counted = pl.any_horizontal(pl.col(_planes("raw")).is_not_null()).sum().alias("people")
    return people.group_by(*_ROW, maintain_order=True).agg(counted, *numbers)


def _planes(score: str) -> list[str]:
    return [cell_name(plane, score) for plane in PLANES]


def _last_words(scores: pl.DataFrame) -> pl.DataFrame:
    """Without the optimiser's answer wherever there is a fused one."""
    of = [name for name in _ROW if name != "answer"]
    fused = (pl.col("answer") == "theta").any().over(of)
    return scores.filter(~((pl.col("answer") == "beta") & fused))


def _in_order(table: pl.DataFrame, scores: pl.DataFrame) -> pl.DataFrame:
    """Joints and answers in their own order, all else as it first appears in the scores."""
    orders: dict[str, Sequence[str]] = {
        name: scores[name].unique(maintain_order=True).to_list() for name in (*_ROW, "person")
    }
    orders |= {"joint": JOINT_KINDS, "answer": tuple(ANSWERS)}
    return table.sort(
        pl.col(name).replace_strict(list(order), list(range(len(order))))
        for name, order in orders.items()
    )
