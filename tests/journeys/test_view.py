"""From a folder of results to the page to watch."""

import json
import re

import numpy as np
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.formats.angle_files import write_angles_csv
from kinefuse.recordings import JointAngles
from kinefuse.saved_estimate import write_estimate
from made_up_estimates import made_up_estimate


def view(*words):
    return CliRunner().invoke(app, ["view", *map(str, words)])


def told(page):
    found = re.search(r'id="recording">(.*?)</script>', page.read_text(encoding="utf-8"), re.S)
    assert found
    return json.loads(found[1])


@pytest.fixture
def found(walker):
    return made_up_estimate(walker, height_m=1.6)


@pytest.fixture
def result(found, tmp_path):
    write_estimate(tmp_path / "result" / "estimate.h5", found)
    return tmp_path / "result"


def test_a_folder_gets_its_page(result):
    ran = view(result)
    assert ran.exit_code == 0, ran.output
    said = told(result / "view.html")
    assert said["height_m"] == 1.6
    assert said["height_known"]
    assert said["truth"] is None


def test_truth_height_and_place(result, found, tmp_path):
    true = tmp_path / "true.csv"
    write_angles_csv(true, found.angles)
    page = tmp_path / "elsewhere.html"
    ran = view(result / "estimate.h5", "--truth", true, "--height-m", 1.9, "--out", page)
    assert ran.exit_code == 0, ran.output
    said = told(page)
    assert said["height_m"] == 1.9
    assert said["truth_curves"] == said["curves"]
    assert not (result / "view.html").exists()


def test_an_earlier_page_stays_unless_asked(result):
    page = result / "view.html"
    page.write_text("mine")
    ran = view(result)
    assert ran.exit_code == 2
    assert page.read_text() == "mine"
    assert view(result, "--force").exit_code == 0
    assert page.read_text() != "mine"


def test_what_cannot_be_shown_is_said_in_a_sentence(result, tmp_path):
    ran = view(tmp_path / "nothing")
    assert ran.exit_code == 2
    assert "there is no such estimate" in ran.stderr
    ran = view(result, "--height-m", 180)
    assert ran.exit_code == 2
    assert "a height of" in ran.stderr
    assert not (result / "view.html").exists()


def test_truth_of_another_rate_is_met_in_time(found):
    ramp = np.linspace(0.0, 1.0, 51)[:, None] * np.ones(3)
    slow = JointAngles(rate_hz=25.0, angles_rad={"knee_r": ramp})
    met = slow.at_samples_of(found.angles).angles_rad["knee_r"]
    rate = found.angles.rate_hz
    assert len(met) == found.angles.samples
    np.testing.assert_allclose(met[round(rate)], 0.5)
    assert np.isnan(met[round(2.5 * rate) :]).all()
