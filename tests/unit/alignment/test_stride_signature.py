"""A stride's harmonics are what was put in, whatever the mounting."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.alignment.stride_patterns import best_turn, delayed, mirrored, turned
from kinefuse.alignment.stride_signature import HARMONICS, find_strides, level, signature
from kinefuse.errors import TooShort
from kinefuse.recordings import ImuRecording
from kinefuse.simulation.gait import simulate_person

angles = st.floats(-np.pi, np.pi)
vectors = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


def _some_signature(seed: int, batch: tuple[int, ...] = ()) -> np.ndarray:
    rng = np.random.default_rng(seed)
    real, imaginary = rng.normal(size=(2, *batch, HARMONICS, 6))
    return real + 1j * imaginary


def _swinging(
    hz: float, rate_hz: float = 100.0, seconds: float = 16.0, by: float = 0.4
) -> ImuRecording:
    """A sensor that stays nearly upright and swings about z."""
    phase = 2 * np.pi * hz * np.arange(0, seconds, 1 / rate_hz)
    rate = by * 2 * np.pi * hz * np.cos(phase)
    gyr = np.stack([0 * phase, 0 * phase, rate], axis=-1)
    up = np.stack([np.sin(by * np.sin(phase)), np.cos(by * np.sin(phase)), 0 * phase], axis=-1)
    return ImuRecording(segment="shank_r", rate_hz=rate_hz, acc_m_s2=9.81 * up, gyr_rad_s=gyr)


@pytest.mark.parametrize("hz", [0.7, 0.9, 1.5])
def test_the_stride_is_the_period_and_not_a_multiple_of_it(hz):
    strides = find_strides({"a": _swinging(hz, by=0.8)})
    assert strides.frequency_hz == pytest.approx(hz, rel=0.01)
    assert strides.count == pytest.approx(16.0 * hz, abs=1.0)  # the ends are uncertain
    assert strides.regularity == pytest.approx(1.0, abs=0.05)


@pytest.mark.parametrize("activity", ["walking", "running"])
@pytest.mark.parametrize("segments", [("pelvis", "thigh_r"), ("shank_l", "foot_l")])
def test_the_stride_of_a_person_is_not_taken_for_a_step(activity, segments):
    person = simulate_person(activity, np.random.default_rng(5), seconds=15.0, rate_hz=100.0)
    strides = find_strides({s: person.imus[s] for s in segments})
    wanted = person.provenance["strides_a_second"]
    assert strides.frequency_hz == pytest.approx(wanted, rel=0.04)


def test_a_swing_is_one_harmonic_of_its_own_size():
    felt = signature(_swinging(0.9), find_strides({"a": _swinging(0.9)}))
    size = np.abs(felt)
    # In units of the stride's own speed a swing of 0.4 rad is 0.4; about one horizontal axis.
    assert np.hypot(size[0, 0], size[0, 2]) == pytest.approx(0.4, rel=0.06)
    assert size[0, 1] < 0.01
    assert size[1:, :3].max() < 0.02
    # Tilting by 0.4 rad moves 0.4 g from up to forward.
    assert np.hypot(size[0, 3], size[0, 5]) == pytest.approx(0.4, rel=0.08)


@settings(max_examples=20)
@given(mounting=vectors)
def test_mounting_turns_the_signature_about_the_vertical_and_does_nothing_else(mounting):
    imu = _swinging(0.9)
    strides = find_strides({"a": imu})
    as_is = signature(imu, strides)
    remounted = signature(imu.turned(so3.exp(mounting)), strides)
    back = best_turn(remounted, as_is, np.ones((HARMONICS, 6)))
    np.testing.assert_allclose(turned(remounted, back), as_is, atol=0.01)


def test_what_is_too_short_says_so():
    with pytest.raises(TooShort, match="finding strides"):
        find_strides({"a": _swinging(0.9, seconds=0.9)})


@given(up=vectors.filter(lambda v: np.linalg.norm(v) > 1e-3))
def test_level_makes_up_the_y_axis(up):
    R = level(up)
    np.testing.assert_allclose(R @ up, [0, np.linalg.norm(up), 0], atol=1e-9)
    np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(R) == pytest.approx(1.0)


@given(one=angles, other=angles, seed=st.integers(0, 99))
def test_turns_add_up(one, other, seed):
    felt = _some_signature(seed)
    np.testing.assert_allclose(turned(turned(felt, one), other), turned(felt, one + other))


@given(angle=angles, seed=st.integers(0, 99))
def test_the_best_turn_undoes_a_turn(angle, seed):
    felt = _some_signature(seed)
    found = best_turn(turned(felt, angle), felt, np.ones((HARMONICS, 6)))
    assert np.cos(found + angle) == pytest.approx(1.0)


@given(seed=st.integers(0, 99), phase=angles)
def test_the_mirror_of_the_mirror_is_the_same(seed, phase):
    felt = _some_signature(seed, batch=(2,))
    np.testing.assert_allclose(mirrored(mirrored(felt)), felt)
    np.testing.assert_allclose(delayed(mirrored(felt[0]), phase), mirrored(delayed(felt[0], phase)))


def test_the_mirror_is_that_of_a_symmetric_walker(walker):
    """Its left leg does half a stride later what the right one does."""
    strides = find_strides(walker.session.sensors)
    for stem in ("thigh", "shank", "foot"):
        right = signature(walker.session[f"{stem}_r"], strides)
        left = mirrored(signature(walker.session[f"{stem}_l"], strides))
        left = turned(left, best_turn(left, right, np.ones((HARMONICS, 6))))
        np.testing.assert_allclose(left, right, atol=0.1 * np.abs(right).max())
