"""Labels of sensors as people and vendors write them."""

import pytest

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.sessions.labels import by_segment, meaning, meanings

SAID = {
    "LeftThigh": "thigh_l",
    "l_thigh": "thigh_l",
    "RF": "foot_r",
    "L_T": "thigh_l",
    "RT": "thigh_r",
    "tibia_r": "shank_r",
    "tibia_l_imu_offset_imu": "shank_l",
    "Right Upper Leg": "thigh_r",
    "RightUpperLeg": "thigh_r",
    "rightupperleg": "thigh_r",
    "LeftUpLeg": "thigh_l",
    "Left LowLeg": "shank_l",
    "L_LowLeg2": "shank_l",
    "RIGHT_THIGH": "thigh_r",
    "RTHIGH": "thigh_r",
    "RThigh": "thigh_r",
    "rshank": "shank_r",
    "shankleft": "shank_l",
    "Thigh LT": "thigh_l",
    "Foot RT": "foot_r",
    "calcn_r": "foot_r",
    "toes_l": "foot_l",
    "Right Foot": "foot_r",
    "femur_l": "thigh_l",
    "rectus_femoris_left": "thigh_l",
    "Lumbar": "pelvis",
    "Sacrum": "pelvis",
    "Lower Back": "pelvis",
    "L5": "pelvis",
    "Pelvis": "pelvis",
    "pelvis_imu": "pelvis",
    "S02-walk-LeftShank": "shank_l",
}
ELSEWHERE = {
    "torso": "torso",
    "Sternum": "sternum",
    "LeftForeArm": "forearm",
    "R_UpArm": "uparm",
    "Right Lower Arm": "lowerarm",
    "Head": "head",
    "T8": "t8",
    "Right Hand": "hand",
    "Upper Back": "upperback",
}
SILENT = (
    "00B40C4A",
    "sensor 3",
    "thigh",
    "left",
    "LeftLeg",
    "RightThighShank",
    "",
    "R L thigh",
    "A1",
)


@pytest.mark.parametrize("label", SAID)
def test_a_label_that_names_a_segment(label):
    assert meaning(label).segment == SAID[label]


@pytest.mark.parametrize("label", ELSEWHERE)
def test_a_label_that_names_another_part_of_the_body(label):
    assert meaning(label).segment is None
    assert meaning(label).elsewhere == ELSEWHERE[label]


@pytest.mark.parametrize("label", SILENT)
def test_a_label_that_says_nothing(label):
    assert meaning(label).segment is None
    assert meaning(label).elsewhere is None


@pytest.mark.parametrize("segment", SEGMENTS)
def test_segments_are_called_by_their_names(segment):
    assert meaning(segment).segment == segment


def test_two_labels_for_one_segment_say_nothing():
    found = meanings(["LeftShank", "L_LowLeg2", "RightShank"])
    assert by_segment(found) == {"shank_r": "RightShank"}


def test_left_and_right_are_told_apart_in_every_wording():
    for label, segment in SAID.items():
        if "eft" in label:
            other = label.replace("Left", "Right").replace("left", "right")
            assert meaning(other).segment == segment[:-1] + "r"
