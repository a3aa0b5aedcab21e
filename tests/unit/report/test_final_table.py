"""The final table: people count once, nothing is lost, and it is the evaluation's own summary."""

import itertools

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.evaluation import summary
from kinefuse.report.final_table import COLUMNS, SCORES, cell_name, final_table, person_table
from kinefuse.report.published_figures import MEAN, PUBLISHED
from scores import score_rows, scores


def test_a_row_holds_mean_and_sd_over_people_of_every_plane_and_of_all():
    row = final_table(scores()).filter(joint="knee", answer="network + optimisation").row(
        0, named=True
    )  # fmt: skip
    assert row["people"] == 2
    for i, plane in enumerate(PLANES):
        assert row[f"{plane}_raw_deg"] == pytest.approx(1.5 + i)  # people at 1 + i and 2 + i
        assert row[f"{plane}_raw_sd_deg"] == pytest.approx(0.5**0.5)
        assert row[f"{plane}_calibrated_deg"] == pytest.approx((1.5 + i) / 2)
    assert row["mean_raw_deg"] == pytest.approx(2.5)
    assert row["mean_calibrated_deg"] == pytest.approx(1.25)


def test_a_person_counts_once_however_many_trials_and_legs_they_have():
    rows = score_rows()
    once = final_table(pl.DataFrame(rows))
    of_a = [row | {"trial": "again"} for row in rows if row["person"] == "a"]
    assert final_table(pl.DataFrame(rows + 5 * of_a)).equals(once)
    right_only = [row for row in rows if row["person"] == "b" or row["side"] == "r"]
    moved = final_table(pl.DataFrame(right_only))["flexion_raw_deg"] - once["flexion_raw_deg"]
    assert moved.to_list() == pytest.approx([0.25] * len(moved))  # a is worse by 0.5


@settings(max_examples=15)
@given(seed=st.integers(0, 2**32 - 1))
def test_it_says_what_the_evaluations_summary_says(seed):
    table = scores(
        people=("a", "b", "c"), activities=("running", "walking"), trials=("x", "y"),
        conditions=("as worn", "aligned"),
    )  # fmt: skip
    shuffled = table.sample(fraction=0.7, seed=seed).with_columns(
        rmse_deg=pl.col("rmse_deg").shuffle(seed=seed)
    )
    means = summary(shuffled).with_columns(
        pl.col("answer").replace({"alpha": "network", "theta": "network + optimisation"})
    )
    final = final_table(shuffled)
    for line in means.iter_rows(named=True):
        keys = ("condition", "activity", "joint", "method", "answer")
        row = final.filter(pl.col(key) == line[key] for key in keys).row(0, named=True)
        for word, name in SCORES.items():
            assert row[cell_name(line["plane"], word)] == pytest.approx(line[name])
            spread = row[cell_name(line["plane"], word, spread=True)]
            assert spread == pytest.approx(line[f"{name}_sd"])


def test_evaluations_of_several_activities_and_methods_stand_in_one_table():
    walking = scores(answers=(("map", "alpha"), ("map", "beta"), ("map", "theta")))
    running = scores(
        activities=("running",), answers=(("published", "theta"), ("published", "alpha"))
    )
    final = final_table(pl.concat([walking, running]))
    words = ("aligned", "walking", "map"), ("aligned", "running", "published")
    expected = [
        (condition, activity, joint, method, answer)
        for condition, activity, method in words
        for joint in JOINT_KINDS
        for answer in ("network", "network + optimisation")
    ]
    assert final.select("condition", "activity", "joint", "method", "answer").rows() == expected


def test_where_nothing_is_fused_the_optimisers_answer_is_the_last_word():
    answers = (("map", "alpha"), ("map", "beta"), ("ours", "theta"), ("ours", "beta"))
    final = final_table(scores(answers=answers, joints=("hip",)))
    assert final.select("method", "answer").rows() == [
        ("map", "network"), ("map", "optimisation"), ("ours", "network + optimisation"),
    ]  # fmt: skip


def test_conditions_keep_their_order_and_joints_theirs():
    table = scores(conditions=("mounted", "aligned"), joints=("ankle", "hip", "knee"))
    final = final_table(table)
    assert final["condition"].unique(maintain_order=True).to_list() == ["mounted", "aligned"]
    assert final["joint"].unique(maintain_order=True).to_list() == list(JOINT_KINDS)


def test_what_could_not_be_scored_is_left_out_and_what_is_missing_stays_empty():
    rows = score_rows(joints=("hip",), answers=(("ours", "theta"),))
    for row in rows:
        if row["person"] == "b":
            row["rmse_deg"] = float("nan")
        if row["plane"] == "rotation" and row["person"] == "a":
            row["rmse_mean_removed_deg"] = float("nan")
    row = final_table(pl.DataFrame(rows)).row(0, named=True)
    assert row["people"] == 1
    assert row["flexion_raw_deg"] == pytest.approx(1)  # of a alone
    assert row["flexion_raw_sd_deg"] is None
    assert row["rotation_calibrated_deg"] == pytest.approx(2)  # of b alone
    assert row["mean_calibrated_deg"] == pytest.approx(1.5)  # a's is not known


def test_a_table_of_people_has_a_row_a_person_and_answer():
    people = person_table(scores(people=("z", "a", "m"), activities=("walking", "running")))
    assert len(people) == 3 * 2 * 3 * 2
    assert people["person"].unique(maintain_order=True).to_list() == ["z", "a", "m"]
    assert people.columns[-8:] == [cell_name(p, s) for s in SCORES for p in COLUMNS]


def test_the_order_of_the_rows_changes_no_number():
    table = scores(people=("a", "b", "c"), activities=("walking", "running"))
    keys = ["activity", "joint", "answer"]
    one, other = (final_table(t).sort(keys) for t in (table, table.reverse()))
    assert one.equals(other)


def test_published_figures_are_those_of_the_paper_and_of_its_rerun():
    hip = PUBLISHED["walking", "hip", "flexion", "calibrated"]
    assert hip.words == "< 1.27 ± 0.38"
    assert PUBLISHED["running", "knee", MEAN, "raw"].words == "4.94"
    planes = [("calibrated", plane) for plane in PLANES] + [("raw", MEAN)]
    activities = ("walking", "running")
    expected = {(a, j, p, s) for a, j, (s, p) in itertools.product(activities, JOINT_KINDS, planes)}
    assert set(PUBLISHED) == expected
    assert all(figure.source for figure in PUBLISHED.values())
