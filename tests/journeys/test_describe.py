"""``kinefuse describe`` as a user meets it."""

import csv
import json
from dataclasses import replace

import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.dataset.store import write_trial
from meta_files import write_meta_h5
from synthetic_body import moving
from toy import puppet_trial


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    people = {"p1": ("female", 1.6), "p2": ("male", 1.8), "p3": ("male", 1.9)}
    for person, (sex, height_m) in people.items():
        about = {"sex": sex, "height_m": height_m}
        write_trial(folder, replace(puppet_trial(person, seconds=1), provenance=about))
    wrong = puppet_trial("p4", seconds=2)
    write_trial(folder, replace(wrong, faults=("swapped feet",)))
    return folder


def test_people_lengths_and_what_was_dropped_are_told(store):
    result = kinefuse("describe", store)
    assert result.exit_code == 0, result.output
    assert "1.77 ± 0.15" in result.output
    assert "1.85 ± 0.07" in result.output  # men
    assert "unknown" in result.output  # nobody's mass
    assert "1 recordings dropped, 0 incomplete.\n    p4 walk: swapped feet" in result.output


def test_the_files_hold_what_is_told_and_are_not_replaced_unasked(store, tmp_path):
    out = tmp_path / "described"
    exclusions = tmp_path / "quality.json"
    exclusions.write_text(json.dumps([{"person": "p3", "trial": "walk", "reasons": ["jumps"]}]))
    result = kinefuse("describe", store, "--out", out, "--without", exclusions)
    assert result.exit_code == 0, result.output
    names = ["description.md", "lengths.svg", "people.csv", "trials.csv"]
    assert sorted(f.name for f in out.iterdir()) == names
    page = (out / "description.md").read_text()
    assert page.startswith("# puppets\n\n2 people, 2 trials at 100 Hz, 0.0 minutes; 2 recordings")
    assert "| walking | all | 2 | 2 | 1.70 ± 0.14 | unknown | unknown |" in page
    assert "- p3 walk: jumps\n- p4 walk: swapped feet" in page
    assert "![How many trials are how long](lengths.svg)" in page
    with (out / "people.csv").open() as file:
        rows = {row["who"]: row for row in csv.DictReader(file)}
    assert (rows["male"]["height_m"], rows["male"]["height_m_sd"]) == ("1.8", "")
    with (out / "trials.csv").open() as file:
        trials = {row["person"]: row for row in csv.DictReader(file)}
    assert (trials["p4"]["kept"], trials["p4"]["reasons"]) == ("no", "swapped feet")
    assert trials["p1"]["seconds"] == "1"
    assert kinefuse("describe", store, "--out", out).exit_code == 2
    assert kinefuse("describe", store, "--out", out, "--force").exit_code == 0


def test_a_prepared_file_is_described_with_whom_it_lost(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    file = write_meta_h5(tmp_path / "running_meta.h5", {f"s{i}": poses for i in range(3)})
    words = ("prepare", file, "--out", tmp_path / "store", "--recipe", "published", "--jobs", "1")
    result = kinefuse(*words)
    assert result.exit_code == 0, result.output
    assert "a real sensor has none and cannot be aligned so" in result.output
    assert "8 s: 3 people, kept" in result.output
    result = kinefuse("describe", tmp_path / "store")
    assert "all (female)" in result.output
    assert "1.71 ± 0.00" in result.output
    assert "64.0 ± 0.0" in result.output


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("nowhere",), "this is no store"),
        (("{store}", "--without", "nowhere.json"), "these exclusions cannot be read"),
    ],
)
def test_a_wrong_wish_is_one_sentence(store, words, complaint):
    result = kinefuse("describe", *(word.format(store=store) for word in words))
    assert result.exit_code == 2
    assert complaint in " ".join(result.output.split())
    assert result.output.strip().count("\n") == 0
