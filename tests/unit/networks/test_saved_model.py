"""A model folder answers as the network that was trained, without torch, and fails in words."""

import json
import shutil
import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.networks import saved_model
from kinefuse.networks.estimator import NETWORKS, Estimator
from kinefuse.networks.export import read_weights
from kinefuse.networks.model_card import read_card
from kinefuse.networks.saved_model import load_model
from small_networks import SCALES, SMALL, signals, small, write_model


@pytest.fixture(scope="module", params=NETWORKS)
def network(request):
    return request.param


@pytest.fixture(scope="module")
def folder(network, tmp_path_factory):
    return write_model(tmp_path_factory.mktemp("models") / network, network)


@pytest.mark.parametrize("samples", [37, 400])
def test_the_folder_answers_as_torch_does_at_any_length(folder, network, samples):
    x, model = signals(samples), load_model(folder)
    pair = x[0].double().numpy()
    with torch.no_grad():
        angles = small(network)(x)[0].numpy()
        R = small(network, "orientation")(x)[0].numpy()
    np.testing.assert_allclose(model.predict_angles(pair, "knee"), angles, atol=1e-5)
    proximal, distal = model.predict_orientations(pair, "knee")
    np.testing.assert_allclose(np.stack([proximal, distal], axis=1), R, atol=1e-4)


@pytest.mark.parametrize("samples", [300, 1001, 2049])
def test_in_chunks_the_answer_is_that_of_the_whole(folder, samples, monkeypatch):
    pair = signals(samples)[0].double().numpy()
    whole = load_model(folder).predict_angles(pair, "knee")
    monkeypatch.setattr(saved_model, "CHUNK_SAMPLES", 128)
    chunked = load_model(folder).predict_angles(pair, "knee")
    np.testing.assert_allclose(chunked, whole, atol=1e-4)


def test_chunks_are_bounded_and_cover_every_sample_once():
    chunks = list(saved_model._chunks(100_000, context=130))
    kept = np.concatenate([np.arange(core.start, core.stop) for core, _ in chunks])
    np.testing.assert_array_equal(kept, np.arange(100_000))
    assert max(around.stop - around.start for _, around in chunks) < 6500


def test_weights_load_back_into_torch(folder, network):
    other = Estimator(network, "angles", SMALL[network], SCALES)
    read_weights(folder / "networks" / "knee_angles", other)
    with torch.no_grad():
        torch.testing.assert_close(other.eval()(signals(50)), small(network)(signals(50)))
    assert "feature_mean" in load_file(folder / "networks" / "knee_angles" / "weights.safetensors")


def test_the_card_survives_and_names_inputs_and_units(folder):
    card = read_card(folder)
    assert card.inputs["distal_gyr_z"] == "rad/s"
    assert card.people["train"] == ("p1",)
    assert card == replace(load_model(folder).card)


def test_a_network_that_is_not_there_is_named(folder):
    with pytest.raises(UnknownChoice, match=r"'hip_angles'.* knee_angles"):
        load_model(folder).predict_angles(np.zeros((10, 12)), "hip")


def damaged(folder, tmp_path):
    return shutil.copytree(folder, tmp_path / "damaged")


def test_no_folder_and_no_network_file_are_named(folder, tmp_path):
    with pytest.raises(UnreadableFile, match="holds no model"):
        load_model(tmp_path / "nowhere")
    copy = damaged(folder, tmp_path)
    (copy / "networks" / "knee_angles" / "network.onnx").unlink()
    with pytest.raises(UnreadableFile, match="network is missing"):
        load_model(copy)


@pytest.mark.parametrize("content", [b"", b"not a network", b"\x08\x08\x12\x07pytorch"])
def test_a_damaged_network_is_named(folder, tmp_path, content):
    copy = damaged(folder, tmp_path)
    (copy / "networks" / "knee_angles" / "network.onnx").write_bytes(content)
    with pytest.raises(UnreadableFile, match=r"network\.onnx: this network is damaged"):
        load_model(copy).predict_angles(np.zeros((10, 12)), "knee")


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (lambda _: "{", "not JSON"),
        (lambda _: "[1]", "another version"),
        (lambda words: json.dumps(words | {"layout": 99}), "another version"),
        (lambda _: json.dumps({"layout": 1}), "incomplete"),
        (lambda words: json.dumps(words | {"spam": 1}), "incomplete"),
    ],
)
def test_a_damaged_card_is_named(folder, tmp_path, change, complaint):
    copy = damaged(folder, tmp_path)
    file = copy / "model.json"
    file.write_text(change(json.loads(file.read_text())))
    with pytest.raises(UnreadableFile, match=complaint):
        load_model(copy)


def test_estimating_needs_no_torch():
    code = (
        "import sys; import kinefuse.networks.saved_model, kinefuse.pair_estimation; "
        "sys.exit('torch' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
