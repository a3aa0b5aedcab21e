"""Many recordings by one command: one is faulty, the command is killed, and nothing is lost."""

import subprocess
import sys

import polars as pl
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from processes import PATIENCE_S, Processes, kill, wait_until
from small_recordings import recorded_walk

FOLDER = {"angles.csv", "angles.mot", "summary.json", "report.html", "measures.csv", "request.json"}
TABLES = {"study.json", "study.csv", "study.xlsx", "failures.csv"}


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def recordings(tmp_path_factory):
    """Three people; the second one's file lacks a column."""
    folder = tmp_path_factory.mktemp("lab") / "recordings"
    for seed, name in enumerate(("ada", "bob", "cleo")):
        recorded_walk(folder / name, seed, seconds=9.0)
    file = folder / "bob" / "bob.csv"
    file.write_text(file.read_text().replace("shank_l_gyr_z", "shank_l_gyr_w"))
    return folder


@pytest.fixture(scope="module")
def study(recordings):
    """By one process from beginning to end."""
    out = recordings.parent / "study"
    return out, kinefuse("estimate", recordings, "--out", out, "--workers", 1)


def test_one_failure_stops_nobody_and_is_told(study):
    out, ran = study
    assert ran.exit_code == 1, ran.output
    assert {file.name for file in out.iterdir()} == TABLES | {"ada", "cleo"}
    for name in ("ada", "cleo"):
        assert {file.name for file in (out / name).iterdir()} >= FOLDER
    failures = pl.read_csv(out / "failures.csv")
    assert failures["session"].to_list() == ["bob"]
    assert "shank_l (gyroscope: z)" in failures["sentence"][0]
    assert f"Failed, bob: {failures['sentence'][0]}" in ran.stdout
    assert "2 of 3 sessions" in ran.stdout


def test_the_table_has_a_row_an_angle_of_every_session(study):
    table = pl.read_csv(study[0] / "study.csv")
    assert table["session"].to_list() == ["ada"] * 18 + ["cleo"] * 18
    knees = table.filter(joint="knee", plane="flexion")
    assert knees["range_deg"].is_between(30, 90).all()
    assert (knees["highest_deg"] - knees["lowest_deg"] - knees["range_deg"]).abs().max() < 0.01
    assert (table["uncertainty_sd_deg"] > 0).all()
    assert knees["highest_at_percent"].is_between(60, 85).all()  # in swing
    assert table["stance_percent"].is_between(50, 75).all()
    per_minute = 120 / table["stride_time_s"]  # two steps a stride
    assert (table["cadence_steps_min"] - per_minute).abs().max() < 0.01


def test_killed_in_the_middle_two_workers_go_on_to_the_same_numbers(recordings, study, tmp_path):
    out, processes = tmp_path / "study", Processes()
    words = ("kinefuse.cli.app", "estimate", recordings, "--out", out)
    try:
        first = processes.start(*words, "--workers", 1, log=tmp_path / "log")
        wait_until((out / "ada").exists, "the first session to be finished")
        kill(first)
    finally:
        processes.close()
    assert not (out / "study.csv").exists()
    (out / "cleo.partial1").mkdir(exist_ok=True)  # as a worker killed while writing leaves it
    kept = {file.name: file.stat().st_mtime_ns for file in (out / "ada").iterdir()}
    assert set(kept) >= FOLDER
    again = [sys.executable, "-m", *map(str, words), "--workers", "2"]
    ran = subprocess.run(again, capture_output=True, text=True, timeout=PATIENCE_S, check=False)
    assert ran.returncode == 1, ran.stderr
    assert {file.name for file in out.iterdir()} == TABLES | {"ada", "cleo"}
    assert {f.name: f.stat().st_mtime_ns for f in (out / "ada").iterdir()} == kept
    one, two = ((folder / "study.csv").read_text() for folder in (study[0], out))
    assert one == two


def test_a_mended_recording_is_all_that_is_left_to_do(recordings, study, tmp_path):
    out = study[0]
    kept = (out / "ada" / "angles.csv").stat().st_mtime_ns
    recorded_walk(tmp_path / "bob", 1, seconds=9.0)
    three = (recordings / "ada", tmp_path / "bob", recordings / "cleo")
    ran = kinefuse("estimate", *three, "--out", out, "--workers", 1)
    assert ran.exit_code == 0, ran.output
    assert pl.read_csv(out / "failures.csv").is_empty()
    assert pl.read_csv(out / "study.csv")["session"].n_unique() == 3
    assert (out / "ada" / "angles.csv").stat().st_mtime_ns == kept


def test_another_way_of_estimating_is_refused_before_anything_is_done(recordings, study):
    before = (study[0] / "study.csv").read_text()
    ran = kinefuse("estimate", recordings, "--out", study[0], "--method", "classical")
    assert ran.exit_code == 2
    assert "holds a study with another method; choose another --out" in ran.stderr
    assert (study[0] / "study.csv").read_text() == before


def test_a_folder_of_something_else_is_left_alone(recordings, tmp_path):
    (tmp_path / "thesis.txt").write_text("mine")
    ran = kinefuse("estimate", recordings, "--out", tmp_path)
    assert ran.exit_code == 2
    assert [file.name for file in tmp_path.iterdir()] == ["thesis.txt"]


def test_without_dask_a_scheduler_is_refused(recordings, tmp_path, monkeypatch):
    monkeypatch.setattr("kinefuse.executor.dask_is_installed", lambda: False)
    words = ("estimate", recordings, "--out", tmp_path / "out", "--scheduler", "tcp://127.0.0.1:1")
    ran = kinefuse(*words)
    assert ran.exit_code == 2
    assert "needs Dask, which is not installed" in ran.stderr
