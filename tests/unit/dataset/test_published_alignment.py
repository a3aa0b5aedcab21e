"""Aligned at touchdown means: exactly the world's axes there, wherever the markers were put."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from kinefuse import so3
from kinefuse.dataset.published_alignment import (
    MarkersInLine,
    aligned_at,
    cluster_axes,
    touchdowns,
    touchdowns_for,
)

STEP_S = 1.1


def foot_height(rate_hz, seconds=8.25, rise_m=0.1, step_s=STEP_S):
    """Lowest at every whole multiple of the step but the first."""
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    path = np.zeros((len(t), 3))
    path[:, 1] = 0.05 + rise_m * (1 - np.cos(2 * np.pi * t / step_s)) / 2
    return path


def test_the_axes_of_three_markers_are_those_written_down():
    markers = np.array([[[1.0, 2, 3], [3, 2, 3], [1, 2, 8]]])  # m2 along x, m3 along z
    R = cluster_axes("shank_r", markers)[0]
    np.testing.assert_allclose(R[:, 0], [1, 0, 0])
    np.testing.assert_allclose(R[:, 1], [0, 1, 0])  # z cross x
    np.testing.assert_allclose(R[:, 2], [0, 0, 1])


@given(st.integers(0, 10_000))
def test_axes_are_a_rotation_and_turn_with_the_cluster(seed):
    rng = np.random.default_rng(seed)
    local = np.array([[0.0, 0, 0], [0.06, 0.01, 0], [0.02, 0.07, 0.03]]) + 0.005 * rng.normal(
        size=(3, 3)
    )
    R = so3.exp(rng.uniform(-3, 3, (4, 3)))
    paths = np.einsum("tij,mj->tmi", R, local) + rng.normal(size=(4, 1, 3))
    still = cluster_axes("foot_r", local[None])
    np.testing.assert_allclose(cluster_axes("foot_r", paths), R @ still, atol=1e-9)
    np.testing.assert_allclose(so3.transpose(still) @ still, np.eye(3)[None], atol=1e-12)
    assert np.linalg.det(still[0]) == pytest.approx(1)


def test_markers_on_one_line_are_refused_by_name():
    line = np.array([[[0.0, 0, 0], [0.05, 0.05, 0], [0.1, 0.1, 0]]])
    with pytest.raises(MarkersInLine, match="thigh_l"):
        cluster_axes("thigh_l", line)


@pytest.mark.parametrize("rate_hz", [50.0, 100.0, 200.0, 333.0])
def test_touchdowns_are_at_the_same_times_at_every_rate(rate_hz):
    found = touchdowns(foot_height(rate_hz), rate_hz) / rate_hz
    np.testing.assert_allclose(found, STEP_S * np.arange(1, 8), atol=0.6 / rate_hz)


@pytest.mark.parametrize("rate_hz", [100.0, 200.0])
def test_of_two_minima_within_half_a_second_one_counts(rate_hz):
    found = touchdowns(foot_height(rate_hz, step_s=0.3), rate_hz) / rate_hz
    assert (np.diff(found) >= 0.5 - 1e-9).all()
    assert len(found) < 8.25 / 0.5


def test_a_foot_that_rises_by_less_than_5_cm_has_no_touchdown():
    assert len(touchdowns(foot_height(200.0, rise_m=0.049), 200.0)) == 0
    assert len(touchdowns(foot_height(200.0, rise_m=0.051), 200.0)) == 7


def test_a_leg_is_aligned_at_its_own_touchdowns_and_the_pelvis_at_all():
    by_side = {"r": np.array([10, 30]), "l": np.array([20, 40])}
    np.testing.assert_array_equal(touchdowns_for("shank_l", by_side), [20, 40])
    np.testing.assert_array_equal(touchdowns_for("thigh_r", by_side), [10, 30])
    np.testing.assert_array_equal(touchdowns_for("pelvis", by_side), [10, 20, 30, 40])
    assert len(touchdowns_for("thigh_r", {"l": by_side["l"]})) == 0
    np.testing.assert_array_equal(touchdowns_for("pelvis", {"l": by_side["l"]}), [20, 40])


@given(st.integers(0, 10_000))
def test_a_motion_that_repeats_is_aligned_exactly_whatever_the_placement(seed):
    rng = np.random.default_rng(seed)
    placement = so3.exp(rng.uniform(-3, 3, 3))
    once = so3.exp(rng.uniform(-3, 3, (5, 3)))
    R_world_cluster = np.concatenate([once, once, once]) @ placement
    at = np.array([2, 7, 12])
    turned = R_world_cluster @ aligned_at(R_world_cluster, at)
    np.testing.assert_allclose(turned[at], np.tile(np.eye(3), (3, 1, 1)), atol=1e-9)
    # The whole trial is turned by one constant: what moved, moves as before.
    np.testing.assert_allclose(
        turned[3] @ turned[2].T, R_world_cluster[3] @ R_world_cluster[2].T, atol=1e-9
    )


@given(st.integers(0, 10_000))
def test_the_mean_is_the_eigenvector_of_the_quaternions(seed):
    rng = np.random.default_rng(seed)
    R = so3.exp(rng.uniform(-2, 2, 3)) @ so3.exp(0.4 * rng.normal(size=(6, 3)))
    quaternions = Rotation.from_matrix(so3.transpose(R)).as_quat()
    _, vectors = np.linalg.eigh(quaternions.T @ quaternions)
    expected = Rotation.from_quat(vectors[:, -1]).as_matrix()
    np.testing.assert_allclose(aligned_at(R, np.arange(6)), expected, atol=1e-7)
