"""Side by side: every number is that of the final table, and the smallest is the best."""

import polars as pl
import pytest

from kinefuse.report.comparison import columns_of, comparisons, headlines
from kinefuse.report.final_table import COLUMNS, cell_name
from made_up_reproduction import final

WORDS = {
    "published recipe": "published", "ours, joint by joint": "ours", "ours, whole body": "map"
}  # fmt: skip


@pytest.fixture(scope="module")
def table():
    return final()


def test_there_is_a_table_for_every_condition_activity_and_score(table):
    found = [(c.condition, c.activity, c.score) for c in comparisons(table)]
    assert found == [
        (condition, activity, score)
        for condition in ("aligned", "as worn", "mounted")
        for activity in ("walking", "running")
        for score in ("raw", "calibrated")
    ]


def test_every_cell_is_the_final_tables(table):
    for one in comparisons(table):
        chosen = table.filter(condition=one.condition, activity=one.activity)
        assert len(one.rows) == 3 * len(COLUMNS)
        for row in one.rows:
            for (method, answer), cell in zip(one.answers, row.cells, strict=True):
                line = chosen.filter(joint=row.joint, method=WORDS[method], answer=answer)
                assert cell.deg == line[cell_name(row.plane, one.score)].item()
                assert cell.sd_deg == line[cell_name(row.plane, one.score, spread=True)].item()


def test_the_published_recipe_comes_first_and_a_shared_network_once(table):
    one = comparisons(table)[0]
    assert one.answers == [
        ("published recipe", "network"),
        ("published recipe", "network + optimisation"),
        ("ours, joint by joint", "network"),
        ("ours, joint by joint", "network + optimisation"),
        ("ours, whole body", "network + optimisation"),
    ]
    assert columns_of(one.answers) == {
        "published recipe": 2, "ours, joint by joint": 2, "ours, whole body": 1
    }  # fmt: skip


def test_the_smallest_of_a_row_is_the_best_and_alone_nobody_is(table):
    for one in comparisons(table):
        for row in one.rows:
            assert [cell.best for cell in row.cells] == [False, False, False, False, True]
    alone = comparisons(final(answers=(("ours", "theta"),)))
    assert not any(cell.best for one in alone for row in one.rows for cell in row.cells)


def test_published_numbers_stand_where_they_belong(table):
    words = {
        (one.activity, one.score, row.joint, row.plane): row.published
        for one in comparisons(table)
        for row in one.rows
    }
    assert words["walking", "raw", "knee", "mean"] == "4.63"
    assert words["running", "raw", "ankle", "mean"] == "3.54"
    assert words["running", "calibrated", "hip", "adduction"] == "< 2.52 ± 0.98"
    assert words["walking", "raw", "knee", "flexion"] == ""
    assert words["walking", "calibrated", "knee", "mean"] == ""


def test_the_headline_is_the_worst_joint_and_activity(table):
    worse = table.with_columns(
        flexion_calibrated_deg=pl.when(joint="ankle", activity="running")
        .then(9.0)
        .otherwise("flexion_calibrated_deg"),
        flexion_calibrated_sd_deg=pl.when(joint="ankle", activity="running")
        .then(0.123)
        .otherwise("flexion_calibrated_sd_deg"),
    )
    answers, rows = headlines(worse, "as worn")
    assert [row.plane for row in rows] == ["flexion", "adduction", "rotation"]
    assert {(cell.deg, cell.sd_deg) for cell in rows[0].cells} == {(9.0, 0.123)}
    last = answers.index(("published recipe", "network + optimisation"))
    assert rows[1].cells[last].deg == pytest.approx(3 / 2 + 1)  # worse by 1 as published
    assert [row.published for row in rows] == ["< 1.27 ± 0.38", "< 2.52 ± 0.98", "< 3.34 ± 1.02"]


def test_nobody_looks_better_for_having_tried_less(table):
    worst = pl.col("joint") == "ankle"
    harder = table.with_columns(
        rotation_calibrated_deg=pl.when(worst).then(50.0).otherwise("rotation_calibrated_deg")
    )
    without = harder.filter(~(worst & (pl.col("method") == "published")))
    _, rows = headlines(without, "aligned")
    assert max(cell.deg for cell in rows[2].cells) < 50  # of hip and knee, for everybody
    apart = harder.filter(worst != (pl.col("method") == "published"))
    _, rows = headlines(apart, "aligned")
    assert {cell.deg for row in rows for cell in row.cells} == {None}


def test_one_joint_one_leg_and_one_person_are_enough():
    small = final(joints=("knee",), people=("a",), activities=("walking",))
    for one in comparisons(small):
        assert [row.joint for row in one.rows] == ["knee"] * len(COLUMNS)
        assert all(cell.sd_deg is None for row in one.rows for cell in row.cells)


def test_a_method_that_lacks_a_joint_leaves_its_cells_empty(table):
    without = table.filter(~((pl.col("method") == "published") & (pl.col("joint") == "hip")))
    (row, *_) = comparisons(without)[0].rows
    assert row.joint == "hip"
    assert [cell.deg is None for cell in row.cells] == [True, True, False, False, False]


def test_an_activity_nobody_published_has_no_published_number():
    other = final(activities=("hopping",))
    assert {row.published for one in comparisons(other) for row in one.rows} == {""}
