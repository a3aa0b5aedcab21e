"""From files to a store and back: the angles are the body's, and no file is dropped in silence."""

import json
import os
from dataclasses import replace

import h5py
import numpy as np
import pytest

from kinefuse.dataset.agreement import average
from kinefuse.dataset.length_groups import NobodySharesALength
from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.outcomes import read_report
from kinefuse.dataset.prepare import REPORT, PreparedOtherwise, prepare
from kinefuse.dataset.store import open_store, read_trial, write_trial
from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.formats.markersets import MARKERSETS
from kinefuse.simulation.imu import resample_poses
from meta_files import write_meta_h5
from synthetic_body import moving, write_runner


@pytest.fixture(scope="module")
def truth():
    return moving(seconds=6)


@pytest.fixture
def folder(tmp_path, truth):
    folder = tmp_path / "files"
    folder.mkdir()
    write_runner(folder, truth)
    return folder


def prepared(folder, store, **options):
    return [step.outcome for step in prepare(find_sources([folder]), store, **options)]


def only_trial(store):
    (entry,) = open_store(store).entries
    return read_trial(entry.file)


@pytest.mark.parametrize("rate_hz", [200.0, 100.0])
def test_the_angles_of_the_body_are_in_the_store(folder, tmp_path, truth, rate_hz):
    (outcome,) = prepared(folder, tmp_path / "store", rate_hz=rate_hz)
    trial = only_trial(tmp_path / "store")
    assert (trial.person, trial.name, outcome.verdict) == ("RBDS901", "runT35", "sound")
    assert trial.imus.rate_hz == rate_hz
    expected = resample_poses(truth.poses, rate_hz).joint_angles().in_degrees()
    for joint, angles in trial.angles.in_degrees().items():
        off = np.abs(angles - expected[joint][: len(angles)])[20:-20]
        assert off.max() < 0.3, joint


def test_the_sensors_feel_the_motion_they_are_on(folder, tmp_path):
    prepared(folder, tmp_path / "store")
    trial = only_trial(tmp_path / "store")
    R, imu = trial.poses.R_world_segment["shank_l"], trial.imus["shank_l"]
    felt = np.einsum("tij,tj->ti", R, imu.acc_m_s2).mean(axis=0)
    np.testing.assert_allclose(felt, [0, 9.81, 0], atol=0.6)  # strides start and end alike
    knee_rate = np.gradient(trial.angles.angles_rad["knee_l"][:, 0]) * 200
    between = trial.imus["thigh_l"].gyr_rad_s[:, 2] - imu.gyr_rad_s[:, 2]
    assert np.corrcoef(knee_rate, between)[0, 1] > 0.95


def test_provenance_tells_what_was_done(folder, tmp_path):
    prepared(folder, tmp_path / "store")
    told = only_trial(tmp_path / "store").provenance
    assert told["file"] == "RBDS901runT35.c3d"
    assert told["static file"] == "RBDS901static.c3d"
    assert told["hip centre"] == "harrington"
    assert told["low-pass, Hz"] == 20.0
    np.testing.assert_allclose(told["standing angles, deg"]["knee_r"], 0, atol=0.01)
    assert {"cut", "mended", "checks", "markers rebuilt from their cluster, frames"} <= set(told)


def test_a_failing_trial_is_kept_with_its_reason_and_not_trained_on(tmp_path, truth):
    folder = tmp_path / "files"
    folder.mkdir()
    paths = dict(truth.paths_m)
    paths["R.MT1"], paths["R.MT5"] = paths["R.MT5"], paths["R.MT1"]
    write_runner(folder, replace(truth, paths_m=paths))
    (outcome,) = prepared(folder, tmp_path / "store")
    store = open_store(tmp_path / "store")
    assert outcome.verdict == "failed"
    assert outcome.faults[0].startswith("swapped markers: R.MT1 and R.MT5")
    assert store.entries[0].faults == outcome.faults
    assert store.sound == ()


def test_one_damaged_file_stops_no_other(folder, tmp_path, truth):
    (folder / "RBDS902runT35.c3d").write_bytes(b"broken")
    (folder / "RBDS902static.c3d").write_bytes(b"broken")
    write_runner(folder, truth, person="903")
    (folder / "RBDS903static.c3d").unlink()
    outcomes = {o.person: o for o in prepared(folder, tmp_path / "store")}
    assert {p: o.verdict for p, o in outcomes.items()} == {
        "RBDS901": "sound",
        "RBDS902": "left out",
        "RBDS903": "left out",
    }
    assert "no C3D" in outcomes["RBDS902"].left_out
    assert "no static trial 'RBDS903static.c3d'" in outcomes["RBDS903"].left_out
    report = json.loads((tmp_path / "store" / REPORT).read_text())
    assert [row["left_out"] == "" for row in report].count(True) == 1
    assert len(report) == 3


def test_the_same_command_again_replaces_and_a_trial_gone_bad_is_not_trained_on(folder, tmp_path):
    prepared(folder, tmp_path / "store", rate_hz=100.0)
    prepared(folder, tmp_path / "store", rate_hz=200.0)
    assert only_trial(tmp_path / "store").imus.rate_hz == 200.0
    (folder / "RBDS901static.c3d").unlink()
    prepared(folder, tmp_path / "store")
    store = open_store(tmp_path / "store")
    assert len(store.entries) == 1
    assert store.sound == ()
    assert "no static trial" in store.entries[0].faults[0]


@pytest.mark.slow  # every process imports everything afresh
def test_several_processes_make_the_same_store(folder, tmp_path, truth):
    write_runner(folder, truth, person="902")
    prepared(folder, tmp_path / "one")
    steps = list(prepare(find_sources([folder]), tmp_path / "two", processes=2))
    assert [(step.done, step.total) for step in steps] == [(1, 2), (2, 2)]
    for entry in open_store(tmp_path / "one").entries:
        one = read_trial(entry.file)
        two = read_trial(tmp_path / "two" / "trials" / entry.file.name)
        for segment, imu in one.imus.sensors.items():
            np.testing.assert_array_equal(imu.acc_m_s2, two.imus[segment].acc_m_s2)


def test_published_files_give_their_own_angles_back(tmp_path):
    truth = moving(seconds=8, rate_hz=200.0).poses
    file = write_meta_h5(tmp_path / "running_meta.h5", {"s12": truth})
    (outcome,) = prepared(file, tmp_path / "store")
    assert outcome.verdict == "sound", outcome.faults
    trial = only_trial(tmp_path / "store")
    assert (trial.person, trial.activity) == ("s12", "running")
    for row in average(outcome.agreement):
        assert abs(row.offset_deg) < 0.01
        assert row.rmse_mean_removed_deg < 0.01
        assert row.r > 0.999
    # The constants are found, not only the joints: the pelvis itself is upright again.
    R = trial.poses.R_world_segment["pelvis"]
    np.testing.assert_allclose(R, truth.R_world_segment["pelvis"], atol=2e-3)


def test_what_is_no_recording_is_said_before_anything_is_written(tmp_path):
    (tmp_path / "notes.txt").write_text("nothing")
    with pytest.raises(UnreadableFile, match=r"no trial of a known marker set.*rbds"):
        find_sources([tmp_path])
    with pytest.raises(UnreadableFile, match="no such file"):
        find_sources([tmp_path / "none"])


def test_only_the_named_marker_set_is_looked_for(folder):
    assert len(find_sources([folder], MARKERSETS["rbds"])) == 1
    with pytest.raises(UnreadableFile, match=r"\(ric\)"):
        find_sources([folder], MARKERSETS["ric"])


def test_a_file_given_twice_is_prepared_once(folder):
    assert len(find_sources([folder, folder / "RBDS901runT35.c3d"])) == 1


def published(folder, store, **options):
    sources = find_sources([folder])
    return [s.outcome for s in prepare(sources, store, recipe_name="published", **options)]


def shortened(poses, samples):
    return replace(
        poses,
        R_world_segment={s: R[:samples] for s, R in poses.R_world_segment.items()},
        origin_m={s: path[:samples] for s, path in poses.origin_m.items()},
    )


def test_the_published_recipe_keeps_those_of_a_common_length_and_names_the_others(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    people = {f"s{i}": shortened(poses, 1600 if i < 10 else 1500) for i in range(11)}
    file = write_meta_h5(tmp_path / "running_meta.h5", people)
    outcomes = {o.person: o for o in published(file, tmp_path / "store")}
    assert outcomes["s10"].left_out.startswith("1 of 11 people have trials of 7.5 s")
    assert {o.verdict for person, o in outcomes.items() if person != "s10"} == {"sound"}
    assert outcomes["s3"].seconds == 6.0  # a second cut at either end
    assert "s10" not in open_store(tmp_path / "store").people
    everybody = published(file, tmp_path / "store", any_length=True)
    assert {o.verdict for o in everybody} == {"sound"}
    with h5py.File(file, "a") as h5:
        del h5["s9/markers"]
    outcomes = {o.person: o for o in published(file, tmp_path / "store")}
    assert "no markers" in outcomes["s9"].left_out  # and not that 0 s are rare
    assert outcomes["s10"].left_out.startswith("1 of 10 people have")


def test_ten_people_of_ten_lengths_are_refused_with_the_way_out(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    people = {f"s{i}": shortened(poses, 1500 + i) for i in range(10)}
    file = write_meta_h5(tmp_path / "running_meta.h5", people)
    with pytest.raises(NobodySharesALength, match="--any-length"):
        published(file, tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_three_people_of_three_lengths_and_one_without_a_leg_all_become_trials(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    people = {f"s{i}": shortened(poses, 1400 + 100 * i) for i in range(3)}
    file = write_meta_h5(tmp_path / "running_meta.h5", people)
    with h5py.File(file, "a") as h5:
        for name in [n for n in h5["s1/markers"] if n.startswith("L_")]:
            del h5[f"s1/markers/{name}"]
    for made in (published(file, tmp_path / "theirs"), prepared(file, tmp_path / "ours")):
        outcomes = {o.person: o for o in made}
        assert {o.verdict for o in made} == {"sound"}, made
        assert set(outcomes["s1"].missing) > {"thigh_l", "knee_l"}
        assert outcomes["s0"].missing == ()
    (trial,) = (t for t in open_store(tmp_path / "ours").of(("s1",)))
    assert set(trial.imus.sensors) == {"pelvis", "thigh_r", "shank_r", "foot_r"}


def test_the_published_recipe_takes_the_file_s_rate_unless_told(tmp_path):
    poses = moving(seconds=8, rate_hz=200.0).poses
    file = write_meta_h5(tmp_path / "running_meta.h5", {"s1": poses})
    published(file, tmp_path / "store")
    assert only_trial(tmp_path / "store").imus.rate_hz == 200.0
    published(file, tmp_path / "store", rate_hz=100.0)
    trial = only_trial(tmp_path / "store")
    assert trial.imus.rate_hz == trial.angles.rate_hz == 100.0
    assert trial.imus.samples == 600
    assert (trial.provenance["sex"], trial.provenance["height_m"]) == ("female", 1.71)


def test_marker_files_without_angles_cannot_be_prepared_as_published(folder, tmp_path):
    (outcome,) = published(folder, tmp_path / "store")
    assert "is for the clusters and angles of *_meta.h5" in outcome.left_out


def test_finished_trials_are_kept_and_others_are_not_replaced_unasked(folder, tmp_path):
    store = tmp_path / "store"
    (first,) = prepared(folder, store)
    file = open_store(store).entries[0].file
    before = file.stat().st_mtime_ns
    (again,) = prepared(folder, store, keep=True)
    assert again == first
    assert file.stat().st_mtime_ns == before
    with pytest.raises(PreparedOtherwise, match=r"1 trials of the same names.*RBDS901 runT35"):
        prepared(folder, store, keep=True, rate_hz=100.0)
    assert only_trial(store).imus.rate_hz == 200.0
    os.utime(folder / "RBDS901runT35.c3d")  # recorded anew
    prepared(folder, store, keep=True)
    assert file.stat().st_mtime_ns > before
    prepared(folder, store)
    assert len(open_store(store).sound) == 1


def test_a_command_killed_before_it_told_goes_on_and_another_one_s_trials_stay(folder, tmp_path):
    store = tmp_path / "store"
    prepared(folder, store)
    (store / REPORT).unlink()
    (again,) = prepared(folder, store, keep=True)
    assert again.verdict == "sound"
    assert len(read_report(store)) == 1
    (store / REPORT).unlink()
    file = open_store(store).entries[0].file
    write_trial(store, replace(read_trial(file), provenance={"file": "another.c3d"}))
    with pytest.raises(PreparedOtherwise):
        prepared(folder, store, keep=True)


def test_an_unknown_recipe_is_refused_with_the_known_ones(folder, tmp_path):
    with pytest.raises(UnknownChoice, match="ours, published"):
        prepared(folder, tmp_path / "store", recipe_name="theirs")
