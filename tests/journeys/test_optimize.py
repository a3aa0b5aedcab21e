"""``kinefuse optimize``: a store's trials as files of orientations and angles, stopped or not."""

import json

import h5py
import numpy as np
import polars as pl
import pytest
from typer.testing import CliRunner

from kinefuse import store_estimates
from kinefuse.cli.app import app
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.formats.estimated_trials import read_estimated_trial
from kinefuse.networks.saved_model import load_model
from kinefuse.orientation import published_optimisation
from kinefuse.store_estimates import Request, estimate_trials
from small_corrections import write_small_correction
from small_networks import write_model
from toy import puppet_trial

PEOPLE = ("p1", "p2", "p8", "p9")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for person in PEOPLE:
        write_trial(folder, puppet_trial(person, seconds=4))
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    file = tmp_path_factory.mktemp("split") / "split.json"
    file.write_text(json.dumps({"train": ["p1"], "validation": ["p2"], "test": ["p8", "p9"]}))
    return file


@pytest.fixture(scope="module")
def model(tmp_path_factory):
    """Networks of knees, and a correction, of the same people."""
    folder = write_model(tmp_path_factory.mktemp("models") / "small", "temporal")
    (folder / "correction").mkdir()
    write_small_correction(folder / "correction")
    return folder


def optimize(*words):
    return CliRunner().invoke(app, ["optimize", *(str(word) for word in words)])


@pytest.fixture(scope="module")
def done(model, store, split, tmp_path_factory):
    out = tmp_path_factory.mktemp("estimates") / "map"
    ran = optimize(model, store, "--split", split, "--out", out)
    assert ran.exit_code == 0, ran.output
    assert "2 people" in ran.output
    return out


def test_every_test_person_has_a_file_and_the_table_every_angle(done):
    assert sorted(f.name for f in done.iterdir()) == ["errors.csv", "p8__walk.h5", "p9__walk.h5"]
    table = pl.read_csv(done / "errors.csv")
    assert len(table) == 2 * 6 * 3
    assert set(table["person"]) == {"p8", "p9"}
    for column in ("rmse_deg", "rmse_mean_removed_deg", "sd_deg", "within_90_percent_interval"):
        assert table[column].is_finite().all()


def test_a_file_holds_orientations_angles_and_their_deviations(done):
    with h5py.File(done / "p8__walk.h5") as h5:
        words = json.loads(h5.attrs["words"])
        assert (words["person"], words["method"], words["condition"]) == ("p8", "map", "aligned")
        assert words["correction"] == "small"
        assert set(h5["orientations"]) == {
            "pelvis", "thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l",
        }  # fmt: skip
        assert h5["orientations/pelvis"].shape == (400, 3, 3)
        assert h5["angles_rad/knee_l"].shape == h5["angles_sd_rad/knee_l"].shape == (400, 3)
        assert (h5["angles_sd_rad/knee_l"][()] > 0).all()


def test_the_table_is_what_the_files_say(done):
    found = read_estimated_trial(done / "p9__walk.h5")
    truth = np.rad2deg(puppet_trial("p9", seconds=4).angles.angles_rad["knee_r"][:, 0])
    error = np.rad2deg(found.angles_rad["knee_r"][:, 0]) - truth
    row = pl.read_csv(done / "errors.csv").filter(
        person="p9", joint="knee", side="r", plane="flexion"
    )
    assert row["rmse_deg"].item() == pytest.approx(np.sqrt(np.mean(error**2)), abs=1e-3)


def test_what_is_finished_is_not_done_again(done, model, store, split, monkeypatch):
    before = (done / "errors.csv").read_bytes()
    (done / "p8__walk.h5").unlink()
    estimated = []
    inner = store_estimates.METHODS["map"]
    monkeypatch.setitem(
        store_estimates.METHODS,
        "map",
        lambda seen, *rest: estimated.append(seen.trial.person) or inner(seen, *rest),
    )
    assert optimize(model, store, "--split", split, "--out", done).exit_code == 0
    assert estimated == ["p8"]
    assert (done / "errors.csv").read_bytes() == before
    assert optimize(model, store, "--split", split, "--out", done, "--force").exit_code == 0
    assert estimated == ["p8", "p8", "p9"]


def test_the_published_optimisation_can_be_had(model, store, split, tmp_path):
    out = tmp_path / "published"
    ran = optimize(model, store, "--split", split, "--out", out, "--method", "published")
    assert ran.exit_code == 0, ran.output
    found = read_estimated_trial(out / "p8__walk.h5")
    assert set(found.angles_rad) == {"knee_r", "knee_l"}  # the model knows no other joint
    assert set(found.orientations) == {
        "knee_r/thigh_r", "knee_r/shank_r", "knee_l/thigh_l", "knee_l/shank_l",
    }  # fmt: skip
    assert found.angles_sd_rad == {}
    assert "sd_deg" not in pl.read_csv(out / "errors.csv").columns


def test_dead_reckoning_turns_as_the_gyroscope_does(model, store, split, tmp_path):
    """Left legs are seen in a mirror on the way; what is written is not mirrored."""
    optimize(model, store, "--split", split, "--out", tmp_path, "--method", "published")
    R = read_estimated_trial(tmp_path / "p8__walk.h5").orientations["knee_l/shank_l"]
    true = puppet_trial("p8", seconds=4).poses.R_world_segment["shank_l"]
    turns, true_turns = (A[0].T @ A[250] for A in (R, true))
    np.testing.assert_allclose(turns, true_turns, atol=0.03)


def test_the_published_search_stopped_goes_on_frame_by_frame(model, tmp_path, monkeypatch):
    """The search itself, which is slow and tested by itself, is answered in closed form here."""
    searched = []
    monkeypatch.setattr(published_optimisation, "FRAMES_A_STEP", 10)
    monkeypatch.setattr(
        published_optimisation,
        "_searched",
        lambda gyr, rate_hz: searched.append(1) or gyr / rate_hz,
    )
    write_trial(tmp_path / "short", puppet_trial("p9", seconds=0.4))
    out = tmp_path / "out"
    entries = open_store(tmp_path / "short").sound
    networks = load_model(model)

    def run(method, folder):
        return estimate_trials(entries, folder, Request(model=networks, method=method))

    for step, _ in run("published-bfgs", out):
        if "shank_r, frame 21" in step.message:
            break
    assert not list(out.glob("*.h5"))
    assert len(searched) == 39 + 20
    ended = [rows for _, rows in run("published-bfgs", out) if rows]
    assert len(searched) == 4 * 39  # both legs' thighs and shanks, nothing twice
    closed = [rows for _, rows in run("published", tmp_path / "closed") if rows]
    assert [file.name for file in out.iterdir()] == ["p9__walk.h5"]
    assert ended == closed


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (("--method", "magic"), "choose one of: map, published, published-bfgs"),
        (("--condition", "taped"), "aligned, as worn, mounted"),
        (("--split", "nowhere.json"), "cannot be read"),
    ],
)
def test_a_wrong_wish_is_one_sentence_and_leaves_nothing(model, store, tmp_path, words, complaint):
    split = () if "--split" in words else ("--split", written_split(tmp_path))
    ran = optimize(model, store, "--out", tmp_path / "out", *split, *words)
    assert ran.exit_code == 2
    assert complaint in " ".join(ran.output.split())
    assert not (tmp_path / "out").exists()


def written_split(folder):
    file = folder / "split.json"
    file.write_text(json.dumps({"train": ["p1"], "validation": ["p2"], "test": ["p9"]}))
    return file


def test_people_the_networks_have_seen_are_refused(model, store, tmp_path):
    file = tmp_path / "split.json"
    file.write_text(json.dumps({"train": ["p8"], "validation": ["p9"], "test": ["p1"]}))
    ran = optimize(model, store, "--out", tmp_path / "out", "--split", file)
    assert ran.exit_code == 2
    assert "trained or tuned on p1" in ran.output


def test_without_test_people_it_says_how_to_name_some(model, store, tmp_path):
    ran = optimize(model, store, "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert "--split FILE" in " ".join(ran.output.split())


def test_files_of_another_kind_are_not_mixed_in(done, model, store, split):
    ran = optimize(model, store, "--split", split, "--out", done, "--condition", "as worn")
    assert ran.exit_code == 2
    assert "another condition" in " ".join(ran.output.split())
    assert read_estimated_trial(done / "p8__walk.h5").words["condition"] == "aligned"


def test_a_damaged_file_is_named(model, store, split, tmp_path):
    (tmp_path / "p8__walk.h5").write_bytes(b"half a file")
    ran = optimize(model, store, "--split", split, "--out", tmp_path)
    assert ran.exit_code == 2
    assert "p8__walk.h5" in " ".join(ran.output.split()).replace(" ", "")


def test_a_correction_alone_is_a_model(store, split, tmp_path):
    write_small_correction(tmp_path)
    ran = optimize(tmp_path, store, "--split", split, "--out", tmp_path / "out")
    assert ran.exit_code == 0, ran.output
    published = ("--out", tmp_path / "published", "--method", "published")
    ran = optimize(tmp_path, store, "--split", split, *published)
    assert ran.exit_code == 2
    assert "no orientation network" in " ".join(ran.output.split())
    assert not (tmp_path / "published").exists()


def test_no_store_and_no_model_are_named(model, store, tmp_path):
    ran = optimize(model, tmp_path, "--out", tmp_path / "out")
    assert "this is no store" in ran.output
    ran = optimize(tmp_path, store, "--out", tmp_path / "out")
    assert ran.exit_code == 2
    assert "holds no model" in ran.output
