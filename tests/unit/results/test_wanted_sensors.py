"""A sensor left out by mistake is an error; one left out on purpose is not."""

import pytest

from imu_files import session
from kinefuse.anatomy.joints import JOINTS
from kinefuse.errors import MissingSensor, UnknownChoice
from kinefuse.recordings import ImuSession
from kinefuse.results.wanted_sensors import wanted_joints, with_sensors_for


def only(*segments):
    imus = session(seconds=0.5)
    return ImuSession(name="walk", sensors={s: imus[s] for s in segments}, notes=("kept",))


def test_all_joints_are_wanted_unless_said_otherwise():
    assert wanted_joints(only("pelvis"), None, named_by_file=False) == tuple(JOINTS)


def test_a_file_about_one_joint_wants_that_one():
    right_knee = only("thigh_r", "shank_r")
    assert wanted_joints(right_knee, None, named_by_file=True) == ("knee_r",)


def test_the_users_word_counts_most():
    named = wanted_joints(only("thigh_r", "shank_r"), ("knee_r", " ankle_l"), named_by_file=True)
    assert named == ("knee_r", "ankle_l")


def test_an_unknown_joint_lists_the_known_ones():
    with pytest.raises(UnknownChoice, match=r"elbow.*hip_r"):
        wanted_joints(only("pelvis"), ("elbow",), named_by_file=False)


def test_only_the_sensors_of_the_wanted_joints_are_kept():
    kept = with_sensors_for(session(seconds=0.5), ("knee_l", "ankle_l"))
    assert set(kept.sensors) == {"thigh_l", "shank_l", "foot_l"}


def test_notes_are_kept():
    assert with_sensors_for(only("thigh_r", "shank_r"), ("knee_r",)).notes == ("kept",)


def test_what_is_missing_is_named_with_what_is_possible_without_it():
    with pytest.raises(MissingSensor, match=r"no sensor on pelvis .*--joints knee_r,ankle_r"):
        with_sensors_for(only("thigh_r", "shank_r", "foot_r"), ("hip_r", "knee_r"))


def test_a_lone_sensor_is_missing_all_others():
    with pytest.raises(MissingSensor, match="thigh_r, shank_r"):
        with_sensors_for(only("pelvis"), wanted_joints(only("pelvis"), None, named_by_file=True))
