"""A recording that only a map of one's own reads, at every command that reads recordings."""

import shutil
import tomllib

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

import kinefuse as kf
from kinefuse.cli.app import app
from kinefuse.errors import BadStreamMap, UnreadableFile
from kinefuse.sessions.errors import BadDescription
from own_logger import write_logged, write_map
from small_recordings import standing_then_walking

FAST = ("--method", "classical")


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def imus():
    return standing_then_walking(seed=1)


@pytest.fixture
def lab(imus, tmp_path):
    """A folder ``walk`` of the logger's files, and ``maps/ours.toml`` beside it."""
    write_logged(tmp_path / "walk", imus)
    write_map(tmp_path / "maps" / "ours.toml")
    return tmp_path


def test_without_the_map_the_logger_is_unknown(lab):
    ran = kinefuse("check", lab / "walk")
    assert ran.exit_code == 2
    assert "the directory holds no IMU recording" in ran.stderr


def test_the_map_is_taken_by_check_estimate_and_python(lab, imus):
    ours = lab / "maps" / "ours.toml"
    assert kinefuse("check", lab / "walk", "--map", ours).exit_code == 0
    ran = kinefuse("estimate", lab / "walk", "--out", lab / "out", "--map", ours, *FAST)
    assert ran.exit_code == 0, ran.output
    assert "knee_flexion_r_deg" in (lab / "out" / "angles.csv").read_text()
    session = kf.read(lab / "walk", maps=[str(ours)])
    np.testing.assert_allclose(session["foot_l"].acc_m_s2, imus["foot_l"].acc_m_s2)
    assert not any(found.is_fault for found in kf.check(lab / "walk", maps=[ours]))
    with pytest.raises(UnreadableFile):
        kf.read(lab / "walk")


def test_a_new_session_names_its_map_and_needs_it_no_more(lab):
    ours, walk = lab / "maps" / "ours.toml", lab / "walk"
    other = write_map(lab / "maps" / "other.toml", name="other", unit="s")
    other.write_text(other.read_text().replace("logger_", "never_"))
    ran = kinefuse("session", "new", walk, "--map", other, "--map", ours)
    assert ran.exit_code == 0, ran.output
    assert tomllib.loads((walk / "session.toml").read_text())["map"] == "../maps/ours.toml"
    shutil.move(lab, moved := lab.with_name("moved"))
    assert kinefuse("check", moved / "walk").exit_code == 0
    ran = kinefuse("estimate", moved / "walk", "--out", moved / "out", *FAST)
    assert ran.exit_code == 0, ran.output
    ran = kinefuse("session", "new", moved / "walk", "--force")  # it still says how to read it
    assert ran.exit_code == 0, ran.output
    assert (
        tomllib.loads((moved / "walk" / "session.toml").read_text())["map"] == "../maps/ours.toml"
    )


def test_a_session_of_a_known_format_names_no_map(lab, imus):
    kf.write_session_csv(lab / "walk.csv", imus)
    folder = lab / "known"
    folder.mkdir()
    shutil.move(lab / "walk.csv", folder)
    ran = kinefuse("session", "new", folder, "--map", lab / "maps" / "ours.toml")
    assert ran.exit_code == 0, ran.output
    assert "map" not in tomllib.loads((folder / "session.toml").read_text())


def test_a_map_that_is_given_replaces_the_one_of_the_session(lab):
    walk = lab / "walk"
    kinefuse("session", "new", walk, "--map", lab / "maps" / "ours.toml")
    tenths = write_map(lab / "maps" / "tenths.toml", unit="100us")
    assert kf.read(walk).rate_hz == 100
    assert kf.read(walk, maps=[tenths, tenths]).rate_hz == 1000
    shutil.rmtree(lab / "maps")
    with pytest.raises(BadDescription, match=r"map is '../maps/ours.toml', which is not there"):
        kf.read(walk)


def test_a_faulty_map_is_one_sentence_at_every_command(lab):
    bad = write_map(lab / "bad.toml", gyr="rpm")
    for words in (("estimate", "--out", lab / "out"), ("session", "new"), ("check",)):
        ran = kinefuse(*words, lab / "walk", "--map", bad)
        assert ran.exit_code == 2, words
        assert "bad.toml: [units] gyr is 'rpm'" in ran.stderr
        assert ran.stderr.count("\n") == 1
    again = write_map(lab / "again.toml")
    with pytest.raises(BadStreamMap, match=r"again.toml: name 'lab_logger' is that of another"):
        kf.read(lab / "walk", maps=[lab / "maps" / "ours.toml", again])
    assert not (lab / "out").exists()
    assert not (lab / "walk" / "session.toml").exists()


def test_a_study_is_of_the_map_that_read_it(lab, imus):
    write_logged(lab / "ward" / "ada", imus)
    write_logged(lab / "ward" / "bob", imus)
    ours, out = lab / "maps" / "ours.toml", lab / "out"
    words = ("estimate", lab / "ward", "--out", out, "--workers", 1, *FAST)
    ran = kinefuse(*words, "--map", ours)
    assert ran.exit_code == 0, ran.output
    assert pl.read_csv(out / "study.csv")["session"].unique().sort().to_list() == ["ada", "bob"]
    assert kinefuse(*words, "--map", ours).exit_code == 0  # nothing is left to do
    write_map(ours, acc="g")
    ran = kinefuse(*words, "--map", ours)
    assert ran.exit_code == 2
    assert "holds a study with another maps" in ran.stderr


def test_results_of_a_session_know_when_its_map_has_changed(lab, imus):
    for name in ("ada", "bob"):
        write_logged(lab / "ward" / name, imus)
        kinefuse("session", "new", lab / "ward" / name, "--map", lab / "maps" / "ours.toml")
    words = ("estimate", lab / "ward", "--out", lab / "out", "--workers", 1, *FAST)
    assert kinefuse(*words).exit_code == 0
    write_map(lab / "maps" / "ours.toml", title="another")
    ran = kinefuse(*words)
    assert ran.exit_code == 1
    assert "ada has changed since" in ran.stdout


def test_a_mended_copy_needs_no_map(lab, imus):
    write_logged(lab / "wrong", imus)
    file = lab / "wrong" / "logger_foot_l.txt"
    head, *rows = file.read_text().splitlines()
    in_deg = [
        ",".join([*(cells := row.split(","))[:4], *(repr(57.3 * float(c)) for c in cells[4:])])
        for row in rows
    ]
    file.write_text("\n".join([head, *in_deg]) + "\n")
    kinefuse("session", "new", lab / "wrong", "--map", lab / "maps" / "ours.toml")
    ran = kinefuse("check", lab / "wrong", "--fix", "--out", lab / "copy")
    assert ran.exit_code == 1, ran.output
    shutil.rmtree(lab / "maps")
    assert not any(found.is_fault for found in kf.check(lab / "copy"))


def test_the_demos_files_and_a_map_do_not_go_together(lab):
    words = ("--published-root", lab, "--map", lab / "maps" / "ours.toml")
    ran = kinefuse("estimate", *words, "--out", lab / "out")
    assert ran.exit_code == 2
    assert "leave one of them out" in ran.stderr
