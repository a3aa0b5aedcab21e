"""``kinefuse check SESSION`` as a user meets it: a verdict, findings, JSON, a mended copy."""

import json
from dataclasses import replace

import numpy as np
import pytest
from typer.testing import CliRunner

import kinefuse as kf
from imu_files import streams_of
from kinefuse.cli.app import app
from kinefuse.formats.streams_folder import write_streams
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import FILE_NAME, write_description
from small_recordings import recorded_walk, standing_then_walking


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def files(folder):
    return {file.name: file.read_bytes() for file in folder.rglob("*") if file.is_file()}


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """Numbered sensors: one in deg/s, and two on each other's segment in session.toml."""
    folder = tmp_path_factory.mktemp("faulty") / "walk"
    worn = streams_of(standing_then_walking(seed=2, sensors="research")).streams
    numbers = {f"00B{i}": replace(one, label=f"00B{i}") for i, one in enumerate(worn.values())}
    numbers["00B6"] = replace(numbers["00B6"], gyr_rad_s=np.rad2deg(numbers["00B6"].gyr_rad_s))
    write_streams(folder, SensorStreams(name="walk", streams=numbers, format_name="csv"))
    places = dict(zip(worn, numbers, strict=True))
    places |= {"thigh_r": places["shank_l"], "shank_l": places["thigh_r"]}
    sensors = {s: SensorPlace(label=label) for s, label in places.items()}
    write_description(folder / FILE_NAME, SessionDescription(name="walk", sensors=sensors))
    return folder


def test_a_sound_recording_is_one_line_and_code_0(tmp_path):
    folder = recorded_walk(tmp_path / "walk", seed=1)
    ran = kinefuse("check", folder)
    assert ran.exit_code == 0, ran.output
    assert ran.stdout.startswith(f"{folder}: nothing faulty in ")


def test_faults_are_told_to_people_and_programs_and_mended_in_a_copy(faulty, tmp_path):
    before, out, told = files(faulty), tmp_path / "copy", tmp_path / "found.json"
    ran = kinefuse("check", faulty, "--json", told, "--fix", "--out", out)
    assert ran.exit_code == 1, ran.output
    head, *lines = ran.stdout.splitlines()
    assert head.startswith(f"{faulty}: ")
    assert all(len(line) <= 80 for line in lines if str(tmp_path) not in line)
    assert "FAULT  unit of the gyroscope: foot_l" in lines
    rows = json.loads(told.read_text())
    assert [row["check"] for row in rows if not row["passed"]].count("unit of the gyroscope") == 1
    assert files(faulty) == before
    log = (out / "log.md").read_text()
    assert "00B6: its gyroscope" in log
    assert "it was said to be on thigh_r and is now on shank_l" in log  # once deg/s hid it no more
    assert not any(found.is_fault for found in kf.check(out))
    assert kf.read(out).samples > 0


def test_nothing_is_overwritten_and_a_copy_needs_its_place(faulty, tmp_path):
    told = tmp_path / "found.json"
    told.write_text("precious")
    assert kinefuse("check", faulty, "--json", told).exit_code == 2
    assert told.read_text() == "precious"
    (tmp_path / "copy").mkdir()
    (tmp_path / "copy" / "a").touch()
    assert kinefuse("check", faulty, "--fix", "--out", tmp_path / "copy").exit_code == 2
    for words in (("--fix",), ("--out", tmp_path / "new")):
        ran = kinefuse("check", faulty, *words)
        assert ran.exit_code == 2
        assert "--fix and --out" in ran.stderr
    assert kinefuse("check", tmp_path / "nowhere").exit_code == 2


@pytest.fixture
def copied(faulty, tmp_path):
    """A mended copy, and the first of its sensors' files."""
    out = tmp_path / "copy"
    assert kinefuse("check", faulty, "--fix", "--out", out).exit_code == 1
    return out


def test_an_earlier_copy_is_replaced_whole(faulty, copied, tmp_path):
    listed = json.loads((copied / "streams.json").read_text())
    old = copied / listed["sensors"][0]["file"]
    listed["sensors"][0]["file"] = "left_over.csv"
    (copied / "streams.json").write_text(json.dumps(listed))
    old.rename(copied / "left_over.csv")
    ran = kinefuse("check", faulty, "--fix", "--out", copied, "--force")
    assert ran.exit_code == 1, ran.output
    assert old.exists()
    assert not (copied / "left_over.csv").exists()
    assert [path.name for path in tmp_path.iterdir()] == ["copy"]


def test_what_is_no_part_of_a_copy_is_never_deleted(faulty, copied):
    (copied / "thesis.txt").write_text("mine")
    before = files(copied)
    ran = kinefuse("check", faulty, "--fix", "--out", copied, "--force")
    assert ran.exit_code == 2
    assert "holds thesis.txt, which is no part of a mended copy" in ran.stderr
    (copied / "streams.json").unlink()
    ran = kinefuse("check", faulty, "--fix", "--out", copied, "--force")
    assert ran.exit_code == 2
    assert files(copied) == {name: data for name, data in before.items() if name != "streams.json"}


@pytest.mark.parametrize("where", [".", "..", "session.toml/.."])
def test_a_copy_never_takes_the_recordings_place(where, faulty):
    before = files(faulty)
    ran = kinefuse("check", faulty, "--fix", "--out", faulty / where, "--force")
    assert ran.exit_code == 2
    assert "holds the recording itself; choose another --out" in ran.stderr
    assert files(faulty) == before


def test_findings_may_lie_in_the_copy_and_are_replaced_with_it(faulty, tmp_path):
    out = tmp_path / "copy"
    words = ("check", faulty, "--fix", "--out", out, "--json", out / "found.json")
    assert kinefuse(*words).exit_code == 1
    (out / "found.json").write_text("old")
    assert kinefuse(*words).exit_code == 2
    assert kinefuse(*words, "--force").exit_code == 1
    assert json.loads((out / "found.json").read_text())


def test_findings_that_lie_where_no_copy_was_needed_are_replaced(tmp_path):
    folder, out = recorded_walk(tmp_path / "walk", seed=1), tmp_path / "copy"
    words = ("check", folder, "--fix", "--out", out, "--json", out / "found.json", "--force")
    assert kinefuse(*words).exit_code == 0
    (out / "found.json").write_text("old")
    again = kinefuse(*words)
    assert again.exit_code == 0, again.output
    assert json.loads((out / "found.json").read_text())


@pytest.mark.parametrize("words", [("--limits", "ours"), ("--seed", 0, "--skip", "")])
def test_options_of_a_store_mean_nothing_for_a_recording(words, faulty):
    ran = kinefuse("check", faulty, *words)
    assert ran.exit_code == 2
    named = " and ".join(sorted(word for word in words if str(word).startswith("--"))[::-1])
    told = f"{faulty} is a recording, and {named} can only be said of a store of trials;"
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1


def test_a_real_walk_without_places_raises_no_fault(shared_data):
    ran = kinefuse("check", shared_data / "walking_imu_optical_gaittech" / "rawimu")
    assert ran.exit_code == 0, ran.output
    assert "DOUBT  places" in ran.stdout
