"""The summary of searches: the paper's workbook, sorted by validation, test beside, CNNs above."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.report.search_summary import (
    in_order,
    model_table,
    search_of,
    write_summary_workbook,
)
from made_up_studies import Study, Trial, study, trial
from workbooks import Workbook, split_address

PEOPLE = {"a": (1.0, 2.0, 3.0), "b": (3.0, 2.0, 7.0), "c": (8.0, 2.0, 5.0)}
OTHERS = {"x": (4.0, 5.0, 6.0)}


def small(number=3, **words):
    return Trial(
        number=number, settings={"layers": 2}, score_deg=np.mean(list(PEOPLE.values())),
        validation=PEOPLE, test=OTHERS, **words,
    )  # fmt: skip


@pytest.fixture(scope="module")
def both():
    return [study(name="lstm", network="lstm", seed=1), study(name="cnn", seed=0)]


def test_a_row_holds_mean_median_and_sd_over_people_of_every_plane():
    (row,) = model_table([Study(trials=(small(),))]).rows(named=True)
    assert (row["study"], row["trial"], row["validation_people"]) == ("knee_cnn", 3, 3)
    assert row["score_deg"] == pytest.approx(33 / 9)
    for plane, column in zip(("flexion", "adduction", "rotation"), zip(*PEOPLE.values(),
                             strict=True), strict=True):  # fmt: skip
        assert row[f"validation_{plane}_mean_deg"] == pytest.approx(sum(column) / 3)
        assert row[f"validation_{plane}_median_deg"] == sorted(column)[1]
        assert row[f"validation_{plane}_sd_deg"] == pytest.approx(np.std(column, ddof=1))
    assert row["test_score_deg"] == pytest.approx(5)
    assert row["test_adduction_mean_deg"] == row["test_adduction_median_deg"] == 5
    assert row["test_adduction_sd_deg"] is None  # one person has no spread


def test_the_best_comes_first_whatever_the_test_people_say(both):
    models = model_table(both)
    for _, group in models.group_by("network"):
        assert group["score_deg"].is_sorted()
    swapped = [
        replace(s, trials=tuple(replace(t, test={"x": (9.0 - t.number,) * 3}) for t in s.trials))
        for s in both
    ]
    kept = ("study", "trial", "score_deg")
    assert model_table(swapped).select(kept).equals(models.select(kept))


def test_only_finished_trials_are_models(both):
    models = model_table(both)
    finished = sum(t.state == "complete" for s in both for t in s.trials)
    assert len(models) == finished
    assert finished < sum(len(s.trials) for s in both)


def test_cnns_stand_above_lstms_and_joints_and_activities_in_their_order(both):
    assert model_table(both)["network"].unique(maintain_order=True).to_list() == ["cnn", "lstm"]
    names = [("running", "hip"), ("walking", "knee"), ("walking", "hip"), ("any", "ankle")]
    studies = [Study(activity=a, joint=j, trials=(trial(0, 1.0),)) for a, j in names]
    expected = [("walking", "hip"), ("walking", "knee"), ("running", "hip"), ("any", "ankle")]
    assert [(s.activity, s.joint) for s in in_order(studies)] == expected
    assert model_table(studies).select("activity", "joint").rows() == expected


def test_two_searches_over_the_same_are_ranked_together():
    one = Study(name="one", trials=(trial(0, 3.0), trial(1, 1.0)))
    two = Study(name="two", trials=(trial(0, 2.0),))
    models = model_table([two, one])
    assert models.select("study", "trial").rows() == [("one", 1), ("two", 0), ("one", 0)]


def test_settings_of_both_networks_have_columns_and_stay_empty_elsewhere(both):
    models = model_table(both)
    assert models.filter(network="cnn")["bidirectional"].is_null().all()
    assert models.filter(network="lstm")["window"].is_null().all()
    assert models["learning_rate"].is_not_null().all()
    assert {"iterations", "trained_iterations"} <= set(models.columns)


def test_a_search_without_a_finished_trial_gives_no_rows_but_all_columns():
    empty = model_table([Study(trials=(Trial(number=0, state="failed"),))])
    assert empty.is_empty()
    assert "score_deg" in empty.columns


@pytest.fixture(scope="module")
def book(both, tmp_path_factory):
    pytest.importorskip("xlsxwriter")
    file = tmp_path_factory.mktemp("books") / "summary.xlsx"
    hip = study(name="hip", joint="hip", trials=3)
    write_summary_workbook(file, model_table([*both, hip]))
    return Workbook(file)


def test_there_is_a_sheet_a_joint(book):
    assert list(book.sheets) == ["hip", "knee"]


def test_with_several_activities_there_is_a_sheet_for_each(tmp_path):
    pytest.importorskip("xlsxwriter")
    studies = [Study(activity=a, trials=(trial(0, 1.0),)) for a in ("walking", "running")]
    write_summary_workbook(tmp_path / "book.xlsx", model_table(studies))
    assert list(Workbook(tmp_path / "book.xlsx").sheets) == ["walking knee", "running knee"]


def test_validation_is_on_the_left_test_on_the_right_cnns_above_lstms_below(book):
    titles = {
        value: split_address(cell)
        for cell, value in book["knee"].items()
        if isinstance(value, str) and ": " in value
    }
    cnn, lstm = (titles[f"{n}: validation, 3 people, RMSE in degrees"] for n in ("CNN", "LSTM"))
    test = titles["CNN: test, 2 people, RMSE in degrees"]
    assert cnn == ("A", 1)
    assert test == ("M", 1)
    assert lstm[0] == "A"
    assert lstm[1] > 20
    assert book.row("knee", 2) == [
        "model", "score", "flexion mean", "flexion median", "flexion SD", "adduction mean",
        "adduction median", "adduction SD", "rotation mean", "rotation median", "rotation SD",
    ]  # fmt: skip
    assert book.row("knee", 2, "M") == ["score", *book.row("knee", 2)[2:]]


def test_the_sheets_numbers_are_the_tables(book, both):
    models = model_table(both).filter(network="cnn")
    for number, row in enumerate(models.rows(named=True), start=3):
        left, right = book.row("knee", number), book.row("knee", number, "M")
        assert left[0] == f"cnn {row['trial']}"
        assert left[1:] == pytest.approx(
            [row["score_deg"], *[v for k, v in row.items() if k.startswith("validation_")][1:]]
        )
        assert right == pytest.approx(
            [v for k, v in row.items() if k.startswith("test_") and k != "test_people"]
        )
    assert f"A{3 + len(models)}" not in book["knee"]  # a gap, then the LSTMs


def test_what_a_search_came_to_is_told_for_the_page_of_a_reproduction(both):
    found = search_of(both[1])
    scores = [t.score_deg for t in both[1].trials if t.state == "complete"]
    assert found.score_deg == min(scores)
    best = next(t for t in both[1].trials if found.best == f"trial {t.number}")
    assert best.score_deg == min(scores)
    assert found.test_deg == pytest.approx(1.1 * min(scores))
    assert sum(found.trials.values()) == len(both[1].trials)
    assert found.iterations == sum(t.iterations for t in both[1].trials)
    nothing = search_of(Study(trials=(Trial(number=0, state="failed"),)))
    assert (nothing.best, nothing.score_deg, nothing.test_deg) == ("", None, None)
