"""Attitudes of all segments, in agreement with the joint angles beside them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, NotRotations, UnequalLengths, UnknownChoice
from kinefuse.recordings import JointAngles
from kinefuse.segment_orientations import SegmentOrientations, laid_over

SAMPLES = 4
seeds = st.integers(0, 2**32 - 1)


def any_angles(rng, joints=tuple(JOINTS)):
    """Within what Cardan angles can tell apart."""
    return JointAngles(
        rate_hz=100.0, angles_rad={name: rng.uniform(-1.4, 1.4, (SAMPLES, 3)) for name in joints}
    )


def any_attitudes(rng, segments=SEGMENTS):
    return {s: so3.exp(rng.uniform(-2, 2, (SAMPLES, 3))) for s in segments}


@settings(max_examples=30)
@given(seed=seeds, joints=st.sets(st.sampled_from(sorted(JOINTS)), min_size=1))
def test_angles_between_the_segments_are_those_that_were_given(seed, joints):
    """Whatever the sensors say, and whichever joints there are."""
    rng = np.random.default_rng(seed)
    angles = any_angles(rng, sorted(joints))
    found = laid_over(angles, any_attitudes(rng))
    again = found.joint_angles().angles_rad
    for name, expected in angles.angles_rad.items():
        np.testing.assert_allclose(again[name], expected, atol=1e-9)


@settings(max_examples=30)
@given(seed=seeds)
def test_attitudes_that_agree_with_the_angles_stay(seed):
    rng = np.random.default_rng(seed)
    attitudes = any_attitudes(rng)
    angles = SegmentOrientations(rate_hz=50.0, R_world_segment=attitudes).joint_angles()
    found = laid_over(angles, attitudes)
    assert found.rate_hz == 50.0
    for segment, R in found.R_world_segment.items():
        np.testing.assert_allclose(R, attitudes[segment], atol=1e-7)


@settings(max_examples=30)
@given(seed=seeds, unseen=st.sampled_from(["pelvis", "thigh_r"]))
def test_the_first_segment_of_a_chain_follows_from_the_others(seed, unseen):
    """Nobody wears a sensor there, but its neighbours and the angles tell how it is turned."""
    rng = np.random.default_rng(seed)
    attitudes = any_attitudes(rng)
    angles = SegmentOrientations(rate_hz=50.0, R_world_segment=attitudes).joint_angles()
    seen = {s: R for s, R in attitudes.items() if s != unseen}
    found = laid_over(angles, seen)
    np.testing.assert_allclose(found.R_world_segment[unseen], attitudes[unseen], atol=1e-7)


@settings(max_examples=30)
@given(seed=seeds, turn=st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array))
def test_the_worlds_axes_carry_over(seed, turn):
    """Who turns all attitudes turns the chain, and nothing else."""
    rng = np.random.default_rng(seed)
    angles, attitudes = any_angles(rng), any_attitudes(rng, ["pelvis", "shank_r", "foot_l"])
    R_new_world = so3.exp(turn)
    one = laid_over(angles, attitudes).R_world_segment
    other = laid_over(angles, {s: R_new_world @ R for s, R in attitudes.items()}).R_world_segment
    for segment in one:
        np.testing.assert_allclose(other[segment], R_new_world @ one[segment], atol=1e-6)


def test_a_misfit_is_shared_by_all_segments_of_the_chain():
    """Three segments that should be in line, the middle one seen turned by 30 deg: 10 deg each."""
    angles = JointAngles(
        rate_hz=100.0, angles_rad={j: np.zeros((SAMPLES, 3)) for j in ("hip_r", "knee_r")}
    )
    seen = {s: np.broadcast_to(np.eye(3), (SAMPLES, 3, 3)) for s in ("pelvis", "shank_r")}
    bent = so3.exp(np.deg2rad(30.0) * np.array([0.0, 0.0, 1.0]))
    seen["thigh_r"] = np.broadcast_to(bent, (SAMPLES, 3, 3))
    found = laid_over(angles, seen).R_world_segment["pelvis"]
    np.testing.assert_allclose(np.rad2deg(so3.log(found[0])), [0, 0, 9.9], atol=0.1)


def test_legs_without_a_pelvis_are_chains_of_their_own():
    rng = np.random.default_rng(3)
    angles, attitudes = any_angles(rng, ["knee_r", "ankle_l"]), any_attitudes(rng)
    assert list(laid_over(angles, attitudes).R_world_segment) == [
        "thigh_r",
        "shank_r",
        "shank_l",
        "foot_l",
    ]
    with pytest.raises(MissingSensor, match=r"no sensor on shank_l, foot_l"):
        laid_over(angles, any_attitudes(rng, ["thigh_r", "shank_r"]))


def test_the_first_sample_is_at_zero_and_the_others_follow_at_the_rate():
    known = SegmentOrientations(
        rate_hz=50.0, R_world_segment=any_attitudes(np.random.default_rng(6), ["pelvis"])
    )
    np.testing.assert_allclose(known.time_s, [0.0, 0.02, 0.04, 0.06])


def test_rotations_in_single_precision_are_rotations_and_sloppy_ones_are_not():
    R = any_attitudes(np.random.default_rng(7), ["pelvis"])["pelvis"]
    single = R.astype(np.float32).astype(np.float64)
    SegmentOrientations(rate_hz=100.0, R_world_segment={"pelvis": single})
    with pytest.raises(NotRotations):
        SegmentOrientations(rate_hz=100.0, R_world_segment={"pelvis": 1.0001 * R})


def test_what_is_no_rotation_is_refused():
    rng = np.random.default_rng(4)
    for spoilt in (2.0, np.diag([1.0, 1.0, -1.0]), np.nan):
        attitudes = any_attitudes(rng)
        attitudes["shank_r"][2] = attitudes["shank_r"][2] * spoilt
        with pytest.raises(NotRotations, match=r"shank_r: 1 .* at sample 2"):
            SegmentOrientations(rate_hz=100.0, R_world_segment=attitudes)


def test_lengths_and_names_are_checked():
    rng = np.random.default_rng(5)
    attitudes = any_attitudes(rng)
    with pytest.raises(UnequalLengths):
        SegmentOrientations(
            rate_hz=100.0, R_world_segment=attitudes | {"pelvis": attitudes["pelvis"][1:]}
        )
    with pytest.raises(UnequalLengths):
        SegmentOrientations(
            rate_hz=100.0, R_world_segment=attitudes, sd_rad={"pelvis": np.ones((1, 3))}
        )
    with pytest.raises(UnknownChoice):
        SegmentOrientations(rate_hz=100.0, R_world_segment={"head": attitudes["pelvis"]})
    with pytest.raises(UnknownChoice):
        SegmentOrientations(
            rate_hz=100.0, R_world_segment=attitudes, sd_rad={"head": np.ones((SAMPLES, 3))}
        )
    with pytest.raises(MissingSensor):
        SegmentOrientations(rate_hz=100.0, R_world_segment={})
