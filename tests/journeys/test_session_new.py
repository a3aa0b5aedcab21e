"""From a folder that nobody described to angles: session new, a look, estimate."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from imu_files import streams_of, write_csv
from kinefuse import so3
from kinefuse.cli.app import app
from kinefuse.estimation import estimate
from kinefuse.formats.streams_folder import write_streams
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.sessions import Opened, proposed, read, read_description
from walker import Walker


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


@pytest.fixture(scope="module")
def walk():
    return Walker().session


def test_a_folder_is_described_looked_at_and_estimated(walk, tmp_path):
    folder = tmp_path / "walk"
    write_csv(folder, walk)
    ran = kinefuse("session", "new", folder, "--height-m", "1.75", "--mass-kg", 70)
    assert ran.exit_code == 0, ran.output
    assert "shank_r  shank_r  by its label" in ran.stdout
    assert str(folder / "session.toml") in ran.stdout
    said = read_description(folder)
    assert said.person.height_m == 1.75
    assert said.person.mass_kg == 70
    assert list(said.sensors) == list(walk.sensors)
    file = folder / "session.toml"
    leg = file.read_text().partition("[sensors.thigh_l]")[0]  # a person takes the left leg out
    file.write_text(leg)
    out = tmp_path / "out"
    ran = kinefuse("estimate", folder, "--out", out, "--method", "classical")
    assert ran.exit_code == 0, ran.output
    assert "Not used, as no segment is known for them: thigh_l, shank_l, foot_l." in ran.stdout
    header = (out / "angles.csv").read_text().partition("\n")[0]
    assert "knee_r" in header
    assert "knee_l" not in header


def test_a_description_is_never_overwritten_unasked(walk, tmp_path):
    write_csv(tmp_path, walk)
    (tmp_path / "session.toml").write_text("name = 'precious'\n")
    ran = kinefuse("session", "new", tmp_path)
    assert ran.exit_code == 2
    assert "--force" in ran.stderr
    assert (tmp_path / "session.toml").read_text() == "name = 'precious'\n"
    assert kinefuse("session", "new", tmp_path, "--force").exit_code == 0
    assert read_description(tmp_path).name == "walk"


def test_a_broken_description_can_be_replaced(walk, tmp_path):
    write_csv(tmp_path, walk)
    (tmp_path / "session.toml").write_text("name = ")
    ran = kinefuse("estimate", tmp_path, "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert "session new" in ran.stderr
    assert kinefuse("session", "new", tmp_path, "--force").exit_code == 0


def test_a_folder_without_labels_is_sent_to_session_new(walk, tmp_path):
    streams = streams_of(walk).streams
    unnamed = SensorStreams(
        name="walk",
        streams={f"N{i}": replace(one, label=f"N{i}") for i, one in enumerate(streams.values())},
        format_name="streams_folder",
    )
    write_streams(tmp_path / "walk", unnamed)
    ran = kinefuse("estimate", tmp_path / "walk", "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert f"kinefuse session new {tmp_path / 'walk'}" in ran.stderr
    assert ran.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "told"),
    [
        (("--height-m", "175"), "a height of 175 m is nobody's"),
        (("--activity", "swimming"), "unknown activity 'swimming'"),
    ],
)
def test_wrong_options_leave_nothing_behind(option, told, walk, tmp_path):
    write_csv(tmp_path, walk)
    ran = kinefuse("session", "new", tmp_path, *option)
    assert ran.exit_code == 2
    assert ran.stderr.startswith(f"kinefuse: {told}")
    assert not (tmp_path / "session.toml").exists()


def test_serial_numbers_with_clocks_of_their_own_are_told_which_lines_to_write(walk, tmp_path):
    folder = tmp_path / "walk"
    streams = {
        f"N{i}": replace(one, label=f"N{i}", clock=f"N{i}")
        for i, one in enumerate(streams_of(walk).streams.values())
    }
    write_streams(folder, SensorStreams(name="walk", streams=streams, format_name="x"))
    ran = kinefuse("session", "new", folder)
    assert ran.exit_code == 2
    assert "places are not sure enough (likeliest: N2 on shank_r, " in ran.stderr
    assert f"write {folder / 'session.toml'} by hand" in ran.stderr
    assert '[sensors.shank_r] and label = "N0"' in ran.stderr
    assert "run 'kinefuse session new" not in ran.stderr
    assert ran.stderr.count("\n") == 1
    assert not (folder / "session.toml").exists()


def test_eleven_vendor_files_are_placed_by_the_motion(shared_data, tmp_path):
    """As correlated with optical motion (``revalidation/optical_walks.py``)."""
    streams = {}
    folder = shared_data / "walking_imu_optical_gaittech" / "rawimu"
    for file in sorted(folder.glob("*.txt")):
        table = pl.read_csv(file, comment_prefix="//")
        acc, gyr = (table.select(f"{q}_{a}" for a in "XYZ").to_numpy() for q in ("Acc", "Gyr"))
        label = file.stem[-8:]
        streams[label] = SensorStream(
            label=label, time_s=np.arange(len(acc)) / 100, acc_m_s2=acc, gyr_rad_s=gyr
        )
    held = SensorStreams(name="S02", streams=streams, format_name="csv")
    proposal = proposed(Opened(path=tmp_path, streams=held))
    found = {s: place.label[-3:] for s, place in proposal.sensors.items()}
    # Two sensors ride on each shank, and either will do; two files hold another's numbers.
    assert found.pop("shank_r") in ("C35", "C47")
    assert found.pop("shank_l") in ("BA5", "C44")
    assert found == {
        "pelvis": "B91",
        "thigh_r": "C3C",
        "foot_r": "C48",
        "thigh_l": "C45",
        "foot_l": "C55",
    }
    assert all(e.certainty > 0.9 for e in proposal.evidence.values())
    assert {label[-3:] for label in proposal.left_out} >= {"C49", "C4A"}


def test_a_stated_mounting_is_used_and_helps_to_find_the_others(walk):
    rng = np.random.default_rng(1)
    R = {s: so3.exp(rng.normal(size=3)) for s in walk.sensors}
    worn = ImuSession(
        name="worn",
        sensors={s: imu.turned(R[s]) for s, imu in walk.sensors.items()},
        mountings={"foot_r": R["foot_r"].T, "thigh_l": R["thigh_l"].T},
    )
    found = estimate(worn, method="classical").alignment
    for segment, one in found.items():
        stated = segment in worn.mountings
        assert (one.method == "as stated") == stated
        if stated:
            np.testing.assert_array_equal(one.R_segment_sensor, R[segment].T)
    alone = estimate(replace(worn, mountings={}), method="classical").alignment
    np.testing.assert_array_equal(
        found["shank_r"].R_segment_sensor, alone["shank_r"].R_segment_sensor
    )


def test_reading_a_written_folder_of_streams_needs_no_description(walk, tmp_path):
    write_streams(tmp_path / "walk", streams_of(walk))
    session = read(tmp_path / "walk")
    np.testing.assert_array_equal(session["foot_r"].gyr_rad_s, walk["foot_r"].gyr_rad_s)
