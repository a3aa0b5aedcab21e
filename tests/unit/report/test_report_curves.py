"""What the page's script unpacks is what was estimated."""

import base64
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse.packing import MISSING, STEP_DEG, thin
from kinefuse.recordings import JointAngles
from kinefuse.report import curves
from kinefuse.report.curves import packed_curves


def unpack(text):
    whole = np.frombuffer(base64.b64decode(text), dtype="<i2").astype(float)
    return np.where(whole == MISSING, np.nan, whole * STEP_DEG)


def test_curves_come_back_to_the_stated_resolution(truth):
    packed = packed_curves(truth, {})
    for i, plane in enumerate(("flexion", "adduction", "rotation")):
        np.testing.assert_allclose(
            unpack(packed["curves"]["knee"][plane]["l"]),
            truth.in_degrees()["knee_l"][:, i],
            atol=STEP_DEG / 2 + 1e-9,
        )
    assert packed["rate_hz"] == 100.0


def test_gaps_stay_gaps_and_absurd_angles_stay_finite(truth):
    truth.angles_rad["knee_l"][5:8] = np.nan
    truth.angles_rad["knee_l"][9] = 1e6
    back = unpack(packed_curves(truth, {})["curves"]["knee"]["flexion"]["l"])
    np.testing.assert_array_equal(np.flatnonzero(np.isnan(back)), [5, 6, 7])
    assert back[9] == pytest.approx(327.67)


def test_a_truth_lies_beside_the_estimate(truth):
    packed = packed_curves(truth, {}, truth)
    assert list(packed["curves"]["hip"]["flexion"]) == ["r", "l", "truth_r", "truth_l"]


def test_joints_that_were_not_estimated_are_absent(truth):
    knees = JointAngles(rate_hz=100.0, angles_rad={"knee_r": truth.angles_rad["knee_r"]})
    packed = packed_curves(knees, {})
    assert list(packed["curves"]) == ["knee"]
    assert list(packed["curves"]["knee"]["rotation"]) == ["r"]


def test_all_of_it_is_plain_json(truth):
    packed = packed_curves(truth, {"r": np.array([0.12345, 1.1])}, truth)
    assert json.loads(json.dumps(packed))["contacts_s"] == {"r": [0.123, 1.1]}


@given(factor=st.integers(1, 7), samples=st.integers(7, 60))
def test_thinning_keeps_the_mean(factor, samples):
    curve = np.random.default_rng(samples).normal(size=samples)
    kept = thin(curve, factor)
    assert len(kept) == samples // factor
    assert kept.mean() == pytest.approx(curve[: len(kept) * factor].mean())


def test_long_recordings_are_thinned_to_the_stated_size(truth, monkeypatch):
    monkeypatch.setattr(curves, "MOST_VALUES", 10_000)  # of 36,000
    packed = packed_curves(truth, {})
    assert packed["rate_hz"] == 25.0
    back = unpack(packed["curves"]["hip"]["flexion"]["r"])
    expected = truth.in_degrees()["hip_r"][:, 0].reshape(-1, 4).mean(axis=1)
    np.testing.assert_allclose(back, expected, atol=STEP_DEG)
