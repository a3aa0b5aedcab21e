"""Bad input meets one clear sentence, exit code 2, and leaves nothing half-written."""

import numpy as np
import pytest
from typer.testing import CliRunner

from imu_files import WRITERS, empty, session, truncate, with_values, write_csv, write_trc_pair
from kinefuse.cli.app import app
from kinefuse.formats import FORMATS
from kinefuse.recordings import ImuSession


@pytest.fixture(scope="module")
def imus():
    return session(seconds=3.0, rate_hz=100.0)


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "walk"


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def refused(folder, *options):
    """What is said to a recording that cannot be estimated."""
    out = folder.parent / "out"
    ran = kinefuse("estimate", folder, "--out", out, *options)
    assert ran.exit_code == 2, ran.output
    assert ran.stdout == ""
    assert ran.stderr.count("\n") == 1
    assert ran.stderr.startswith("kinefuse: ")
    assert ran.stderr.endswith(".\n")
    assert [p.name for p in folder.parent.iterdir() if p != folder] == []
    return ran.stderr


def without(imus, *segments):
    return ImuSession(
        name=imus.name, sensors={s: i for s, i in imus.sensors.items() if s not in segments}
    )


@pytest.mark.parametrize("name", ["csv", "opensim_trc"])
@pytest.mark.parametrize("segment", ["pelvis", "shank_r", "foot_l"])
def test_a_missing_sensor(name, segment, imus, folder):
    WRITERS[name](folder, without(imus, segment))
    said = refused(folder)
    assert f"no sensor on {segment} " in said
    assert "--joints" in said


def test_all_sensors_but_one_missing(imus, folder):
    write_csv(folder, without(imus, *list(imus.sensors)[1:]))
    assert "thigh_r" in refused(folder)


@pytest.mark.parametrize("title", ["Accel", "Gyro"])
def test_a_missing_file_of_a_pair(title, imus, folder):
    write_trc_pair(folder, imus)
    (folder / f"walk_{title}.trc").unlink()
    assert title in refused(folder)


def test_unequal_lengths(imus, folder):
    write_trc_pair(folder / "short", session(seconds=2.0, rate_hz=100.0))
    write_trc_pair(folder, imus)
    (folder / "short" / "walk_Gyro.trc").replace(folder / "walk_Gyro.trc")
    said = refused(folder)
    assert "accelerometer 300" in said
    assert "gyroscope 200" in said


@pytest.mark.parametrize("name", [name for name, row in FORMATS.items() if row.read])
def test_not_a_number(name, imus, folder):
    def hole(values):
        values[41:44] = np.nan
        return values

    WRITERS[name](folder, with_values(imus, "thigh_l", "acc", hole))
    said = refused(folder)
    assert "thigh_l accelerometer: 3 samples are NaN" in said
    assert "first at sample 41" in said


@pytest.mark.parametrize("name", WRITERS)
def test_degrees_given_as_radians(name, imus, folder):
    WRITERS[name](folder, with_values(imus, "shank_r", "gyr", np.rad2deg))
    assert "deg/s" in refused(folder)


@pytest.mark.parametrize("name", WRITERS)
def test_g_given_as_m_s2(name, imus, folder):
    WRITERS[name](folder, with_values(imus, "foot_r", "acc", lambda v: v / 9.80665))
    assert "probably in g" in refused(folder)


def test_a_wrong_rate_in_the_header(imus, folder):
    for file in write_trc_pair(folder, imus):
        file.write_text(file.read_text().replace("100\t100\t300\t7", "200\t200\t300\t7"))
    assert "200 Hz but the time stamps run at 100 Hz" in refused(folder)


def test_a_wrong_rate_in_the_time_column(imus, folder):
    (file,) = write_csv(folder, imus)
    lines = file.read_text().splitlines()
    file.write_text("\n".join(lines[:100] + lines[110:]) + "\n")
    assert "time stamps are uneven" in refused(folder)


@pytest.mark.parametrize("name", WRITERS)
def test_an_empty_file(name, imus, folder):
    files = WRITERS[name](folder, imus)
    empty(files)
    said = refused(folder) if name != "csv" else refused_file(files[0])
    assert "empty" in said or "no whole array" in said


def refused_file(file):
    ran = kinefuse("estimate", file, "--out", file.parent.parent / "out")
    assert ran.exit_code == 2
    return ran.stderr


@pytest.mark.parametrize("name", WRITERS)
def test_a_truncated_file(name, imus, folder):
    truncate(WRITERS[name](folder, imus)[-1])
    said = refused(folder)
    assert "truncated" in said or "no whole array" in said


def test_a_directory_without_recordings(folder):
    folder.mkdir()
    (folder / "notes.txt").write_text("Tuesday, treadmill")
    assert "holds no IMU recording" in refused(folder)


def test_no_such_directory(folder):
    assert "no such file or directory" in refused(folder)


@pytest.mark.parametrize(
    ("option", "value", "listed"),
    [
        ("activity", "swimming", "running"),
        ("method", "magic", "classical"),
        ("joints", "elbow_r", "knee_r"),
    ],
)
def test_an_unknown_choice_lists_the_known_ones(option, value, listed, imus, folder):
    write_csv(folder, imus)
    said = refused(folder, f"--{option}", value)
    assert value in said
    assert listed in said


def test_results_are_never_overwritten_unasked(imus, folder):
    write_csv(folder, imus)
    out = folder.parent / "out"
    out.mkdir()
    (out / "angles.csv").write_text("precious")
    ran = kinefuse("estimate", folder, "--out", out)
    assert ran.exit_code == 2
    assert "--force" in ran.stderr
    assert [p.name for p in out.iterdir()] == ["angles.csv"]
    assert (out / "angles.csv").read_text() == "precious"


def test_a_file_in_the_place_of_the_results_is_refused_even_by_force(imus, folder):
    write_csv(folder, imus)
    out = folder.parent / "out"
    out.write_text("precious")
    assert kinefuse("estimate", folder, "--out", out, "--force").exit_code == 2
    assert out.read_text() == "precious"
