"""From a recording on disk to results that people and other programs can use."""

import json

import numpy as np
import opensim
import polars as pl
import pytest
from typer.testing import CliRunner

from imu_files import WRITERS, session
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.cli.app import app
from kinefuse.saved_estimate import read_estimate

FILES = {"angles.csv", "angles.mot", "estimate.h5", "summary.json", "report.html"}


def estimate(recording, out, *options):
    words = ["estimate", recording, "--out", out, *options]
    ran = CliRunner().invoke(app, [str(word) for word in words])
    assert ran.exit_code == 0, ran.output
    return ran.stdout


@pytest.fixture(scope="module")
def walk(tmp_path_factory):
    """A puppet's recording, and what became of it."""
    folder = tmp_path_factory.mktemp("walk")
    WRITERS["csv"](folder / "recording", session(seconds=20.0, rate_hz=100.0))
    said = estimate(folder / "recording", folder / "out")
    return folder / "recording", folder / "out", said


def test_all_files_are_there_and_named(walk):
    _, out, said = walk
    assert {p.name for p in out.iterdir()} == FILES
    assert str(out / "report.html") in said
    assert [p.name for p in sorted(out.parent.iterdir())] == ["out", "recording"]


def test_the_estimate_is_kept_as_it_was(walk):
    _, out, _ = walk
    kept = read_estimate(out)
    table = pl.read_csv(out / "angles.csv")
    bent = np.rad2deg(kept.angles.angles_rad["knee_r"][:, 0])
    np.testing.assert_allclose(table["knee_flexion_r_deg"].to_numpy(), bent, atol=1e-5)
    assert set(kept.orientations.R_world_segment) == set(SEGMENTS)


def test_the_table_has_every_angle_of_every_sample(walk):
    _, out, _ = walk
    table = pl.read_csv(out / "angles.csv")
    assert table.shape == (2000, 1 + 2 * 18)
    assert np.isfinite(table.to_numpy()).all()
    deviations = [name for name in table.columns if name.endswith("_sd_deg")]
    assert len(deviations) == 18
    assert (table.select(deviations).to_numpy() > 0).all()
    np.testing.assert_allclose(np.diff(table["time_s"]), 0.01, atol=2e-6)


def test_opensim_opens_the_motion_and_finds_the_table(walk):
    _, out, _ = walk
    motion = opensim.TimeSeriesTable(str(out / "angles.mot"))
    view = motion.getDependentColumn("knee_angle_l")
    in_motion = view.to_numpy().copy()
    in_table = pl.read_csv(out / "angles.csv")["knee_flexion_l_deg"]
    np.testing.assert_allclose(in_motion, in_table, atol=1e-6)


def test_the_summary_is_strict_json_that_says_what_was_done(walk):
    recording, out, _ = walk

    def refuse(constant):
        raise ValueError(constant)

    summary = json.loads((out / "summary.json").read_text(), parse_constant=refuse)
    assert summary["recording"] == str(recording)
    assert summary["activity"] == "walking"
    assert summary["method"] == "map"
    told = summary["optimiser"]
    assert told["converged"] is True
    assert set(told["gyroscope_bias_deg_s"]) == set(told["alignment_correction_deg"])
    assert told["terms"]["shared joint"]["rms_sigmas"] > 0
    assert {f["check"] for f in summary["findings"]} >= {"agreement", "convergence"}
    assert summary["rate_hz"] == 100.0


def test_the_report_needs_no_network(walk):
    _, out, _ = walk
    page = (out / "report.html").read_text()
    for door in ('src="http', "src='http", 'href="http', "@import", "url(http"):
        assert door not in page


def test_force_does_it_again_with_equal_numbers(walk):
    recording, out, _ = walk
    before = (out / "angles.csv").read_bytes()
    estimate(recording, out, "--force")
    assert (out / "angles.csv").read_bytes() == before


def test_only_the_asked_joints_are_written(walk, tmp_path):
    estimate(walk[0], tmp_path / "out", "--joints", "knee_r")
    assert pl.read_csv(tmp_path / "out" / "angles.csv").columns == [
        "time_s",
        "knee_flexion_r_deg",
        "knee_flexion_r_sd_deg",
        "knee_adduction_r_deg",
        "knee_adduction_r_sd_deg",
        "knee_rotation_r_deg",
        "knee_rotation_r_sd_deg",
    ]


def test_methods_that_do_not_know_how_sure_they_are_say_nothing(walk, tmp_path):
    estimate(walk[0], tmp_path / "out", "--method", "classical")
    assert not [n for n in pl.read_csv(tmp_path / "out" / "angles.csv").columns if "_sd_" in n]
    assert json.loads((tmp_path / "out" / "summary.json").read_text())["optimiser"] is None


def test_what_reading_left_out_is_said_and_kept(tmp_path):
    imus = session(seconds=10.0, rate_hz=100.0)
    for file in WRITERS["opensim_trc"](tmp_path / "recording", imus):
        file.write_text(file.read_text().replace("pelvis_imu", "torso_imu"))
    said = estimate(tmp_path / "recording", tmp_path / "out", "--joints", "knee_r,ankle_r")
    assert "torso" in said
    assert "torso" in json.loads((tmp_path / "out" / "summary.json").read_text())["notes"][0]


def test_a_published_demo_folder_needs_no_options(tmp_path):
    imus = session(seconds=10.0, rate_hz=200.0)
    WRITERS["published_npy"](tmp_path, imus)
    estimate(tmp_path / "Knee", tmp_path / "out")
    names = pl.read_csv(tmp_path / "out" / "angles.csv").columns[1:]
    assert {name.split("_")[0] for name in names} == {"knee"}


def knee_range_deg(folder, side):
    """Median over the walk's seconds-long pieces of the knee's range, robust to its start."""
    knee = pl.read_csv(folder / "angles.csv")[f"knee_flexion_{side}_deg"].to_numpy()
    pieces = np.array_split(knee[500:-500], len(knee) // 200)
    return float(np.median([np.ptp(piece) for piece in pieces]))


@pytest.mark.parametrize("person", ["Sub01", "Sub03"])
def test_a_real_walk_is_a_walk_and_a_braced_knee_bends_less(person, shared_data, tmp_path):
    ranges = {}
    for trial in ("CSBaseline", "CSStiffKnee"):
        estimate(shared_data / "walking_imu_capsense" / person / trial, tmp_path / trial)
        ranges[trial] = {side: knee_range_deg(tmp_path / trial, side) for side in "rl"}
    assert all(45 < degrees < 75 for degrees in ranges["CSBaseline"].values())
    bent_less = [ranges["CSBaseline"][side] - ranges["CSStiffKnee"][side] for side in "rl"]
    assert max(bent_less) > 15
