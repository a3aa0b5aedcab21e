"""``kinefuse summarize`` as people use it, on studies that a search wrote."""

import json

import polars as pl
import pytest
from typer.testing import CliRunner

from html_pages import assert_offline
from kinefuse.cli.app import app
from kinefuse.search.outcomes import LAYOUT, STUDY_FILE, TrialOutcome, trial_folder, write_outcome
from made_up_studies import study
from workbooks import Workbook


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def write_study(folder, **words):
    """What a search would have left behind."""
    made = study(trials=12, **words)
    folder.mkdir(parents=True)
    asked = {"activity": made.activity, "joint": made.joint, "network": made.network}
    (folder / STUDY_FILE).write_text(json.dumps({"layout": LAYOUT, **asked}))
    for one in made.trials:
        place = trial_folder(folder, one.number)
        place.mkdir(parents=True)
        write_outcome(place, TrialOutcome(**vars(one)))
    return made


@pytest.fixture(scope="module")
def studies(tmp_path_factory):
    root = tmp_path_factory.mktemp("studies")
    for activity in ("walking", "running"):
        for joint in ("knee", "hip"):
            for network in ("lstm", "cnn"):
                words = {"activity": activity, "joint": joint, "network": network}
                write_study(root / f"{activity}_{joint}_{network}", **words)
    return root


@pytest.fixture(scope="module")
def summary(studies, tmp_path_factory):
    out = tmp_path_factory.mktemp("summary") / "new" / "summary.xlsx"
    result = kinefuse("summarize", *sorted(studies.iterdir()), "--out", out)
    assert result.exit_code == 0, result.output
    return out, result.output


def test_a_workbook_a_table_and_a_page_are_written(summary):
    out, said = summary
    names = ["summary.csv", "summary.html", "summary.xlsx"]
    assert sorted(file.name for file in out.parent.iterdir()) == names
    assert list(Workbook(out).sheets) == [
        "walking hip", "walking knee", "running hip", "running knee"
    ]  # fmt: skip
    assert_offline(out.with_suffix(".html").read_text())
    assert "walking, hip, CNN: best walking_hip_cnn trial" in said


def test_the_table_has_a_row_a_model_of_every_study(summary, studies):
    models = pl.read_csv(summary[0].with_suffix(".csv"))
    finished = 0
    for file in studies.rglob("outcome.json"):
        finished += json.loads(file.read_text())["state"] == "complete"
    assert len(models) == finished
    assert models["study"].n_unique() == 8


def test_a_folder_of_studies_is_as_good_as_all_of_them(summary, studies, tmp_path):
    out = tmp_path / "again.csv"
    assert kinefuse("summarize", studies, studies / "walking_hip_cnn", "--out", out).exit_code == 0
    assert out.read_text() == summary[0].with_suffix(".csv").read_text()
    assert sorted(file.name for file in tmp_path.iterdir()) == ["again.csv", "again.html"]


def test_nothing_is_overwritten_without_force(studies, tmp_path):
    out = tmp_path / "s.xlsx"
    taken = tmp_path / "s.html"
    taken.write_text("mine")
    result = kinefuse("summarize", studies / "walking_hip_cnn", "--out", out)
    assert result.exit_code == 2
    assert "s.html already exists" in " ".join(result.output.split())
    assert [file.name for file in tmp_path.iterdir()] == ["s.html"]
    again = kinefuse("summarize", studies / "walking_hip_cnn", "--out", out, "--force")
    assert again.exit_code == 0
    assert taken.read_text() != "mine"


def test_studies_of_one_name_are_told_apart_by_their_folders(studies, tmp_path):
    write_study(tmp_path / "other" / "walking_hip_cnn", joint="hip", seed=9)
    folders = studies / "walking_hip_cnn", tmp_path / "other" / "walking_hip_cnn"
    assert kinefuse("summarize", *folders, "--out", tmp_path / "s.csv").exit_code == 0
    models = pl.read_csv(tmp_path / "s.csv")
    assert set(models["study"]) == {str(folder) for folder in folders}
    assert models["score_deg"].is_sorted()


@pytest.mark.parametrize(
    ("named", "out", "complaint"),
    [
        ("nowhere", "s.xlsx", "this folder holds no study"),
        ("walking_hip_cnn", "s.pdf", "choose one of: .xlsx, .csv"),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing_behind(
    studies, tmp_path, named, out, complaint
):
    result = kinefuse("summarize", studies / named, "--out", tmp_path / out)
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())
    assert list(tmp_path.iterdir()) == []


def test_a_study_without_a_finished_trial_is_refused(tmp_path):
    folder = tmp_path / "studies" / "fresh"
    folder.mkdir(parents=True)
    words = {"layout": LAYOUT, "activity": "walking", "joint": "hip", "network": "cnn"}
    (folder / STUDY_FILE).write_text(json.dumps(words))
    result = kinefuse("summarize", folder, "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 2
    assert "is finished" in result.output
    assert [file.name for file in tmp_path.iterdir()] == ["studies"]


def test_without_xlsxwriter_it_says_what_to_install_before_any_work(studies, tmp_path, monkeypatch):
    monkeypatch.setattr("kinefuse.report.workbook.can_write_workbooks", lambda: False)
    result = kinefuse("summarize", studies / "nowhere", "--out", tmp_path / "s.xlsx")
    assert result.exit_code == 2
    assert "pip install 'kinefuse[train]'" in result.output
    assert "s.csv" in result.output
    csv = kinefuse("summarize", studies / "walking_hip_cnn", "--out", tmp_path / "s.csv")
    assert csv.exit_code == 0
