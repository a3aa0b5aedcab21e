"""Constant rotations between cluster and segment follow from known joint rotations."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy import frames_from_angles


def a_joint(seed):
    """Random constants and a joint that turns about every axis."""
    rng = np.random.default_rng(seed)
    R_cluster_proximal, R_cluster_distal = so3.exp(rng.normal(scale=1.5, size=(2, 3)))
    t = np.linspace(0, 10, 300)[:, None]
    truth = so3.exp(np.sin(t * [2, 3, 5] + rng.uniform(0, 6, 3)) * [0.3, 0.2, 0.8])
    between = R_cluster_proximal @ truth @ R_cluster_distal.T
    return R_cluster_proximal, R_cluster_distal, between, truth


@given(st.integers(0, 10_000))
def test_both_constants_are_found(seed):
    proximal, distal, between, truth = a_joint(seed)
    found = frames_from_angles.both_sides(between, truth)
    np.testing.assert_allclose(found[0], proximal, atol=1e-9)
    np.testing.assert_allclose(found[1], distal, atol=1e-9)


@given(st.integers(0, 10_000))
def test_the_distal_constant_is_found_where_the_proximal_is_known(seed):
    proximal, distal, between, truth = a_joint(seed)
    found = frames_from_angles.distal_side(between, truth, proximal)
    np.testing.assert_allclose(found, distal, atol=1e-9)


def test_noise_on_the_markers_moves_the_constants_by_no_more_than_itself():
    proximal, distal, between, truth = a_joint(3)
    noise = np.random.default_rng(0).normal(scale=0.01, size=(len(between), 3))
    found = frames_from_angles.both_sides(between @ so3.exp(noise), truth)
    for R, expected in zip(found, (proximal, distal), strict=True):
        assert np.linalg.norm(so3.log(R.T @ expected)) < 0.01
