"""A rigid cluster's pose is found exactly, whatever is missing, and mistakes stand out."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy import clusters

FRAMES = 40
SHANK = np.array([[0.01, -0.22, 0.06], [-0.04, -0.23, 0.02], [0.01, -0.31, 0.05], [-0.03, -0.3, 0]])


def moved(local, seed=0, frames=FRAMES):
    """A smooth motion and where it carries the markers."""
    t = np.linspace(0, 2, frames)[:, None]
    phase = np.random.default_rng(seed).uniform(0, 6, 6)
    R = so3.exp(2 * np.sin(3 * t + phase[:3]))
    origin = 0.5 * np.cos(2 * t + phase[3:])
    return R, origin, clusters.place(R, origin, local)


@settings(deadline=None)  # the first call compiles
@given(st.integers(0, 10_000), st.integers(3, 7))
def test_a_rigid_cluster_is_found_exactly(seed, markers):
    local = np.random.default_rng(seed).normal(scale=0.1, size=(markers, 3))
    R, origin, points = moved(local, seed)
    found = clusters.fit(points, local)
    np.testing.assert_allclose(found.R_world_segment, R, atol=1e-7)
    np.testing.assert_allclose(found.origin_m, origin, atol=1e-7)
    assert found.misfit_m.max() < 1e-6


@settings(deadline=None, max_examples=40)
@given(st.integers(0, 10_000), st.floats(0, 0.01))
def test_a_deformed_cluster_is_fitted_as_by_singular_values(seed, noise):
    rng = np.random.default_rng(seed)
    _, _, points = moved(SHANK, seed)
    points = points + rng.normal(scale=noise, size=points.shape)
    found = clusters.fit(points, SHANK)
    centred = points - points.mean(axis=1, keepdims=True)
    by_svd = so3.nearest(np.einsum("tmi,mj->tij", centred, SHANK - SHANK.mean(axis=0)))
    np.testing.assert_allclose(found.R_world_segment, by_svd, atol=1e-6)
    off = points - clusters.place(found.R_world_segment, found.origin_m, SHANK)
    rms = np.sqrt((off**2).sum(axis=-1).mean(axis=-1))
    np.testing.assert_allclose(found.misfit_m, rms, atol=1e-8)


def test_three_markers_in_a_plane_are_never_turned_inside_out():
    R, _, points = moved(SHANK[:3])
    found = clusters.fit(points, SHANK[:3]).R_world_segment
    np.testing.assert_allclose(np.linalg.det(found), 1, atol=1e-9)
    np.testing.assert_allclose(found, R, atol=1e-7)


def test_a_nearly_straight_cluster_is_still_fitted():
    local = np.array([[0, 0, 0], [0, -0.4, 0], [0, -0.2, 0.004]])
    R, _, points = moved(local)
    np.testing.assert_allclose(clusters.fit(points, local).R_world_segment, R, atol=1e-5)


def test_a_frame_without_all_markers_has_no_pose():
    _, _, points = moved(SHANK)
    points[7, 2] = np.nan
    found = clusters.fit(points, SHANK)
    assert np.isnan(found.R_world_segment[7]).all()
    assert np.isnan(found.origin_m[7]).all()
    assert np.isfinite(np.delete(found.misfit_m, 7)).all()


@pytest.mark.parametrize("marker", range(4))
def test_a_missing_marker_of_a_rigid_cluster_is_rebuilt_where_it_was(marker):
    _, _, points = moved(SHANK)
    holed = points.copy()
    holed[10:25, marker] = np.nan
    np.testing.assert_allclose(clusters.fill(holed, SHANK), points, atol=1e-7)


def test_a_marker_that_was_never_seen_is_taken_from_the_static_trial():
    _, _, points = moved(SHANK)
    holed = points.copy()
    holed[:, 1] = np.nan
    np.testing.assert_allclose(clusters.fill(holed, SHANK), points, atol=1e-7)


def test_a_rebuilt_marker_keeps_the_offset_that_skin_gave_it():
    """Otherwise it would jump by that offset when it vanishes, and the segment would turn."""
    R, _, points = moved(SHANK, frames=200)
    skin = R @ np.array([0.004, 0.0, -0.003])
    points[:, 0] += skin
    holed = points.copy()
    holed[80:120, 0] = np.nan
    np.testing.assert_allclose(clusters.fill(holed, SHANK), points, atol=1e-3)


def test_two_markers_are_too_few_to_rebuild_from():
    _, _, points = moved(SHANK)
    points[5, :2] = np.nan
    filled = clusters.fill(points, SHANK)
    assert np.isnan(filled[5, :2]).all()
    assert np.isfinite(np.delete(filled, 5, axis=0)).all()


@pytest.mark.parametrize("marker", range(4))
def test_a_marker_that_strays_is_refused_alone(marker):
    _, _, points = moved(SHANK)
    points[12, marker] += [0.03, -0.02, 0.04]
    refused = clusters.refuse(points, SHANK, clusters.fit(points, SHANK))
    assert np.argwhere(refused).tolist() == [[12, marker]]


def test_a_cluster_whose_culprit_is_unclear_is_refused_whole():
    _, _, points = moved(SHANK[:3])
    points[12, 1] += [0.03, -0.02, 0.04]
    refused = clusters.refuse(points, SHANK[:3], clusters.fit(points, SHANK[:3]))
    assert refused[12].all()
    assert refused.sum() == 3


def test_skin_that_moves_all_the_time_is_not_refused():
    rng = np.random.default_rng(1)
    _, _, points = moved(SHANK, frames=400)
    points += rng.normal(scale=0.003, size=points.shape)
    assert not clusters.refuse(points, SHANK, clusters.fit(points, SHANK)).any()
