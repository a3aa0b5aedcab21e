"""Published networks say here what they say there, and come back as they went out."""

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import plain_networks
import published_files
from kinefuse import so3
from kinefuse.anatomy.conventions import to_ours
from kinefuse.formats.data_h5 import published_acceleration
from kinefuse.formats.published_lab import R_WORLD_LAB
from kinefuse.formats.published_model import read_published_model
from kinefuse.networks.limbs import mirrored_pair
from kinefuse.networks.published_export import write_as_published
from kinefuse.networks.published_folder import (
    NoNormalisation,
    WhichModel,
    estimator_of,
    standardised,
    write_as_ours,
)
from kinefuse.networks.published_names import NotPublished, OtherNetwork
from kinefuse.networks.saved_model import WhichSide, load_model
from small_networks import write_model

PLAIN = {"CustomConv1D": plain_networks.convolutional, "CustomLSTM": plain_networks.recurrent}
ANY_FOLDER = settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
networks = st.builds(
    published_files.kwargs,
    model_type=st.sampled_from(list(PLAIN)),
    layers=st.integers(1, 3),
    width=st.sampled_from([10, 20]),
    window=st.sampled_from([11, 21]),
    bidir=st.booleans(),
    outputs=st.sampled_from([3, 12]),
)


def signals(samples=60, seed=0):
    """Proximal acc, gyr, distal acc, gyr: specific force, mostly upright."""
    rng = np.random.default_rng(seed)
    pair = rng.normal(0, 3, (samples, 12))
    pair[:, [1, 7]] += 9.8
    return pair


def published_channels(pair):
    """What the demo would be given of upright sensors: up negated, norms beside."""
    vectors = pair.reshape(len(pair), 4, 3) * np.array([[1, -1, 1], [1, 1, 1]] * 2)
    lengths = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return np.concatenate([vectors, lengths], axis=-1).reshape(len(pair), 16)


def published_answer(folder, pair):
    """As the demo computes it: standardise, run, undo; degrees, or raw numbers of attitudes."""
    state = torch.load(folder / "model.pt", weights_only=True)
    params = torch.load(folder / "norm_dict.pt", weights_only=True)["params"]
    x = torch.tensor(published_channels(pair)[None], dtype=torch.float32)
    plain = PLAIN["CustomLSTM" if "linear_out.bias" in state else "CustomConv1D"]
    y = plain(state, (x - params["x_mean"]) / params["x_std"])
    if y.shape[-1] == 3:
        y = y * params["y_std"] + params["y_mean"]
    return y[0].double().numpy()


@pytest.fixture(params=["Walking", "Running"])
def checkpoint(request, shared_data):
    return shared_data / "checkpoints_conv1d" / f"{request.param}_Knee_model.pt"


def test_the_checkpoints_answer_as_the_published_architecture(checkpoint):
    model = read_published_model(checkpoint)
    theirs = torch.load(checkpoint, map_location="cpu", weights_only=True)
    x = torch.randn(2, 150, 16, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        ours = standardised(model)(x)
    assert (ours - plain_networks.convolutional(theirs, x)).abs().max() < 1e-5


def test_the_bare_lstm_answers_as_the_published_architecture_and_refuses_to_estimate(shared_data):
    file = shared_data / "checkpoints_lstm" / "model_dict.pt"
    model = read_published_model(file)
    theirs = torch.load(file, map_location="cpu", weights_only=True)
    x = torch.randn(2, 80, 16, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        ours = standardised(model)(x)
    assert (ours - plain_networks.recurrent(theirs, x)).abs().max() < 1e-5
    with pytest.raises(NoNormalisation, match=r"no norm_dict\.pt"):
        estimator_of(model)


def test_the_checkpoints_hear_the_same_of_an_upright_sensor(checkpoint, tmp_path):
    write_as_ours([read_published_model(checkpoint)], tmp_path, "theirs")
    pair = signals(150)
    folder = tmp_path / "published"
    published_files.write_folder(folder)  # replaced by the real ones
    for name in ("model.pt", "norm_dict.pt"):
        real = checkpoint.with_name(checkpoint.name.replace("model.pt", name))
        torch.save(torch.load(real, map_location="cpu", weights_only=True), folder / name)
    degrees = published_answer(folder, pair)
    found = load_model(tmp_path).predict_angles(pair, "knee", "r")
    np.testing.assert_allclose(found, to_ours(degrees, "knee_r", "published"), atol=1e-5)


def test_the_checkpoints_come_back_as_they_were(checkpoint, tmp_path):
    model = read_published_model(checkpoint)
    write_as_ours([model], tmp_path / "ours", "theirs")
    ((folder, _),) = write_as_published(load_model(tmp_path / "ours"), tmp_path / "back")
    theirs = torch.load(checkpoint, map_location="cpu", weights_only=True)
    back = torch.load(folder / "model.pt", weights_only=True)
    assert list(back) == list(theirs)  # names and order, as a strict load needs them
    assert all(torch.equal(back[name], theirs[name]) for name in theirs)
    again = read_published_model(folder / "model.pt")
    assert again.kwargs == model.kwargs
    for name, values in vars(model.norms).items():
        np.testing.assert_allclose(getattr(again.norms, name), values, rtol=1e-6)


@given(words=networks, seed=st.integers(0, 99))
@ANY_FOLDER
def test_every_published_network_answers_as_there(tmp_path, words, seed):
    folder = published_files.write_folder(tmp_path / "Hip", words, seed)
    estimator = estimator_of(read_published_model(folder / "model.pt"))
    pair = signals(seed=seed)
    with torch.no_grad():
        found = estimator(torch.tensor(pair[None], dtype=torch.float32))[0].double().numpy()
    theirs = published_answer(folder, pair)
    if words["outp_size"] == [3]:
        np.testing.assert_allclose(found, np.deg2rad(theirs), atol=1e-5)
        return
    for place in range(2):
        table = theirs.reshape(-1, 3, 4)[:, :, 2 * place : 2 * place + 2]
        first = table[:, :, 0] / np.linalg.norm(table[:, :, 0], axis=-1, keepdims=True)
        second = table[:, :, 1] - first * np.sum(first * table[:, :, 1], axis=-1, keepdims=True)
        second /= np.linalg.norm(second, axis=-1, keepdims=True)
        R_lab = np.stack([first, second, np.cross(first, second)], axis=-1)
        np.testing.assert_allclose(found[:, place], R_WORLD_LAB @ R_lab, atol=2e-4)


@given(words=networks, seed=st.integers(0, 99))
@ANY_FOLDER
def test_from_theirs_to_ours_and_back_nothing_changes(tmp_path, words, seed):
    source = published_files.write_folder(tmp_path / f"{seed}" / "Ankle", words, seed)
    ours, back = tmp_path / f"{seed}" / "ours", tmp_path / f"{seed}" / "back"
    if ours.exists():
        return  # hypothesis repeats itself
    write_as_ours([read_published_model(source / "model.pt")], ours, "x")
    ((folder, _),) = write_as_published(load_model(ours), back)
    before, after = (torch.load(f / "model.pt", weights_only=True) for f in (source, folder))
    assert list(before) == list(after)
    for name in before:
        torch.testing.assert_close(after[name], before[name], rtol=0, atol=0)
    assert read_published_model(folder / "model.pt").kwargs == words
    if words["outp_size"] == [3]:
        params = [
            torch.load(f / "norm_dict.pt", weights_only=True)["params"] for f in (source, folder)
        ]
        for name, values in params[0].items():
            torch.testing.assert_close(params[1][name], values, rtol=1e-6, atol=0)


@pytest.mark.parametrize("network", ["convolutional", "recurrent"])
def test_from_ours_to_theirs_and_back_nothing_changes(tmp_path, network):
    ours = write_model(tmp_path / "ours", network)
    folders = [folder for folder, _ in write_as_published(load_model(ours), tmp_path / "theirs")]
    assert [f.relative_to(tmp_path).as_posix() for f in folders] == [
        "theirs/Knee/angles",
        "theirs/Knee/orientation",
    ]
    read = [read_published_model(folder / "model.pt") for folder in folders]
    card = write_as_ours(read, tmp_path / "back", "small")
    before = load_model(ours).card
    assert (card.left_legs, card.angle_convention) == ("mirrored", "isb")
    assert (card.people, card.sources, card.rate_hz) == (before.people, before.sources, 100.0)
    first, second = load_model(ours), load_model(tmp_path / "back")
    pair = signals(80)
    np.testing.assert_allclose(
        second.predict_angles(pair, "knee"), first.predict_angles(pair, "knee"), atol=1e-6
    )
    for after, was in zip(
        second.predict_orientations(pair, "knee"),
        first.predict_orientations(pair, "knee"),
        strict=True,
    ):
        np.testing.assert_allclose(after, was, atol=1e-5)


def test_the_published_code_gives_our_angles_in_their_signs_and_degrees(tmp_path):
    ours = write_model(tmp_path / "ours", "convolutional")
    folders = dict(write_as_published(load_model(ours), tmp_path / "theirs"))
    folder = tmp_path / "theirs" / "Knee" / "angles"
    pair = signals(80)
    found = np.rad2deg(load_model(ours).predict_angles(pair, "knee"))
    np.testing.assert_allclose(published_answer(folder, pair), found * [1, -1, -1], atol=1e-3)
    assert any("mirrored" in s for s in folders[folder])
    assert any("ISB" in s for s in folders[folder])


def test_a_network_that_they_have_not_is_refused(tmp_path):
    model = load_model(write_model(tmp_path / "ours", "temporal"))
    with pytest.raises(NotPublished, match="no network 'temporal'"):
        list(write_as_published(model, tmp_path / "theirs"))


def test_a_left_leg_enters_as_it_is_and_the_side_has_to_be_told(tmp_path):
    folder = published_files.write_folder(tmp_path / "Knee", published_files.kwargs())
    write_as_ours([read_published_model(folder / "model.pt")], tmp_path / "ours", "x")
    model, pair = load_model(tmp_path / "ours"), signals(80)
    theirs = to_ours(published_answer(folder, pair), "knee_l", "published")
    np.testing.assert_allclose(
        model.predict_angles(mirrored_pair(pair), "knee", "l"), theirs, atol=1e-5
    )
    assert np.abs(model.predict_angles(pair, "knee", "l") - theirs).max() > 0.01
    with pytest.raises(WhichSide, match="side is not known"):
        model.predict_angles(pair, "knee")


def test_a_left_legs_attitudes_come_out_as_of_a_right_leg(tmp_path):
    words = published_files.kwargs("CustomLSTM", outputs=12)
    folder = published_files.write_folder(tmp_path / "Knee", words)
    write_as_ours([read_published_model(folder / "model.pt")], tmp_path / "ours", "x")
    model, pair = load_model(tmp_path / "ours"), signals(80)
    mirror = np.diag([1.0, 1.0, -1.0])
    right = model.predict_orientations(pair, "knee", "r")
    left = model.predict_orientations(mirrored_pair(pair), "knee", "l")
    for R, L in zip(right, left, strict=True):
        np.testing.assert_allclose(L, mirror @ R @ mirror, atol=1e-6)


def test_gravity_of_a_network_that_was_taught_right_is_left_alone(tmp_path):
    folder = published_files.write_folder(tmp_path / "Knee", up=+9.5)
    state = torch.load(folder / "model.pt", weights_only=True)
    estimator = estimator_of(read_published_model(folder / "model.pt"))
    torch.testing.assert_close(estimator.body.convolutions[0][0].weight, state["conv0.weight"])
    card = write_as_ours([read_published_model(folder / "model.pt")], tmp_path / "ours", "x")
    assert "unchanged" in card.convention
    hung = published_files.write_folder(tmp_path / "hung" / "Knee")
    card = write_as_ours([read_published_model(hung / "model.pt")], tmp_path / "o2", "x")
    assert "changed sign" in card.convention


def test_of_an_upright_sensor_only_up_has_the_wrong_sign_there():
    felt = signals(20)[:, :3]
    upright = np.broadcast_to(R_WORLD_LAB.T, (20, 3, 3))  # sensor axes are those of the world
    np.testing.assert_allclose(published_acceleration(felt, upright), felt * [1, -1, 1], atol=1e-12)


def test_a_forward_lean_is_felt_by_z_there_as_the_clinics_means_show(shared_data):
    lean = so3.exp(np.array([[0.0, 0.0, -0.3]]))  # forward, about the right axis
    still = published_acceleration(lean.transpose(0, 2, 1) @ [0, 9.81, 0], R_WORLD_LAB.T @ lean)
    assert still[0, 2] > 2
    assert abs(still[0, 0]) < 1e-9
    file = shared_data / "checkpoints_conv1d" / "Walking_Knee_model.pt"
    norms = read_published_model(file).norms
    assert norms is not None
    assert (norms.x_mean[[2, 10]] > 2).all()  # thigh and shank lean forward, on both legs
    assert (np.abs(norms.x_mean[[0, 8]]) < 0.2).all()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"conv_activation": ["Tanh", "Tanh"]}, "conv_activation is Tanh"),
        ({"groups": [2, 2]}, "groups is 2"),
        ({"model_type": "Transformer"}, "model_type is Transformer"),
    ],
)
def test_what_the_paper_has_not_is_refused(tmp_path, change, said):
    words = published_files.kwargs()
    folder = published_files.write_folder(tmp_path / "Knee", words)
    model = read_published_model(folder / "model.pt")
    with pytest.raises(OtherNetwork, match=said):
        estimator_of(type(model)(**{**vars(model), "kwargs": words | change}))


@pytest.mark.parametrize("change", ["drop", "add", "shape"])
def test_other_tensors_are_refused(tmp_path, change):
    folder = published_files.write_folder(tmp_path / "Knee")
    state = torch.load(folder / "model.pt", weights_only=True)
    if change == "drop":
        del state["conv_batchnorm1.running_var"]
    if change == "add":
        state["conv_extra"] = torch.zeros(3)
    if change == "shape":
        state["conv1.weight"] = state["conv1.weight"][:5]
    torch.save(state, folder / "model.pt")
    with pytest.raises(OtherNetwork, match="expected"):
        estimator_of(read_published_model(folder / "model.pt"))


def test_what_it_is_for_has_to_be_known_and_once(tmp_path):
    nameless = published_files.write_folder(tmp_path / "some")
    read = read_published_model(nameless / "model.pt")
    with pytest.raises(WhichModel, match="--joint"):
        write_as_ours([type(read)(**{**vars(read), "kind": None})], tmp_path / "ours", "x")
    hip = read_published_model(published_files.write_folder(tmp_path / "Hip") / "model.pt")
    with pytest.raises(WhichModel, match="two for hip_angles"):
        write_as_ours([hip, hip], tmp_path / "two", "x")
