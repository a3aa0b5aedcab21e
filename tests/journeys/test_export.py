"""From a folder of results to files for other programs."""

import re

import numpy as np
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.exports import EXPORTS
from kinefuse.saved_estimate import write_estimate
from made_up_estimates import made_up_estimate, without_orientations


def export(*words):
    return CliRunner().invoke(app, ["export", *map(str, words)])


@pytest.fixture
def result(walker, tmp_path):
    write_estimate(tmp_path / "result" / "estimate.h5", made_up_estimate(walker))
    return tmp_path / "result"


def test_without_a_wish_everything_is_written(result, tmp_path):
    ran = export(result, "--out", tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    assert {file.name for file in (tmp_path / "out").iterdir()} == {
        row.file for row in EXPORTS.values()
    }
    assert all(row.file in ran.stdout.replace("\n", "") for row in EXPORTS.values())


def test_some_files_and_a_height(result, tmp_path):
    import ezc3d

    out = tmp_path / "out"
    ran = export(result / "estimate.h5", "--to", "c3d, mot", "--out", out, "--height-m", 1.8)
    assert ran.exit_code == 0, ran.output
    assert {file.name for file in out.iterdir()} == {"angles.c3d", "angles.mot"}
    labels = ezc3d.c3d(str(out / "angles.c3d"))["parameters"]["POINT"]["LABELS"]["value"]
    assert "RKJC" in labels


def test_nothing_is_overwritten_unless_asked(result, tmp_path):
    out = tmp_path / "out"
    out.mkdir()
    (out / "angles.csv").write_text("mine")
    assert export(result, "--to", "csv", "--out", out).exit_code == 2
    assert (out / "angles.csv").read_text() == "mine"
    assert export(result, "--to", "csv", "--out", out, "--force").exit_code == 0
    assert np.char.startswith((out / "angles.csv").read_text(), "time_s")


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--to", "fbx"), "choose one of: mot"),
        (("--height-m", "180"), "a height of 180 m"),
        (("--to", "mot,"), "choose one of"),
    ],
)
def test_mistakes_are_one_sentence_and_leave_nothing(words, told, result, tmp_path):
    ran = export(result, "--out", tmp_path / "out", *words)
    assert ran.exit_code == 2
    assert told in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_folder_without_an_estimate_is_refused(tmp_path):
    ran = export(tmp_path, "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert "no such estimate" in ran.stderr


def test_what_cannot_be_is_left_out_and_said(walker, tmp_path):
    bare = without_orientations(made_up_estimate(walker), ["knee_r", "knee_l"])
    write_estimate(tmp_path / "result" / "estimate.h5", bare)
    ran = export(tmp_path / "result", "--out", tmp_path / "out")
    assert ran.exit_code == 0
    assert "Left out 'bvh': the estimate has no orientation of the pelvis." in ran.stdout
    left_out = re.findall(r"Left out '([\w-]+)'", ran.stdout)
    assert len(left_out) > 2
    assert left_out == [name for name in EXPORTS if name in left_out]
    assert not (tmp_path / "out" / "motion.bvh").exists()
    asked = export(tmp_path / "result", "--to", "csv,bvh", "--out", tmp_path / "other")
    assert asked.exit_code == 2
    assert "leave 'bvh' out of --to" in asked.stderr
