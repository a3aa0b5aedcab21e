"""What a person sees of ``kinefuse formats``."""

import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.formats import FORMATS
from own_logger import write_logged, write_map
from small_recordings import standing_then_walking
from vendor_files import EXAMPLES, XSENS, session, write_xsens


def said(*arguments: object):
    return CliRunner().invoke(app, ["formats", *map(str, arguments)], env={"COLUMNS": "200"})


def test_the_list_names_every_row_and_where_own_maps_go(monkeypatch, tmp_path):
    monkeypatch.setenv("KINEFUSE_FORMATS", str(tmp_path))
    answer = said()
    assert answer.exit_code == 0
    assert all(name in answer.output for name in FORMATS)
    assert str(tmp_path) in answer.output.replace("\n", "")


def test_explaining_a_recording_tells_every_row_and_what_is_in_it(tmp_path):
    example = EXAMPLES["xsens_txt"]
    write_xsens(tmp_path / "walk", session(example, seconds=1.0))
    answer = said("--explain", tmp_path / "walk")
    assert answer.exit_code == 0
    for name in FORMATS:
        sign = "yes" if name == "xsens_txt" else "no"
        assert any(line.split()[:2] == [sign, name] for line in answer.output.splitlines()), name
    assert all(label in answer.output for label in XSENS.values())
    assert "200 Hz" in answer.output
    assert "rad/s: MT Manager's defaults" in answer.output


def test_a_faulty_map_is_one_sentence_with_its_key(tmp_path):
    (tmp_path / "mine.toml").write_text('name = "x"\n')
    answer = said("--map", tmp_path / "mine.toml")
    assert answer.exit_code == 2
    assert "mine.toml: [files] name is missing" in answer.stderr


def test_a_file_that_nobody_knows_is_explained_and_refused(tmp_path):
    (tmp_path / "notes.txt").write_text("buy milk\n")
    answer = said("--explain", tmp_path / "notes.txt")
    assert answer.exit_code == 2
    assert "no  xsens_txt" in answer.output
    assert "not an IMU recording; why is said above for every format" in answer.stderr
    assert "--explain" not in answer.stderr


def test_of_a_folder_of_tables_it_is_said_what_is_in_them(tmp_path):
    (tmp_path / "cycles.csv").write_text("person,speed\na,1.2\n")
    (tmp_path / "empty.csv").touch()
    answer = said("--explain", tmp_path)
    assert answer.exit_code == 2
    row = next(line for line in answer.output.splitlines() if line.split()[:2] == ["no", "csv"])
    assert "shank_r_acc_x_m_s2" in row
    assert "cycles.csv (person, speed)" in row
    assert "empty.csv (empty)" in row
    assert "the directory holds no IMU recording; why is said above" in answer.stderr


@pytest.mark.parametrize("what", ["walk", "walk/logger_foot_l.txt"])
@pytest.mark.parametrize("by_folder", [False, True])
def test_a_recording_of_an_own_map_is_explained(tmp_path, monkeypatch, what, by_folder):
    write_logged(tmp_path / "walk", standing_then_walking(seed=1))
    file = write_map(tmp_path / "maps" / "ours.toml")
    if by_folder:
        monkeypatch.setenv("KINEFUSE_FORMATS", str(file.parent))
    answer = said("--explain", tmp_path / what, *(() if by_folder else ("--map", file)))
    assert answer.exit_code == 0, answer.output
    assert "Read as lab_logger: Our laboratory's logger" in answer.output
