"""``kinefuse convert`` and ``estimate --published-root``, as users of published files meet them."""

import json
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
import torch
from typer.testing import CliRunner

import published_files
from imu_files import WRITERS
from kinefuse.anatomy.conventions import from_ours
from kinefuse.cli.app import app
from kinefuse.dataset.store import open_store, read_trial, write_trial
from kinefuse.formats import published_npy
from kinefuse.formats.data_h5 import read_data_h5
from kinefuse.formats.meta_h5 import people_in, read_meta_h5
from kinefuse.networks.limbs import pair_signals
from kinefuse.networks.saved_model import load_model
from kinefuse.sessions import read
from small_networks import write_model
from toy import puppet_trial

ROW = {"sex": "female", "height_m": 1.7, "mass_kg": 61.0, "speed_m_s": 1.4}


def run(*words, code=0):
    ran = CliRunner().invoke(app, [str(word) for word in words])
    assert ran.exit_code == code, ran.output
    return ran.output


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    """Two people with two trials, one runner, one who failed."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    for person, name, activity in (
        ("s4", "one", "walking"),
        ("s4", "two", "walking"),
        ("ann", "one", "walking"),
        ("s9", "run", "running"),
    ):
        trial = puppet_trial(person, name, seconds=7.0, rate_hz=200.0, activity=activity)
        write_trial(folder, replace(trial, provenance=ROW))
    failed = puppet_trial("bad", "one", seconds=7.0, rate_hz=200.0)
    write_trial(folder, replace(failed, faults=("gap",)))
    return folder


@pytest.fixture(scope="module")
def tree(store, tmp_path_factory):
    out = tmp_path_factory.mktemp("trees") / "Data"
    return out, run("convert", store, "--to", "published", "--out", out)


def test_a_store_becomes_a_data_tree_and_what_is_lost_is_said(tree):
    out, said = tree
    files = sorted(p.relative_to(out).as_posix() for p in out.rglob("*.h5"))
    assert files == [
        "1_Extracted/running_meta.h5",
        "1_Extracted/walking_meta.h5",
        "2_Processed/running_data.h5",
        "2_Processed/walking_data.h5",
    ]
    assert people_in(out / files[1]) == ("s1", "s4")
    for sentence in ("s4 two: s4 is there with one", "bad one: gap", "ann is s1", "Lost: joint"):
        assert sentence in said
    assert all(file in said for file in files)
    people = pl.read_csv(out / "1_Extracted" / "walking_people.csv")
    assert people.rows() == [("s1", "ann", "one"), ("s4", "s4", "one")]
    about = read_meta_h5(out / files[1], "s4").about
    assert about.words() == pytest.approx(ROW)


def test_nothing_of_a_tree_is_overwritten_and_the_rest_may_be_there(tree, store):
    out, _ = tree
    before = (out / "1_Extracted" / "walking_meta.h5").read_bytes()
    said = run("convert", store, "--to", "published", "--out", out, code=2)
    assert "already exists" in said
    assert (out / "1_Extracted" / "walking_meta.h5").read_bytes() == before
    (out / "1_Extracted" / "notes.txt").write_text("mine")
    run("convert", store, "--to", "published", "--out", out, "--force")
    assert (out / "1_Extracted" / "notes.txt").read_text() == "mine"


def test_the_processed_file_becomes_a_store_again(tree, store, tmp_path):
    run("convert", tree[0] / "2_Processed", "--to", "kinefuse", "--out", tmp_path / "again")
    entries = {(e.person, e.activity): e for e in open_store(tmp_path / "again").sound}
    assert set(entries) == {("s1", "walking"), ("s4", "walking"), ("s9", "running")}
    again = read_trial(entries["s4", "walking"].file)
    first = read_trial(next(e.file for e in open_store(store).entries if e.name == "one"))
    assert first.person == "ann"
    before = read_trial(store / "trials" / "s4__one.h5")
    for joint, angles in before.angles.angles_rad.items():
        np.testing.assert_allclose(again.angles.angles_rad[joint], angles[200:-200], atol=1e-6)
    assert again.provenance["sex"] == "female"


def test_the_extracted_file_is_prepared_to_the_same_angles(tree, store, tmp_path):
    file = tree[0] / "1_Extracted" / "walking_meta.h5"
    run("prepare", file, "--out", tmp_path / "prepared", "--jobs", "1")
    again = read_trial(tmp_path / "prepared" / "trials" / "s4__walking.h5")
    before = read_trial(store / "trials" / "s4__one.h5")
    for joint, angles in before.angles.in_degrees().items():
        error = again.angles.in_degrees()[joint] - angles
        assert np.sqrt(np.mean(error**2, axis=0)).max() < 0.05
    assert again.provenance["mass_kg"] == 61


def test_a_person_without_markers_is_left_out_with_the_reason(tree, tmp_path):
    processed = tree[0] / "2_Processed" / "running_data.h5"
    run("convert", processed, "--to", "kinefuse", "--out", tmp_path / "store")
    said = run("convert", tmp_path / "store", "--to", "published", "--out", tmp_path / "Data")
    assert "where its segments were is not known" in said
    assert [p.name for p in (tmp_path / "Data").rglob("*.h5")] == ["running_data.h5"]
    back = tmp_path / "Data" / "2_Processed" / "running_data.h5"
    first, second = read_data_h5(processed, "s9"), read_data_h5(back, "s9")
    for segment, imu in first.imus.sensors.items():
        np.testing.assert_allclose(second.imus[segment].acc_m_s2, imu.acc_m_s2, atol=1e-4)


def test_models_go_there_and_back(tmp_path):
    ours = write_model(tmp_path / "ours", "convolutional")
    said = run("convert", ours, "--to", "published", "--out", tmp_path / "theirs")
    assert "mirrored" in said
    assert "ISB" in said
    names = {p.name for p in (tmp_path / "theirs" / "Knee" / "angles").iterdir()}
    assert names == {"model.pt", "model_kwargs.pkl", "norm_dict.pt", "info.json"}
    run("convert", tmp_path / "theirs", "--to", "kinefuse", "--out", tmp_path / "back")
    pair = np.random.default_rng(0).normal(0, 5, (50, 12))
    first, second = (load_model(f).predict_angles(pair, "knee") for f in (ours, tmp_path / "back"))
    np.testing.assert_allclose(second, first, atol=1e-6)


@pytest.fixture(scope="module")
def people(tmp_path_factory):
    """Whom the small model was trained on, whom it was tuned on, twice, and a stranger."""
    folder = tmp_path_factory.mktemp("people") / "store"
    for person, seconds in (("p1", 4.0), ("p2", 4.0), ("p5", 3.0)):
        write_trial(folder, puppet_trial(person, "one", seconds=seconds, rate_hz=100.0))
    write_trial(folder, puppet_trial("p2", "two", seconds=4.0, rate_hz=100.0))
    return folder


def test_predictions_of_people_it_was_not_trained_on_go_with_a_model(people, tmp_path):
    ours, theirs = write_model(tmp_path / "ours", "convolutional"), tmp_path / "theirs"
    said = run("convert", ours, "--to", "published", "--store", people, "--out", theirs)
    assert "No predictions" not in said
    folder = theirs / "Knee" / "angles" / "predictions"
    assert {p.name for p in folder.iterdir()} == {"x_val.npy", "y_val.npy", "y_pred_val.npy"}
    x, y, y_pred = (np.load(folder / f"{kind}_val.npy") for kind in ("x", "y", "y_pred"))
    trial, model = read_trial(people / "trials" / "p2__one.h5"), load_model(ours)
    assert x.shape == (2, trial.imus.samples, 16)
    for row, side in enumerate("rl"):
        name, thigh = f"knee_{side}", trial.imus[f"thigh_{side}"]
        felt = thigh.acc_m_s2 * [1, -1, 1]  # theirs hangs upside down; no leg is mirrored
        np.testing.assert_allclose(x[row, :, :3], felt, atol=1e-4)
        np.testing.assert_allclose(x[row, :, 4:7], thigh.gyr_rad_s, atol=1e-4)
        truth = from_ours(trial.angles.angles_rad[name], name, "published")
        np.testing.assert_allclose(y[row], truth, atol=1e-3)
        found = model.predict_angles(pair_signals(trial.imus, name), "knee", side)
        np.testing.assert_allclose(y_pred[row], from_ours(found, name, "published"), atol=1e-3)


def test_without_their_store_it_is_said_that_there_are_no_predictions(tmp_path):
    ours = write_model(tmp_path / "ours", "convolutional")
    said = run("convert", ours, "--to", "published", "--out", tmp_path / "theirs")
    assert "name the store of its people with --store" in said
    assert not list((tmp_path / "theirs").rglob("*.npy"))


def test_a_model_of_another_network_leaves_nothing(tmp_path):
    ours = write_model(tmp_path / "ours", "temporal")
    said = run("convert", ours, "--to", "published", "--out", tmp_path / "theirs", code=2)
    assert "no network 'temporal'" in said
    assert not (tmp_path / "theirs").exists()


def test_two_published_models_become_one_of_ours(tmp_path):
    published_files.write_folder(tmp_path / "Walking" / "Hip" / "a")
    words = published_files.kwargs("CustomLSTM", outputs=12)
    published_files.write_folder(tmp_path / "Walking" / "Hip" / "b", words)
    published_files.write_folder(tmp_path / "Walking" / "Knee" / "a")
    said = run("convert", tmp_path / "Walking", "--to", "kinefuse", "--out", tmp_path / "out")
    assert "-9.81" in said
    assert "left legs enter as they are" in said
    card = load_model(tmp_path / "out").card
    assert set(card.networks) == {"hip_angles", "hip_orientation", "knee_angles"}
    assert card.activity == "walking"


def test_a_bare_state_dict_cannot_estimate(tmp_path, shared_data):
    source = shared_data / "checkpoints_lstm"
    said = run(
        *("convert", source, "--to", "kinefuse", "--joint", "knee", "--out", tmp_path / "out"),
        code=2,
    )
    assert "no norm_dict.pt" in said
    assert not (tmp_path / "out").exists()


def test_a_recording_becomes_the_demos_tree_and_csv_again(tmp_path):
    imus = puppet_trial(seconds=3.0, rate_hz=200.0).imus
    WRITERS["csv"](tmp_path / "recording", imus)
    run("convert", tmp_path / "recording", "--to", "published", "--out", tmp_path / "demo")
    run("convert", tmp_path / "demo", "--to", "kinefuse", "--out", tmp_path / "again")
    again = read(tmp_path / "again")
    for segment, imu in imus.sensors.items():
        np.testing.assert_allclose(again[segment].acc_m_s2, imu.acc_m_s2, atol=1e-12)
        np.testing.assert_allclose(again[segment].gyr_rad_s, imu.gyr_rad_s, atol=1e-12)


def test_predictions_go_there_and_back(tmp_path):
    folder = tmp_path / "Ankle" / "best" / "predictions"
    folder.mkdir(parents=True)
    rng = np.random.default_rng(0)
    rows = {"x": rng.normal(size=(4, 9, 16)), "y": rng.normal(size=(4, 9, 3))}
    rows["y_pred"] = rows["y"] + 1
    for kind, values in rows.items():
        np.save(folder / f"{kind}_test.npy", values)
    said = run("convert", folder, "--to", "kinefuse", "--out", tmp_path / "ours")
    assert "whose legs" in said
    run("convert", tmp_path / "ours", "--to", "published", "--out", tmp_path / "back")
    for kind, values in rows.items():
        found = np.load(tmp_path / "back" / "predictions" / f"{kind}_test.npy")
        np.testing.assert_allclose(found, values, atol=1e-9)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none", "--to", "published"], "no such file or directory"),
        ([".", "--to", "published"], "nothing here is known"),
        ([".", "--to", "theirs"], "unknown kind of file 'theirs'"),
    ],
)
def test_bad_requests_are_one_sentence_and_leave_nothing(tmp_path, monkeypatch, words, sentence):
    monkeypatch.chdir(tmp_path)
    said = run("convert", *words, "--out", "out", code=2)
    assert sentence in said
    assert said.strip().count("\n") == 0
    assert not (tmp_path / "out").exists()


def test_what_is_of_that_kind_already_is_not_converted(store, tmp_path):
    said = run("convert", store, "--to", "kinefuse", "--out", tmp_path / "out", code=2)
    assert "already" in said


@pytest.fixture
def demo(tmp_path):
    """The demo's tree of somebody, with the truth, and a published model of a knee."""
    trial = puppet_trial(seconds=10.0, rate_hz=200.0)
    published_npy.write(tmp_path, trial.imus, trial.angles)
    (tmp_path / "axes.json").unlink()  # as others would have written it
    return tmp_path, published_files.write_folder(tmp_path / "models" / "Knee")


@pytest.mark.parametrize("name", ["ang", "angle"])
def test_the_demo_is_estimated_and_scored_under_either_name_of_the_truth(demo, tmp_path, name):
    root, model = demo
    for file in root.rglob("*_mocap_ang.npy"):
        file.rename(file.with_name(file.name.replace("_ang.", f"_{name}.")))
    said = run(
        *("estimate", "--published-root", root, "--joint", "Knee", "--activity", "Walking"),
        *("--model", model, "--out", tmp_path / "out"),
    )
    assert "mean removed" in said
    summary = json.loads((tmp_path / "out" / "summary.json").read_text())
    assert summary["method"] == "network"
    assert {row["joint"] for row in summary["scores"]} == {"knee_r", "knee_l"}
    table = pl.read_csv(tmp_path / "out" / "angles.csv")
    found = np.deg2rad(
        table.select(f"knee_{p}_r_deg" for p in ("flexion", "adduction", "rotation"))
    )
    truth = puppet_trial(seconds=10.0, rate_hz=200.0).angles.angles_rad["knee_r"]
    rmse = np.rad2deg(np.sqrt(np.mean((found - truth) ** 2, axis=0)))
    said_rmse = [r["rmse_deg"] for r in summary["scores"] if r["joint"] == "knee_r"]
    np.testing.assert_allclose(rmse, said_rmse, atol=1e-3)


def test_a_published_network_hears_what_the_demo_would_let_it_hear(demo, tmp_path):
    root, model = demo
    run(
        *("estimate", "--published-root", root, "--joint", "knee", "--model", model),
        *("--out", tmp_path / "out"),
    )
    from kinefuse.anatomy.conventions import to_ours
    from plain_networks import convolutional

    state = torch.load(model / "model.pt", weights_only=True)
    params = torch.load(model / "norm_dict.pt", weights_only=True)["params"]
    table = pl.read_csv(tmp_path / "out" / "angles.csv")
    for side, name in (("r", "Right"), ("l", "Left")):
        files = [f"{name}_seg{place}_{kind}.npy" for place in (1, 2) for kind in ("acc", "gyr")]
        x = np.concatenate([np.load(root / "Knee" / file) for file in files], axis=-1)
        x = torch.tensor(x[None], dtype=torch.float32)
        y = convolutional(state, (x - params["x_mean"]) / params["x_std"])
        degrees = (y * params["y_std"] + params["y_mean"])[0].double().numpy()
        columns = [f"knee_{plane}_{side}_deg" for plane in ("flexion", "adduction", "rotation")]
        theirs = np.rad2deg(to_ours(degrees, f"knee_{side}", "published"))
        middle = slice(400, -400)  # away from where nobody is known to move yet
        np.testing.assert_allclose(
            table.select(columns).to_numpy()[middle], theirs[middle], atol=1e-3
        )


def test_without_truth_there_are_no_scores_and_every_joint_is_estimated(demo, tmp_path):
    root, _ = demo
    for file in root.rglob("*_mocap_ang.npy"):
        file.unlink()
    said = run("estimate", "--published-root", root, "--out", tmp_path / "out")
    assert "mean removed" not in said
    assert "scores" not in json.loads((tmp_path / "out" / "summary.json").read_text())
    assert len(pl.read_csv(tmp_path / "out" / "angles.csv").columns) == 1 + 2 * 18


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--published-root", "ROOT", "--joint", "Elbow"], "no directory Elbow"),
        (["--published-root", "nowhere"], "no such directory"),
        ([], "one recording is needed"),
        (["ROOT", "--published-root", "ROOT"], "one recording is needed"),
        (["--published-root", "ROOT/models"], "Right_seg1_acc.npy"),
    ],
)
def test_a_demo_that_is_not_there_is_refused(demo, tmp_path, words, sentence):
    root, _ = demo
    words = [word.replace("ROOT", str(root)) for word in words]
    assert sentence in run("estimate", *words, "--out", tmp_path / "out", code=2)
    assert not (tmp_path / "out").exists()


def test_a_truth_of_another_length_is_refused(demo, tmp_path):
    root, _ = demo
    file = root / "Knee" / "Right_mocap_ang.npy"
    for side in ("Right", "Left"):
        file = root / "Knee" / f"{side}_mocap_ang.npy"
        np.save(file, np.load(file)[:-5])
    said = run(
        *("estimate", "--published-root", root, "--joint", "knee", "--out", tmp_path / "out"),
        code=2,
    )
    assert "unequal numbers of samples" in said
