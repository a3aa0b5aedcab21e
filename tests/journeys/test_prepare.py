"""``kinefuse prepare`` on real and on broken recordings, as a user meets it."""

from dataclasses import replace

import h5py
import numpy as np
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.dataset.store import open_store, read_trial
from meta_files import write_meta_h5
from synthetic_body import moving, write_runner

RUN = CliRunner()


def prepare(*arguments):
    return RUN.invoke(app, ["prepare", *map(str, arguments), "--jobs", "1"])


@pytest.fixture
def runs(shared_data):
    return shared_data / "running_markers_rbds"


def test_a_runner_becomes_a_trial_and_a_line(tmp_path):
    write_runner(tmp_path, moving(seconds=6))
    result = prepare(tmp_path, "--out", tmp_path / "store")
    assert result.exit_code == 0, result.output
    assert "RBDS901" in result.output
    assert "1 sound, 0 failed, 0 left out; 1 people to train on." in result.output
    assert len(open_store(tmp_path / "store").sound) == 1


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["none"], "no such file or directory"),
        (["."], "no trial of a known marker set"),
        ([".", "--markerset", "vicon"], "unknown marker set 'vicon'"),
        ([".", "--markerset", "my.toml"], "cannot be read"),
    ],
)
def test_bad_input_is_one_sentence_and_leaves_nothing(tmp_path, monkeypatch, arguments, sentence):
    monkeypatch.chdir(tmp_path)
    result = prepare(*arguments, "--out", "store")
    assert result.exit_code == 2
    assert sentence in result.output
    assert result.output.strip().count("\n") == 0
    assert not (tmp_path / "store").exists()


def test_a_truncated_recording_is_listed_with_its_reason(tmp_path):
    file = write_runner(tmp_path, moving(seconds=6))
    file.write_bytes(file.read_bytes()[:100_000])
    result = prepare(tmp_path, "--out", tmp_path / "store")
    assert "left out" in result.output
    assert "truncated" in result.output


@pytest.mark.parametrize(
    ("file", "reason"),
    [
        ("RBDS001runT25.c3d", "swapped markers: R.MT1 and R.MT5"),
        ("RBDS010runT45.c3d", "marker glitch: shank_r (R.Shank.Top.Lateral)"),
        ("RBDS011runT45.c3d", "marker glitch: shank_r (R.Shank.Bottom.Lateral)"),
        ("RBDS027runT45.c3d", "gaps: thigh_l"),
    ],
)
def test_the_known_faults_of_real_runs_are_found(runs, tmp_path, file, reason):
    result = prepare(runs / file, "--out", tmp_path / "store")
    assert result.exit_code == 0
    assert reason in result.output


def test_a_real_run_is_plausible_and_alike_on_both_sides(runs, tmp_path):
    prepare(runs / "RBDS018runT35.c3d", "--out", tmp_path / "store")
    trial = read_trial(open_store(tmp_path / "store").sound[0].file)
    assert trial.person == "RBDS018"
    ranges = {
        joint: np.ptp(np.percentile(angles, [1, 99], axis=0), axis=0)
        for joint, angles in trial.angles.in_degrees().items()
    }
    flexion = {"hip": (45, 75), "knee": (80, 115), "ankle": (40, 65)}
    for kind, (least, most) in flexion.items():
        right, left = ranges[f"{kind}_r"], ranges[f"{kind}_l"]
        assert least < right[0] < most
        assert least < left[0] < most
        assert (right[1:] < 45).all()
        assert (left[1:] < 45).all()
        np.testing.assert_allclose(right[0], left[0], rtol=0.25)


def test_runner_4_is_named_like_the_others(runs, tmp_path):
    prepare(runs / "RBDS04runT25.c3d", "--out", tmp_path / "store")
    assert open_store(tmp_path / "store").people == ("RBDS004",)


def test_our_angles_agree_with_plug_in_gait_where_the_models_agree(shared_data, tmp_path):
    file = shared_data / "walking_markers_biomechzoo" / "HC030A_Straight_HC030A05.c3d"
    result = prepare(file, "--out", tmp_path / "store")
    assert "Our angles against those in the files" in result.output
    trial = read_trial(open_store(tmp_path / "store").sound[0].file)
    rows = {
        (row["joint"], row["plane"]): row
        for row in trial.provenance["agreement with the file's own angles, deg"]
    }
    limits = {("hip", "flexion"): 1, ("hip", "adduction"): 1, ("knee", "flexion"): 3}
    for (kind, plane), limit in limits.items():
        for side in "rl":
            row = rows[f"{kind}_{side}", plane]
            assert row["rmse_mean_removed_deg"] < limit
            assert row["r"] > 0.98
            assert abs(row["offset_deg"]) < 6
    # The walk is turned to go along x, whatever way the laboratory lies.
    path = trial.poses.origin_m["pelvis"]
    assert path[-1, 0] - path[0, 0] > 1
    assert abs(path[-1, 2] - path[0, 2]) < 0.05


def test_the_clinics_run_is_read_in_its_own_axes(shared_data, tmp_path):
    file = shared_data / "running_markers_ric" / "20141003T073938_run.c3d"
    prepare(file, "--out", tmp_path / "store")
    trial = read_trial(open_store(tmp_path / "store").sound[0].file)
    assert trial.person == "20141003T073938"
    knee = trial.angles.in_degrees()["knee_r"][:, 0]
    assert 70 < np.percentile(knee, 99) < 115
    ahead = trial.poses.R_world_segment["pelvis"][:, 0, 0]
    assert ahead.mean() > 0.95


def test_another_recipe_replaces_nothing_unasked(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    file = write_meta_h5(tmp_path / "running_meta.h5", {f"s{i}": poses for i in range(3)})
    out = tmp_path / "store"
    first = prepare(file, "--out", out, "--recipe", "published")
    assert first.exit_code == 0, first.output
    assert "Lengths of trial in running_meta.h5 (more than 10 % share a kept one):" in first.output
    assert "3 sound, 0 failed, 0 left out; 3 people to train on." in first.output
    refused = prepare(file, "--out", out)
    assert refused.exit_code == 2
    assert "3 trials of the same names that were made by another recipe" in refused.output
    again = prepare(file, "--out", out, "--force")
    assert again.exit_code == 0, again.output
    assert "touchdowns" not in read_trial(open_store(out).sound[0].file).provenance


def test_what_a_recording_lacks_is_said_and_the_rest_goes_on(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    file = write_meta_h5(tmp_path / "running_meta.h5", {"s1": poses, "s2": poses, "s3": poses})
    with h5py.File(file, "a") as h5:
        for name in [n for n in h5["s2/markers"] if n.startswith("L_")]:
            del h5[f"s2/markers/{name}"]
        del h5["s3/angles"]
    for recipe in ("ours", "published"):
        result = prepare(file, "--out", tmp_path / recipe, "--recipe", recipe)
        assert result.exit_code == 0, result.output
        lacking = "thigh_l, shank_l, foot_l, hip_l, knee_l, ankle_l"
        assert f"not in the recording: {lacking}" in result.output
        assert "s3 is incomplete ('no angles')" in result.output
        assert "2 sound, 0 failed, 1 left out" in result.output


def test_people_of_too_many_lengths_are_refused_with_the_way_out(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses

    def first(samples):
        return replace(
            poses,
            R_world_segment={s: R[:samples] for s, R in poses.R_world_segment.items()},
            origin_m={s: path[:samples] for s, path in poses.origin_m.items()},
        )

    people = {f"s{i}": first(1400 + 10 * i) for i in range(10)}
    file = write_meta_h5(tmp_path / "running_meta.h5", people)
    words = (file, "--out", tmp_path / "store", "--recipe", "published")
    refused = prepare(*words)
    assert refused.exit_code == 2
    assert "10 people have 10 lengths of trial" in refused.output
    assert not (tmp_path / "store").exists()
    kept = prepare(*words, "--any-length")
    assert kept.exit_code == 0, kept.output
    assert "10 sound, 0 failed, 0 left out" in kept.output
    assert "all kept, as --any-length says" in kept.output
