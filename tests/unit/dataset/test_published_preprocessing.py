"""A person of a ``*_meta.h5`` becomes the trial that the published preprocessing describes."""

from dataclasses import replace

import h5py
import numpy as np
import pytest

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.dataset.meta_motion import meta_poses
from kinefuse.dataset.meta_parts import parts_of
from kinefuse.dataset.published_alignment import NoTouchdown
from kinefuse.dataset.published_preprocessing import published_trial
from kinefuse.errors import UnreadableFile
from kinefuse.formats.meta_h5 import read_meta_h5
from meta_files import write_meta_h5
from synthetic_body import moving

RATE_HZ = 200.0
LEFT = ("thigh_l", "shank_l", "foot_l")


@pytest.fixture(scope="module")
def truth():
    return moving(seconds=10, rate_hz=RATE_HZ).poses


@pytest.fixture
def file(tmp_path, truth):
    return write_meta_h5(tmp_path / "running_meta.h5", {"s12": truth})


@pytest.fixture
def recording(file):
    return read_meta_h5(file, "s12")


@pytest.fixture
def made(recording):
    return published_trial(recording, "running", {"file": "running_meta.h5"})


def without(file, *names):
    with h5py.File(file, "a") as h5:
        for name in names:
            for key in [k for k in h5["s12/markers"] if k.startswith(name)]:
                del h5[f"s12/markers/{key}"]
            for key in [k for k in h5["s12/angles"] if k.startswith(name)]:
                del h5[f"s12/angles/{key}"]
    return read_meta_h5(file, "s12")


def test_the_angles_are_the_file_s_with_a_second_cut_at_either_end(made, truth):
    assert made.trial.angles.samples == round(8 * RATE_HZ)
    for joint, angles in truth.joint_angles().angles_rad.items():
        np.testing.assert_allclose(made.trial.angles.angles_rad[joint], angles[200:-200], atol=1e-6)


def test_every_sensor_has_the_world_s_axes_on_average_at_touchdown(made, truth):
    heights = {s: truth.origin_m[f"foot_{s}"] for s in "rl"}
    assert all(len(path) for path in heights.values())
    told = made.trial.provenance["touchdowns"]
    assert told["pelvis"] == told["foot_r"] + told["foot_l"] > 4
    # The motion repeats with every stride of 1/1.3 s, and so does the height of the marker.
    stride = RATE_HZ / 1.3
    for segment, R in made.trial.poses.R_world_segment.items():
        if segment == "pelvis":
            continue  # aligned between the touchdowns of both feet
        off = np.linalg.norm(so3.log(R), axis=-1)
        lowest = [off[round(k * stride) : round((k + 1) * stride)].min() for k in range(10)]
        assert max(lowest) < 0.04, segment  # a sample of a foot that turns by 10 rad/s is 0.05


def test_sensors_are_turned_and_nothing_else(made, truth):
    for segment, R in made.trial.poses.R_world_segment.items():
        R_sensor_segment = so3.transpose(R) @ truth.R_world_segment[segment][200:-200]
        spread = so3.log(so3.transpose(R_sensor_segment[:1]) @ R_sensor_segment)
        np.testing.assert_allclose(spread, 0, atol=1e-6, err_msg=segment)


def test_sensors_feel_gravity_the_right_way_round_and_turn_with_their_segment(made):
    trial = made.trial
    for segment, imu in trial.imus.sensors.items():
        R = trial.poses.R_world_segment[segment]
        felt = np.einsum("tij,tj->ti", R, imu.acc_m_s2).mean(axis=0)
        np.testing.assert_allclose(felt, [0, 9.80665, 0], atol=0.7, err_msg=segment)
        turn = so3.log(so3.transpose(R[:-1]) @ R[1:]) * RATE_HZ
        assert np.corrcoef(turn[:, 2], imu.gyr_rad_s[:-1, 2])[0, 1] > 0.97, segment


def test_the_trial_says_that_it_took_optics_to_align_it(made):
    told = made.trial.provenance
    assert told["recipe"] == "published"
    assert "a real sensor has none" in told["alignment"]
    assert told["cut at each end, s"] == 1.0
    assert told["missing"] == []
    assert made.mended == ()


def test_the_placement_of_the_markers_changes_nothing_but_where_the_sensor_sits(recording):
    turned = recording.markers.positions_m.copy()
    names = recording.markers.markers
    at = [names.index(f"shank_r_{i}") for i in (1, 2, 3)]
    turned[:, at] = turned[:, [at[2], at[0], at[1]]]  # the same markers in another order
    other = replace(recording, markers=replace(recording.markers, positions_m=turned))
    one, two = (
        published_trial(r, "running", {}).trial.poses.R_world_segment for r in (recording, other)
    )
    np.testing.assert_allclose(one["shank_r"], two["shank_r"], atol=1e-6)


def test_an_optical_jump_is_mended_and_told(recording):
    positions = recording.markers.positions_m.copy()
    at = recording.markers.markers.index("thigh_r_2")
    positions[900, at] += [0.0, 0.0, 0.15]
    hurt = replace(recording, markers=replace(recording.markers, positions_m=positions))
    made = published_trial(hurt, "running", {})
    assert made.mended == ("gyroscope glitch: thigh_r, 3 samples replaced by a local median",)
    sound = published_trial(recording, "running", {}).trial.imus["thigh_r"].gyr_rad_s
    assert np.abs(made.trial.imus["thigh_r"].gyr_rad_s - sound).max() < 3


def test_one_leg_only_is_one_leg_and_says_so(file):
    made = published_trial(without(file, "L_"), "running", {})
    assert set(made.trial.angles.angles_rad) == {"hip_r", "knee_r", "ankle_r"}
    assert set(made.trial.imus.sensors) == {"pelvis", "thigh_r", "shank_r", "foot_r"}
    assert made.trial.provenance["missing"] == [*LEFT, "hip_l", "knee_l", "ankle_l"]


def test_one_joint_only_with_a_foot_is_aligned(file):
    recording = without(file, "L_", "pelvis", "R_thigh", "R_hip", "R_knee")
    made = published_trial(recording, "running", {})
    assert set(made.trial.angles.angles_rad) == {"ankle_r"}
    assert set(made.trial.imus.sensors) == {"shank_r", "foot_r"}


def test_without_any_foot_nothing_can_be_aligned(file):
    recording = without(file, "L_", "R_foot", "R_ankle")
    with pytest.raises(NoTouchdown, match=r"s12: no foot carries markers.*--recipe ours"):
        published_trial(recording, "running", {})


def test_a_leg_whose_foot_stays_down_is_left_out_by_name(recording):
    positions = recording.markers.positions_m.copy()
    at = recording.markers.markers.index("foot_l_1")
    positions[:, at, 1] = 0.04
    recording = replace(recording, markers=replace(recording.markers, positions_m=positions))
    made = published_trial(recording, "running", {})
    assert set(made.trial.angles.angles_rad) == {"hip_r", "knee_r", "ankle_r"}
    lost = (*LEFT, "hip_l", "knee_l", "ankle_l")
    assert made.trial.provenance["missing"] == [f"{s} (no touchdown of its foot)" for s in lost]


def test_a_person_who_never_walks_cannot_be_aligned(recording):
    positions = np.broadcast_to(
        recording.markers.positions_m[:1], recording.markers.positions_m.shape
    ).copy()
    recording = replace(recording, markers=replace(recording.markers, positions_m=positions))
    with pytest.raises(NoTouchdown, match="no foot rises by 5 cm"):
        published_trial(recording, "running", {})


def test_our_own_preparation_also_takes_what_there_is(file, truth):
    parts = parts_of(without(file, "L_", "R_foot", "R_ankle"))
    poses = meta_poses(parts)
    assert set(poses.R_world_segment) == {"pelvis", "thigh_r", "shank_r"}
    found = poses.joint_angles().angles_rad
    for joint in ("hip_r", "knee_r"):
        np.testing.assert_allclose(found[joint], truth.joint_angles().angles_rad[joint], atol=2e-3)
    knee = parts_of(without(file, "pelvis", "R_hip"))
    assert set(knee.markers_m) == {JOINTS["knee_r"].proximal, JOINTS["knee_r"].distal}
    off = meta_poses(knee).joint_angles().angles_rad["knee_r"]
    np.testing.assert_allclose(off, truth.joint_angles().angles_rad["knee_r"], atol=2e-3)


def test_angles_that_are_all_unknown_are_no_joint_and_short_gaps_cut(recording):
    angles = dict(recording.angles)
    angles["knee_l"] = np.full_like(angles["knee_l"], np.nan)
    angles["hip_r"] = angles["hip_r"].copy()
    angles["hip_r"][:100] = np.nan
    parts = parts_of(replace(recording, angles=angles))
    assert "knee_l" in parts.missing
    assert parts.kept == slice(100, 2000)
    assert len(parts.markers_m["pelvis"]) == len(parts.angles_rad["hip_r"]) == 1900


def test_nothing_whole_and_nothing_long_enough_are_refused(recording, file):
    short = {
        name: np.where(np.arange(2000)[:, None] < 900, a, np.nan)
        for name, a in recording.angles.items()
    }
    with pytest.raises(UnreadableFile, match="s12: markers and angles are known together for less"):
        parts_of(replace(recording, angles=short))
    with pytest.raises(UnreadableFile, match="no joint has both"):
        parts_of(without(file, "L_", "R_knee", "R_hip", "R_foot"))


def test_a_foot_without_ankle_angles_still_tells_the_touchdowns_of_its_leg(file):
    whole = published_trial(read_meta_h5(file, "s12"), "running", {}).trial
    made = published_trial(without(file, "R_ankle"), "running", {})
    assert "ankle_r" not in made.trial.angles.angles_rad
    for segment in ("thigh_r", "shank_r"):
        np.testing.assert_allclose(
            made.trial.imus[segment].acc_m_s2, whole.imus[segment].acc_m_s2, atol=1e-9
        )
