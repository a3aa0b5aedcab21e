"""The scores of an evaluation as tables in the terminal."""

import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.report.published_figures import CALIBRATED_DEG

_WIDTH = 126  # of the whole table; a narrower terminal wraps it rather than losing digits


def print_table(means: pl.DataFrame) -> None:
    """One table an activity and condition: joints and answers down, planes across."""
    from rich.console import Console

    console = Console()
    console.width = max(console.width, _WIDTH)
    for (activity, condition), group in means.group_by(
        "activity", "condition", maintain_order=True
    ):
        people = group["people"].max()
        console.print(_table(group, f"{activity}, sensors {condition}, {people} people"))


def _table(group: pl.DataFrame, title: str):
    from rich.table import Table

    table = Table(title=f"{title}: RMSE in degrees, mean ± SD over people", caption=_published())
    for heading in ("joint", "method", "answer"):
        table.add_column(heading)
    for score in ("raw", "mean removed"):
        for plane in PLANES:
            table.add_column(f"{plane}\n{score}", justify="right")
    order = {joint: i for i, joint in enumerate(JOINT_KINDS)}
    group = group.sort(pl.col("joint").replace_strict(order), maintain_order=True)
    lines = group.group_by("joint", "method", "answer", maintain_order=True)
    joint_before = None
    for (joint, method, answer), line in lines:
        if joint_before not in (None, joint):
            table.add_section()
        joint_before = joint
        row = {plane["plane"]: plane for plane in line.iter_rows(named=True)}
        cells = [
            _cell(row[plane], score)
            for score in ("rmse_deg", "rmse_mean_removed_deg")
            for plane in PLANES
        ]
        table.add_row(joint, method, answer, *cells)
    return table


def _published() -> str:
    planes = ", ".join(f"{p} < {mean} ± {sd}" for p, (mean, sd) in CALIBRATED_DEG.items())
    return f"published for every joint, mean removed: {planes}"


def _cell(row: dict, score: str) -> str:
    spread = row[f"{score}_sd"]
    return f"{row[score]:.2f}" if spread is None else f"{row[score]:.2f} ± {spread:.2f}"
