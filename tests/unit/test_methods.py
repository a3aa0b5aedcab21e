"""Which method answers when none is named, and which networks belong to a folder."""

from dataclasses import replace

import pytest

from kinefuse.errors import NoModel, UnreadableFile
from kinefuse.methods import METHODS, default_method
from kinefuse.networks.model_card import read_card, write_card
from kinefuse.packaged import correction_in, packaged_correction, packaged_model
from kinefuse.recordings import ImuSession
from small_corrections import write_small_correction
from small_networks import write_model
from toy import puppet_trial


@pytest.fixture(scope="module")
def session():
    return puppet_trial(seconds=3).imus


@pytest.fixture
def knees(session):
    return ImuSession(
        name="knees", sensors={s: session[s] for s in ("thigh_r", "shank_r", "thigh_l", "shank_l")}
    )


@pytest.fixture
def model(tmp_path):
    return write_model(tmp_path / "model", "temporal")


def test_the_optimiser_comes_first(session):
    assert next(iter(METHODS)) == "map" == default_method(session, None)


def test_a_model_with_a_correction_means_the_optimiser(session, model):
    (model / "correction").mkdir()
    write_small_correction(model / "correction")
    assert default_method(session, model) == "map"


def test_a_model_that_can_fuse_does_for_joints_it_knows(session, knees, model):
    shares = {"fusion": {"alpha_share": (0.5,) * 3, "beta_share": (0.5,) * 3}}
    assert default_method(knees, model) == "map"  # its card does not say how to fuse
    write_card(model, replace(read_card(model), joints={"knee": {"as worn": shares}}))
    assert default_method(knees, model) == "fused"
    assert default_method(session, model) == "map"  # it knows nothing of hips


def test_a_folder_without_anything_is_refused(session, tmp_path):
    with pytest.raises(UnreadableFile, match="holds no model"):
        default_method(session, tmp_path)


def test_a_correction_is_found_beside_or_as_the_folder(tmp_path):
    assert correction_in(tmp_path) is None
    write_small_correction(tmp_path)
    assert correction_in(tmp_path) == tmp_path
    (tmp_path / "correction").mkdir()
    write_small_correction(tmp_path / "correction")
    assert correction_in(tmp_path) == tmp_path / "correction"


@pytest.mark.parametrize("activity", ["walking", "running"])
def test_what_is_packaged_is_where_it_belongs(activity):
    assert packaged_model(activity).name == activity
    assert packaged_correction(activity) == packaged_model(activity) / "correction"


def test_nothing_is_packaged_for_swimming():
    assert packaged_model("swimming") is packaged_correction("swimming") is None


def test_the_way_out_names_methods_that_exist():
    for word in str(NoModel("walking")).replace(",", "").split("--method ")[1:]:
        assert word.split()[0] in METHODS
