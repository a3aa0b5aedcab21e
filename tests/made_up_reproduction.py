"""A reproduction that never happened: every number is made up, for the page to be tested with."""

import polars as pl

from kinefuse.report.final_table import final_table
from kinefuse.report.reproduction import (
    Dropped,
    Picture,
    Reproduction,
    Search,
    Stage,
    WordTable,
)
from scores import scores

ANSWERS = (
    ("map", "alpha"), ("map", "beta"), ("map", "theta"), ("ours", "alpha"), ("ours", "beta"),
    ("ours", "theta"), ("published", "alpha"), ("published", "theta"),
)  # fmt: skip
SVG = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 40 20" width="400" height="200">{}</svg>'
)
DRAWING = SVG.format("<path d='M0 0h9'/>")


def final(**options):
    """Worse by 1 deg as published, better by 0.25 where the whole body is fused."""
    defaults = {
        "activities": ("walking", "running"), "conditions": ("aligned", "as worn", "mounted"),
        "answers": ANSWERS, "people": ("a", "b", "c"),
    }  # fmt: skip
    table = scores(**(defaults | options))
    shift = (
        pl.when(pl.col("method") == "published")
        .then(1.0)
        .when((pl.col("method") == "map") & (pl.col("answer") == "theta"))
        .then(-0.25)
        .otherwise(0.0)
    )
    both = ("rmse_deg", "rmse_mean_removed_deg")
    return final_table(table.with_columns(pl.col(name) + shift for name in both))


def reproduction(**changes):
    searches = [
        Search(
            activity=activity, joint=joint, network=network,
            trials={"complete": 20, "pruned": 38, "failed": 2}, best="trial 12",
            score_deg=4.2, test_deg=4.4,
            settings={"learning_rate": 0.00123, "layers": 2, "width": 40, "bidirectional": True},
            iterations=48_000, seconds=1234.0,
        )
        for activity in ("walking", "running") for joint in ("hip", "knee", "ankle")
        for network in ("cnn", "lstm")
    ]  # fmt: skip
    words = {
        "title": "A reproduction that never happened",
        "data": "Forty made-up people an activity, 30 s each.",
        "budget": "Budget small: 12 trials a search",
        "started": "1 January 2000, 12:00",
        "final": final(),
        "stages": [
            Stage(
                name="prepare", command="kinefuse prepare walking_meta.h5 --out stores/walking",
                seconds=75.0, reads=("1_Extracted/walking_meta.h5",), writes=("stores/walking",),
            ),
            Stage(
                name="search", command="kinefuse search stores/walking --joint knee --network cnn",
                seconds=1500.0, reads=("stores/walking",), writes=("studies/walking_knee_cnn",),
                note="gone on with after it was stopped",
            ),
        ],
        "searches": searches,
        "people": [
            WordTable(
                title="Walking", headings=("", "people", "height [cm]", "speed [m/s]"),
                rows=(("women", "20", "166 ± 6", "1.31 ± 0.12"), ("men", "20", "179 ± 7", "1.35")),
            )
        ],
        "dropped": [Dropped(activity="walking", person="s7", trial="one", reason="too short")],
        "pictures": [
            Picture(title="Lengths", path="figures/lengths.svg", svg=DRAWING),
            Picture(title="The searches", path="summary.html"),
        ],
        "notes": ["Hips of s3 were left out: no pelvis sensor."],
    }  # fmt: skip
    return Reproduction(**(words | changes))
