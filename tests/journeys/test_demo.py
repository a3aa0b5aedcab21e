"""The demonstration: one command, a person, a report with the truth beside the estimate."""

import subprocess
import sys
import time

import numpy as np
import pytest

from kinefuse.cli.demo import NEVER_TRAINED_ON, SECONDS, errors_deg, simulated
from kinefuse.estimation import estimate


def demo(*arguments, folder):
    return subprocess.run(
        [sys.executable, "-m", "kinefuse.cli.app", "demo", *arguments],
        capture_output=True,
        text=True,
        timeout=120,
        cwd=folder,
    )


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_one_command_writes_a_report_and_says_where(tmp_path, activity):
    start = time.perf_counter()
    run = demo("--activity", activity, folder=tmp_path)
    assert run.returncode == 0, run.stderr
    assert time.perf_counter() - start < 60  # 20 s on an idle machine
    report = tmp_path / "demo-report" / "report.html"
    assert report.stat().st_size > 10_000
    assert str(report) in run.stdout.replace("\n", "")
    assert "RMSE in degrees" in run.stdout
    assert {f.name for f in report.parent.iterdir()} >= {"angles.csv", "summary.json"}


def test_a_second_run_keeps_the_first_ones_report_unless_forced(tmp_path):
    (tmp_path / "demo-report").mkdir()
    (tmp_path / "demo-report" / "report.html").write_text("mine")
    run = demo(folder=tmp_path)
    assert run.returncode == 2
    assert "--force" in run.stderr
    assert (tmp_path / "demo-report" / "report.html").read_text() == "mine"


@pytest.mark.parametrize(
    ("option", "value"), [("--activity", "swimming"), ("--sensors", "magic"), ("--method", "luck")]
)
def test_a_wrong_choice_is_one_sentence_and_leaves_nothing(tmp_path, option, value):
    run = demo(option, value, folder=tmp_path)
    assert run.returncode == 2
    assert len(run.stderr.strip().splitlines()) == 1
    assert value in run.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_flexion_is_found_within_a_few_degrees(activity):
    trial, session = simulated(activity, 1, "consumer")
    errors = errors_deg(estimate(session, activity=activity), trial.angles)
    for kind, (raw, mean_removed) in errors.items():
        assert mean_removed[0] < 5, kind
        assert raw[0] < 15, kind


def test_sensors_are_degraded_and_seeds_are_people():
    trial, session = simulated("walking", 0, "consumer")
    other, _ = simulated("walking", 1, "consumer")
    assert session.samples == trial.imus.samples == round(SECONDS * session.rate_hz)
    difference = session["thigh_r"].acc_m_s2 - trial.imus["thigh_r"].acc_m_s2
    assert np.abs(difference).mean() > 0.1
    assert session.person.height_m == trial.provenance["height_m"]
    assert trial.provenance["height_m"] != other.provenance["height_m"]
    assert NEVER_TRAINED_ON > 100_000
