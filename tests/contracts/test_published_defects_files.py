"""Defects of the published system that its files carry, and that end at our door.

Numbers are those of the list in ``docs/departures.md``: 1 gravity, 9 sides, 10 pickles.
"""

import pickle

import h5py
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from typer.testing import CliRunner

import published_files
from hostile import Trap, hostile_kwargs, hostile_legacy, hostile_torch
from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.cli.app import app
from kinefuse.dataset.from_data_h5 import trial_of_data
from kinefuse.dataset.to_published import data_recording
from kinefuse.formats import published_npy
from kinefuse.formats.data_h5 import published_acceleration, read_data_h5, write_data_h5
from kinefuse.formats.published_lab import R_WORLD_LAB
from kinefuse.formats.published_model import read_published_model
from kinefuse.networks.limbs import pair_signals
from kinefuse.networks.published_folder import estimator_of, write_as_ours
from kinefuse.networks.saved_model import load_model
from toy import puppet_trial

G = 9.81


@pytest.fixture(scope="module")
def trial():
    return puppet_trial(seconds=4.0, rate_hz=200.0)


# 1. A still sensor reads -R g instead of R^T g: sign and direction are both undone.


@given(turn=st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array))
def test_1_a_still_sensor_of_a_processed_file_reads_plus_g_on_whatever_points_up(
    tmp_path_factory, turn
):
    folder = tmp_path_factory.mktemp("still")
    R_lab_sensor = so3.exp(np.tile(turn, (5, 1)))
    with h5py.File(folder / "walking_data.h5", "w") as h5:
        for segment in ("rthigh", "rshank"):
            h5[f"s1/{segment}/acc"] = -R_lab_sensor @ np.array([0, G, 0])  # as the published code
            h5[f"s1/{segment}/gyr"] = np.zeros((5, 3))
            h5[f"s1/{segment}/rmat"] = R_lab_sensor
        h5["s1/rknee/angle"] = np.zeros((5, 3))
    read = read_data_h5(folder / "walking_data.h5", "s1")
    for segment in ("thigh_r", "shank_r"):
        support = np.einsum("tij,tj->ti", read.R_world_sensor[segment], read.imus[segment].acc_m_s2)
        np.testing.assert_allclose(support, np.tile([0, G, 0], (5, 1)), atol=1e-9)


def test_1_what_we_write_is_what_their_code_would_have_simulated(trial, tmp_path):
    recording = data_recording(trial, "s1")
    list(write_data_h5(tmp_path / "walking_data.h5", [recording]))
    with h5py.File(tmp_path / "walking_data.h5") as h5:
        rmat, acc = h5["s1/lshank/rmat"][()], h5["s1/lshank/acc"][()]
    felt = recording.imus["shank_l"].acc_m_s2
    a_plus_g = np.einsum("tij,tj->ti", rmat, felt)
    np.testing.assert_allclose(acc, -np.einsum("tij,tj->ti", rmat, a_plus_g), atol=1e-9)
    assert acc[:, 1].mean() < -8 < 8 < felt[:, 1].mean()


def test_1_a_published_network_hears_specific_force_and_its_card_says_so(tmp_path):
    folder = published_files.write_folder(tmp_path / "Knee")
    model = read_published_model(folder / "model.pt")
    before, after = model.norms.x_mean[[1, 9]], estimator_of(model).feature_mean[[1, 9]].numpy()
    assert (before < 0).all()
    np.testing.assert_allclose(after, -before, rtol=1e-6)
    card = write_as_ours([model], tmp_path / "ours", "x")
    assert "-9.81" in card.convention
    assert "changed sign" in card.convention


def test_1_the_demos_files_hang_and_are_turned_and_it_is_said(trial, tmp_path):
    published_npy.write(tmp_path, trial.imus)
    stored = np.load(tmp_path / "Knee" / "Right_seg2_acc.npy")
    assert stored[:, 1].mean() < -8
    read = published_npy.read(tmp_path)
    np.testing.assert_allclose(read["shank_r"].acc_m_s2, trial.imus["shank_r"].acc_m_s2)
    assert "negated" in read.notes[0]


# 9. Left and right are row parity: here they are names, and what tells a side is data.


def test_9_sides_of_a_processed_file_are_names_whatever_their_order(trial, tmp_path):
    recording = data_recording(trial, "s1")
    list(write_data_h5(tmp_path / "walking_data.h5", [recording]))
    with h5py.File(tmp_path / "walking_data.h5", "a") as h5:
        for part in ("thigh", "shank"):  # only a left knee remains
            del h5[f"s1/r{part}"]
        for joint in ("rhip", "rknee", "rankle", "lhip", "lankle"):
            del h5[f"s1/{joint}"]
    back = trial_of_data(read_data_h5(tmp_path / "walking_data.h5", "s1"), "walking", "x")
    assert set(back.angles.angles_rad) == {"knee_l"}
    np.testing.assert_allclose(
        back.angles.angles_rad["knee_l"], recording.angles.angles_rad["knee_l"], atol=1e-9
    )


def test_9_each_leg_is_estimated_as_that_leg_in_any_order_and_alone(trial, tmp_path):
    folder = published_files.write_folder(tmp_path / "Knee")
    write_as_ours([read_published_model(folder / "model.pt")], tmp_path / "ours", "x")
    model = load_model(tmp_path / "ours")
    found = {
        side: model.predict_angles(pair_signals(trial.imus, f"knee_{side}"), "knee", side)
        for side in ("l", "r")
    }
    again = model.predict_angles(pair_signals(trial.imus, "knee_l"), "knee", "l")
    np.testing.assert_array_equal(found["l"], again)
    as_right = model.predict_angles(pair_signals(trial.imus, "knee_l"), "knee", "r")
    assert np.abs(found["l"] - as_right).max() > 1e-4


def test_9_left_angles_have_the_clinical_sign_of_right_ones(tmp_path):
    columns = np.array([[30.0, 4.0, 6.0]] * 5)
    with h5py.File(tmp_path / "walking_data.h5", "w") as h5:
        upright = np.broadcast_to(R_WORLD_LAB.T, (5, 3, 3))
        felt = np.tile([0.0, G, 0.0], (5, 1))
        for segment in SEGMENTS:
            stem, _, side = segment.partition("_")
            h5[f"s1/{side}{stem}/acc"] = published_acceleration(felt, upright)
            h5[f"s1/{side}{stem}/gyr"] = np.zeros((5, 3))
            h5[f"s1/{side}{stem}/rmat"] = upright
        for joint in JOINTS.values():
            h5[f"s1/{joint.side}{joint.kind}/angle"] = columns
    angles = read_data_h5(tmp_path / "walking_data.h5", "s1").angles.angles_rad
    for kind in ("hip", "knee", "ankle"):
        np.testing.assert_allclose(angles[f"{kind}_l"], angles[f"{kind}_r"], atol=1e-12)


# 10. Pickles are executed on load: here none is, wherever it lies.

PLACES = {
    "model_kwargs.pkl": hostile_kwargs,
    "norm_dict.pt": hostile_torch,
    "model.pt": hostile_torch,
}


@pytest.mark.parametrize("name", PLACES)
@pytest.mark.parametrize("command", ["convert", "estimate"])
def test_10_a_hostile_model_folder_ends_in_one_sentence_and_nothing_ran(tmp_path, name, command):
    folder = published_files.write_folder(tmp_path / "Knee")
    flag, out = tmp_path / "flag", tmp_path / "out"
    PLACES[name](folder / name, flag)
    published_npy.write(tmp_path, puppet_trial(seconds=4.0, rate_hz=200.0).imus)
    words = {
        "convert": ["convert", folder, "--to", "kinefuse", "--out", out],
        "estimate": [
            *("estimate", "--published-root", tmp_path, "--joint", "Knee"),
            *("--model", folder, "--out", out),
        ],
    }
    ran = CliRunner().invoke(app, [str(word) for word in words[command]])
    assert ran.exit_code == 2
    assert f"{name}: this pickle wants to build '" in ran.output
    assert ".system'" in ran.output
    assert not flag.exists()
    assert not out.exists()


@pytest.mark.parametrize("harm", [hostile_torch, hostile_legacy])
def test_10_neither_are_old_torch_files(tmp_path, harm):
    folder, flag = published_files.write_folder(tmp_path / "Knee"), tmp_path / "flag"
    harm(folder / "norm_dict.pt", flag)
    ran = CliRunner().invoke(
        app, ["convert", str(folder), "--to", "kinefuse", "--out", str(tmp_path / "out")]
    )
    assert ran.exit_code == 2
    assert "wants to build" in ran.output
    assert not flag.exists()


def test_10_the_trap_is_real(tmp_path):
    flag = tmp_path / "flag"
    pickle.loads(pickle.dumps(Trap(flag)))
    assert flag.exists()
