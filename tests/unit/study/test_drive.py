"""A study goes through whatever happens to single sessions; no session is computed here."""

import polars as pl
import pytest

from kinefuse.executor import InThisProcess
from kinefuse.progress import result_of
from kinefuse.study import Session, StudyRequest, drive, estimate_all, task
from kinefuse.study.measures import SCHEMA
from kinefuse.study.task import ChangedRecording, SessionTask, is_done

HEADER = "time_s,shank_r_acc_x_g"


@pytest.fixture
def sessions(tmp_path):
    found = []
    for name in ("ada", "bob", "cleo"):
        (tmp_path / name).mkdir()
        found.append(Session(name=name, path=tmp_path / name))
    return found


def made_up(task_):
    """Results without a recording; bob crashes, as only a mistake in the program does."""
    name = task_.session.name
    if name == "bob":
        raise ZeroDivisionError("division by zero")
    task_.folder.mkdir(parents=True)
    row = pl.DataFrame([{"session": name, "joint": "knee", "range_deg": 60.0}], schema=SCHEMA)
    row.write_csv(task_.folder / task.MEASURES)
    return ""


def test_a_crash_of_one_is_told_and_the_others_go_on(sessions, tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "estimate_session", made_up)
    out = tmp_path / "out"
    found = result_of(estimate_all(StudyRequest(), sessions, out, InThisProcess()))
    assert found.done == ("ada", "cleo")
    assert "ZeroDivisionError: division by zero" in found.failures["bob"]
    assert pl.read_csv(out / "study.csv")["session"].to_list() == ["ada", "cleo"]
    assert pl.read_csv(out / "failures.csv")["session"].to_list() == ["bob"]


def test_an_interrupted_study_leaves_tables_of_what_is_done(sessions, tmp_path, monkeypatch):
    monkeypatch.setattr(drive, "estimate_session", made_up)
    steps = estimate_all(StudyRequest(), sessions, tmp_path / "out", InThisProcess())
    assert next(steps).done == 0
    assert next(steps).done == 1
    steps.close()
    assert pl.read_csv(tmp_path / "out" / "study.csv")["session"].to_list() == ["ada"]


def test_a_recording_that_has_changed_is_not_passed_for_done(sessions, tmp_path):
    (tmp_path / "ada" / "walk.csv").write_text(HEADER + "\n")
    asked = SessionTask(
        session=sessions[0], request=StudyRequest(), folder=tmp_path / "out" / "ada"
    )
    assert not is_done(asked)
    asked.folder.mkdir(parents=True)
    task.write_json(asked.folder / task.REQUEST, task._asked(asked))
    assert is_done(asked)
    (tmp_path / "ada" / "walk.csv").write_text(HEADER + "\n\n")
    with pytest.raises(ChangedRecording, match="has changed since"):
        is_done(asked)
