"""Whatever a trial holds of a joint is learnt from, though the rest of the body is not known."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.training.data import limb_of, limbs_of
from toy import puppet_trial


def only(trial, *segments):
    joints = [j for j in trial.angles.angles_rad if set(_segments(j)) <= set(segments)]
    angles = {j: trial.angles.angles_rad[j] for j in joints}
    return replace(
        trial,
        imus=replace(trial.imus, sensors={s: trial.imus[s] for s in segments}),
        angles=replace(trial.angles, angles_rad=angles),
        poses=replace(
            trial.poses,
            R_world_segment={s: trial.poses.R_world_segment[s] for s in segments},
            origin_m={s: trial.poses.origin_m[s] for s in segments},
        ),
    )


def _segments(joint):
    kind, side = joint.split("_")
    proximal, distal = {
        "hip": ("pelvis", "thigh"),
        "knee": ("thigh", "shank"),
        "ankle": ("shank", "foot"),
    }[kind]
    return (proximal if proximal == "pelvis" else f"{proximal}_{side}"), f"{distal}_{side}"


@pytest.fixture(scope="module")
def whole():
    return puppet_trial(seconds=4)


@pytest.mark.parametrize(
    ("segments", "joint"), [(("thigh_r", "shank_r"), "knee_r"), (("shank_l", "foot_l"), "ankle_l")]
)
def test_a_single_joint_is_a_limb_of_its_own(whole, segments, joint):
    alone, among = limb_of(only(whole, *segments), joint), limb_of(whole, joint)
    np.testing.assert_array_equal(alone.signals, among.signals)
    np.testing.assert_array_equal(alone.angles_rad, among.angles_rad)
    # Both attitudes are seen from one frame: the joint's rotation is as before.
    for limb in (alone, among):
        assert limb.R_travel_segment.shape[1:] == (2, 3, 3)
    between = [
        np.swapaxes(limb.R_travel_segment[:, 0], -1, -2) @ limb.R_travel_segment[:, 1]
        for limb in (alone, among)
    ]
    np.testing.assert_allclose(*between, atol=1e-9)


def test_where_the_pelvis_is_known_it_leads(whole):
    one_leg = only(whole, "pelvis", "thigh_r", "shank_r")
    alone, among = limb_of(one_leg, "knee_r"), limb_of(whole, "knee_r")
    np.testing.assert_array_equal(alone.R_travel_segment, among.R_travel_segment)


def test_one_leg_is_one_limb_and_a_joint_that_is_not_there_is_none(whole):
    limbs = limbs_of([only(whole, "thigh_r", "shank_r"), whole], ["hip", "knee"], 100.0)
    assert [limb.side for limb in limbs["knee"]] == ["r", "r", "l"]
    assert len(limbs["hip"]) == 2
