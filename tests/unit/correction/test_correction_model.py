"""A correction's folder answers as the trained network, in pieces too, and fails in words."""

import json
import shutil
import subprocess
import sys

import numpy as np
import pytest
import torch

from kinefuse.correction import load_correction, model
from kinefuse.correction.card import CARD_FILE, read_correction_card
from kinefuse.correction.model import WEIGHTS_FILE, pieces
from kinefuse.correction.shares import JointShares
from kinefuse.errors import UnreadableFile
from kinefuse.networks.export_correction import read_correction_weights
from kinefuse.networks.leg_correction import LegCorrection
from kinefuse.networks.legs import BodySignals
from small_corrections import SCALES, SMALL, small_network, write_small_correction


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return write_small_correction(tmp_path_factory.mktemp("corrections") / "small")


def told(samples, seed=0):
    rng = np.random.default_rng(seed)
    return BodySignals(
        vectors=rng.normal(size=(samples, 7, 3, 3)) * 3,
        angles_rad=rng.normal(size=(samples, 6, 3)) * 0.3,
        worn=np.array([True, True, True, False, True, True, True]),
        glued=np.array([False]),
    )


def by_torch(seen):
    parts = (seen.vectors, seen.angles_rad, seen.worn, seen.glued)
    with torch.no_grad():
        answers = small_network()(*(torch.from_numpy(p.astype(np.float32))[None] for p in parts))
    return [answer[0].numpy() for answer in answers]


def both(answer):
    return answer.turns_rad, answer.course_rad, answer.sd_rad


@pytest.mark.parametrize("samples", [37, 400, 401])
def test_the_folder_answers_as_torch_does_at_any_length(folder, samples):
    answer = load_correction(folder).leg(told(samples))
    for got, expected in zip(both(answer), by_torch(told(samples)), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-3)  # scales are stored in half precision


@pytest.mark.parametrize("samples", [300, 1001, 2048])
def test_in_pieces_the_answer_is_that_of_the_whole(folder, samples, monkeypatch):
    whole = load_correction(folder).leg(told(samples))
    monkeypatch.setattr(model, "PIECE_SAMPLES", 128)
    pieced = load_correction(folder).leg(told(samples))
    for got, expected in zip(both(pieced), both(whole), strict=True):
        np.testing.assert_allclose(got, expected, atol=1e-5)


def test_alignment_is_judged_where_somebody_moves(folder):
    """Standing for half the time changes nothing of what is found in the other half."""
    moving, network = told(400), load_correction(folder)
    still = np.zeros_like(moving.vectors)
    still[:, :, 0, 1] = 9.81 * 3
    joined = BodySignals(
        vectors=np.concatenate([moving.vectors, still]),
        angles_rad=np.concatenate([moving.angles_rad, 0 * moving.angles_rad]),
        worn=moving.worn,
        glued=moving.glued,
    )
    alone = network.leg(moving)
    moves = np.repeat([1.0, 0.0], 400)
    deaf = np.abs(network.leg(joined).turns_rad - alone.turns_rad).max()
    told_so = np.abs(network.leg(joined, moves).turns_rad - alone.turns_rad).max()
    assert told_so < 0.1 * deaf  # a few frames next to the stop remain


@pytest.mark.parametrize(("samples", "length"), [(1, 10), (10_001, 500), (500, 500), (7, 500)])
def test_pieces_cover_every_sample_once_and_start_even(samples, length):
    found = list(pieces(samples, context=33, length=length))
    kept = np.concatenate([np.arange(core.start, core.stop) for core, _ in found])
    np.testing.assert_array_equal(kept, np.arange(samples))
    for core, around in found:
        assert core.start % 2 == around.start % 2 == 0
        assert around.start == 0 or core.start - around.start >= 33
        assert around.stop == samples or around.stop - core.stop >= 33


def test_weights_are_stored_once_in_half_precision(folder):
    parameters = sum(values.numel() for values in small_network().state_dict().values())
    size = {file.name: file.stat().st_size for file in folder.iterdir()}
    assert size[WEIGHTS_FILE] < 2 * parameters + 6000
    assert size["trunk.onnx"] + size["head.onnx"] < 60_000


def test_weights_come_back_into_torch(folder):
    fresh = LegCorrection(SMALL, SCALES)
    read_correction_weights(folder, WEIGHTS_FILE, fresh)
    for name, values in small_network().named_parameters():
        torch.testing.assert_close(dict(fresh.named_parameters())[name], values)


def test_no_torch_is_needed(folder):
    code = (
        "import sys; from pathlib import Path; from kinefuse.correction import load_correction;"
        f"load_correction(Path({str(folder)!r}))._trunk; assert 'torch' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("name", ["trunk.onnx", "head.onnx", WEIGHTS_FILE])
def test_a_missing_file_is_named(folder, tmp_path, name):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / name).unlink()
    with pytest.raises(UnreadableFile, match=f"{name}: this file is missing"):
        load_correction(copy)


@pytest.mark.parametrize("name", ["trunk.onnx", WEIGHTS_FILE])
def test_a_damaged_file_is_named(folder, tmp_path, name):
    copy = shutil.copytree(folder, tmp_path / "copy")
    (copy / name).write_bytes(b"\x01" * 100)
    with pytest.raises(UnreadableFile, match="is damaged"):
        load_correction(copy).leg(told(50))


def test_the_card_comes_back_as_it_was(tmp_path):
    knee = JointShares(middle=(0.1, 0.2, 0.3), sd_factor=(1.0, 2.0, 3.0))
    folder = write_small_correction(tmp_path / "small", shares={"as worn": {"knee": knee}})
    card = read_correction_card(folder)
    assert card.shares == {"as worn": {"knee": knee}}
    assert card.shares_of("as worn", "knee") == knee
    assert card.shares_of("aligned", "knee") == card.shares_of("as worn", "hip") == JointShares()
    assert card.people["train"] == ("p1",)
    assert card.settings == {"width": 8, "window": 5, "trunk": [1, 2], "head": [1], "dropout": 0.1}


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"layout": 99}, "of another version"),
        ({"shares": {"as worn": {"hip": {"middle": [1, 1]}}}}, "incomplete"),
        ({"people": None}, "incomplete"),
        ({"unheard_of": 1}, "incomplete"),
    ],
)
def test_a_wrong_card_says_what_is_wrong(folder, tmp_path, change, said):
    copy = shutil.copytree(folder, tmp_path / "copy")
    words = json.loads((copy / CARD_FILE).read_text())
    (copy / CARD_FILE).write_text(json.dumps(words | change))
    with pytest.raises(UnreadableFile, match=said):
        load_correction(copy)


def test_no_folder_and_no_json_say_so(tmp_path):
    with pytest.raises(UnreadableFile, match="holds no correction"):
        load_correction(tmp_path / "nowhere")
    (tmp_path / CARD_FILE).write_text("{")
    with pytest.raises(UnreadableFile, match="not JSON"):
        load_correction(tmp_path)
