"""Rows become legs by name, and come back as rows."""

import pickle

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile import Trap
from kinefuse.anatomy.conventions import to_ours
from kinefuse.errors import UnknownChoice, UnreadableFile
from kinefuse.formats.leg_predictions import read_leg_predictions, write_leg_predictions
from kinefuse.formats.published_predictions import (
    Legs,
    OddRows,
    has_predictions,
    read_predictions,
    write_predictions,
)


def legs(people, time, answers, seed):
    rng = np.random.default_rng(seed)
    shapes = {"x": 16, "y": answers, "y_pred": answers}
    return Legs(**{kind: rng.normal(size=(people, time, n)) for kind, n in shapes.items()})


@given(
    people=st.integers(0, 4),
    time=st.integers(1, 9),
    answers=st.sampled_from([3, 18]),
    parts=st.sets(st.sampled_from(["val", "test"]), min_size=1),
)
@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_out_comes_back(tmp_path, people, time, answers, parts):
    for file in tmp_path.iterdir():
        file.unlink()
    out = {part: {s: legs(people, time, answers, i) for i, s in enumerate("rl")} for part in parts}
    write_predictions(tmp_path, out)
    back = read_predictions(tmp_path)
    assert set(back) == parts
    for part in parts:
        for side in "rl":
            for kind in ("x", "y", "y_pred"):
                np.testing.assert_array_equal(
                    getattr(back[part][side], kind), getattr(out[part][side], kind)
                )


@pytest.mark.parametrize("kind", ["hip", "knee", "ankle"])
@pytest.mark.parametrize("answers", [3, 18])
def test_with_named_sides_they_come_back_as_well(tmp_path, kind, answers):
    out = {"val": {s: legs(2, 5, answers, i) for i, s in enumerate("rl")}}
    write_leg_predictions(tmp_path / "predictions.h5", kind, out)
    found, back = read_leg_predictions(tmp_path / "predictions.h5")
    assert found == kind
    for side in "rl":
        for name in ("x", "y", "y_pred"):
            mine, theirs = getattr(back["val"][side], name), getattr(out["val"][side], name)
            np.testing.assert_allclose(mine, theirs, atol=1e-9)


def test_named_sides_hold_our_angles(tmp_path):
    out = {"test": {s: legs(2, 5, 3, i) for i, s in enumerate("rl")}}
    write_leg_predictions(tmp_path / "p.h5", "hip", out)
    with h5py.File(tmp_path / "p.h5") as h5:
        found = h5["test/l/predicted"][()]
    np.testing.assert_allclose(found, to_ours(out["test"]["l"].y_pred, "hip_l", "published"))
    with pytest.raises(UnknownChoice, match="elbow"):
        write_leg_predictions(tmp_path / "p.h5", "elbow", out)
    (tmp_path / "p.h5").write_bytes(b"nothing")
    with pytest.raises(UnreadableFile, match="no predictions"):
        read_leg_predictions(tmp_path / "p.h5")


def test_even_rows_are_right_legs(tmp_path):
    rows = np.arange(6.0)[:, None, None]
    for kind, channels in (("x", 16), ("y", 3), ("y_pred", 3)):
        np.save(tmp_path / f"{kind}_val.npy", np.broadcast_to(rows, (6, 5, channels)))
    found = read_predictions(tmp_path)["val"]
    assert found["r"].y_pred[:, 0, 0].tolist() == [0, 2, 4]
    assert found["l"].y_pred[:, 0, 0].tolist() == [1, 3, 5]


def test_what_does_not_fit_together_is_refused(tmp_path):
    write_predictions(tmp_path, {"val": {s: legs(2, 5, 3, 0) for s in "rl"}})
    assert has_predictions(tmp_path)
    x = np.load(tmp_path / "x_val.npy")
    np.save(tmp_path / "x_val.npy", x[:-1])
    with pytest.raises(UnreadableFile, match="do not fit together"):
        read_predictions(tmp_path)
    for kind in ("x", "y", "y_pred"):
        np.save(tmp_path / f"{kind}_val.npy", np.load(tmp_path / f"{kind}_val.npy")[:3])
    with pytest.raises(OddRows, match="3 rows"):
        read_predictions(tmp_path)
    (tmp_path / "y_val.npy").unlink()
    with pytest.raises(UnreadableFile, match=r"y_val\.npy"):
        read_predictions(tmp_path)


def test_a_folder_without_them_is_refused(tmp_path):
    assert not has_predictions(tmp_path)
    with pytest.raises(UnreadableFile, match=r"no y_pred_val\.npy"):
        read_predictions(tmp_path)


def test_a_pickle_is_not_executed(tmp_path):
    write_predictions(tmp_path, {"val": {s: legs(1, 5, 3, 0) for s in "rl"}})
    (tmp_path / "x_val.npy").write_bytes(pickle.dumps(Trap(tmp_path / "flag")))
    with pytest.raises(UnreadableFile, match="no whole array"):
        read_predictions(tmp_path)
    assert not (tmp_path / "flag").exists()
