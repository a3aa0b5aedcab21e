"""Each numbered sentence of ``docs/conventions.md`` has a test: ``test_07_...`` the seventh."""

import re
import runpy
import sys
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

from kinefuse import gait_events, metrics, so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation, rotation_of_angles
from kinefuse.anatomy.joints import JOINTS, PLANES, joint
from kinefuse.anatomy.marker_frames import standing_frames
from kinefuse.anatomy.segments import SEGMENTS, SIDES
from kinefuse.errors import LooksLikeDegrees, WrongAccelerationUnit
from kinefuse.formats.angle_files import angle_columns
from kinefuse.networks.travel_frame import CUTOFF_HZ, to_travel, travel_heading
from kinefuse.recordings import ImuRecording, JointAngles, MarkerRecording, SegmentPoses
from kinefuse.simulation.imu import simulate_imus

DOCS = Path(__file__).parent.parent.parent / "docs"
X, Y, Z = np.eye(3)
FORWARD, UP, RIGHT = X, Y, Z
TOWARDS_MIDLINE = {"r": -RIGHT, "l": RIGHT}
G = 9.80665
RATE_HZ = 200.0
T = np.arange(400) / RATE_HZ
RNG = np.random.default_rng(0)


def posed(flexion=0.0, adduction=0.0, rotation=0.0, name="hip_r"):
    """Rotation of the distal segment seen from the proximal one."""
    return rotation_of_angles(np.array([flexion, adduction, rotation]), joint(name))


def moving(R=None, origin=None, samples=len(T)):
    """Poses of one thigh."""
    R = np.tile(np.eye(3), (samples, 1, 1)) if R is None else R
    origin = np.zeros((samples, 3)) if origin is None else origin
    return SegmentPoses(
        rate_hz=RATE_HZ, R_world_segment={"thigh_r": R}, origin_m={"thigh_r": origin}
    )


def tumbling():
    """A rotation that leaves no axis out, and a path that is no line."""
    R = so3.exp(np.stack([0.4 * np.sin(3 * T), 0.3 * np.cos(2 * T), 0.8 * np.sin(5 * T)], axis=-1))
    return R, 0.1 * np.stack([np.sin(4 * T), np.cos(6 * T), np.sin(2 * T)], axis=-1)


def felt(poses):
    return simulate_imus(poses)["thigh_r"]


def standing(**moved):
    """Landmarks of somebody who stands straight and faces x; feet turn out with ``toe_z``."""
    at = {"asis_r": (0.1, 1.0, 0.12), "asis_l": (0.1, 1.0, -0.12), "psis_middle": (-0.06, 1.0, 0)}
    for side, out in (("r", 1), ("l", -1)):
        hip_z = 0.09 * out
        at |= {
            f"knee_lateral_{side}": (0, 0.5, hip_z + 0.05 * out),
            f"knee_medial_{side}": (0, 0.5, hip_z - 0.05 * out),
            f"ankle_lateral_{side}": (0, 0.08, hip_z + 0.04 * out),
            f"ankle_medial_{side}": (0, 0.08, hip_z - 0.04 * out),
            f"heel_{side}": (-0.05, 0.06, hip_z),
            f"toe_{side}": (0.18, 0.03, hip_z),
        }
    landmarks = {name: np.array(point, float) for name, point in (at | moved).items()}
    return landmarks, standing_frames(landmarks, "harrington")


# World


def test_01_the_world_is_right_handed_with_y_up_and_x_and_z_level():
    np.testing.assert_allclose(np.cross(FORWARD, UP), RIGHT)
    reading = felt(moving())  # axes of the world: support is felt upwards, along y alone
    np.testing.assert_allclose(reading.acc_m_s2, np.tile(G * UP, (len(T), 1)), atol=1e-9)


def test_02_turning_the_world_about_the_vertical_changes_nothing():
    R, path = tumbling()
    R_new_old = so3.about_y(np.array([1.1]))[0]
    here, there = felt(moving(R, path)), felt(moving(R_new_old @ R, path @ R_new_old.T))
    np.testing.assert_allclose(here.acc_m_s2, there.acc_m_s2, atol=1e-9)
    np.testing.assert_allclose(here.gyr_rad_s, there.gyr_rad_s, atol=1e-9)
    np.testing.assert_allclose(
        joint_rotation(R_new_old @ R[:9], R_new_old @ R[9:18]), joint_rotation(R[:9], R[9:18])
    )


def test_03_a_heading_is_positive_to_the_left():
    facing_left = np.stack([-RIGHT, UP, FORWARD], axis=-1)  # columns: its x, y and z axes
    assert so3.heading(facing_left) == pytest.approx(np.pi / 2)
    assert so3.heading(np.eye(3)) == 0


def test_04_the_travel_frame_faces_where_the_pelvis_slowly_heads():
    t = np.arange(0, 60, 0.01)
    twisting = 0.1 * np.sin(2 * np.pi * 1.0 * t)  # with every stride
    turning = 0.02 * t
    R_world_pelvis = so3.about_y(turning + twisting)
    heading = travel_heading(R_world_pelvis, 100.0)
    inner = slice(500, -500)
    np.testing.assert_allclose(heading[inner], turning[inner], atol=0.003)
    np.testing.assert_allclose(
        so3.heading(to_travel(R_world_pelvis, heading))[inner], twisting[inner], atol=0.003
    )
    assert CUTOFF_HZ == 0.25


def test_05_the_belt_may_move_instead_of_the_person():
    R, path = tumbling()
    on_treadmill, overground = moving(R, path), moving(R, path + 1.4 * T[:, None] * FORWARD)
    np.testing.assert_allclose(felt(on_treadmill).acc_m_s2, felt(overground).acc_m_s2, atol=1e-7)
    np.testing.assert_allclose(felt(on_treadmill).gyr_rad_s, felt(overground).gyr_rad_s)


# Segments


def test_06_there_are_seven_segments():
    assert SEGMENTS == ("pelvis", "thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l")


def test_07_standing_axes_are_forward_up_and_right_on_both_sides():
    _, frames = standing()
    assert set(frames) == set(SEGMENTS)
    for segment, (R_world_segment, _) in frames.items():
        assert np.diag(R_world_segment).min() > np.cos(np.deg2rad(8)), segment  # bodies slant


def test_08_origins_are_proximal_joint_centres():
    landmarks, frames = standing()
    for side in SIDES:
        knee = (landmarks[f"knee_lateral_{side}"] + landmarks[f"knee_medial_{side}"]) / 2
        ankle = (landmarks[f"ankle_lateral_{side}"] + landmarks[f"ankle_medial_{side}"]) / 2
        np.testing.assert_allclose(frames[f"shank_{side}"][1], knee)
        np.testing.assert_allclose(frames[f"foot_{side}"][1], ankle)
    hips = [frames[f"thigh_{side}"][1] for side in SIDES]
    assert hips[0] @ RIGHT > hips[1] @ RIGHT
    np.testing.assert_allclose(frames["pelvis"][1], np.mean(hips, axis=0))


def test_09_the_foot_is_neutral_on_its_sole():
    turned_out = {"toe_r": (0.18, 0.03, 0.09 + 0.06)}
    _, frames = standing(**turned_out)
    R_world_foot, _ = frames["foot_r"]
    np.testing.assert_allclose(R_world_foot @ Y, UP, atol=1e-12)
    forward = np.array([0.23, 0.0, 0.06])
    np.testing.assert_allclose(R_world_foot @ X, forward / np.linalg.norm(forward), atol=1e-12)


def test_10_parallel_axes_make_zero_angles():
    R = so3.exp(RNG.normal(size=(50, 3)))
    for row in JOINTS.values():
        np.testing.assert_allclose(angles_of_rotation(joint_rotation(R, R), row), 0, atol=1e-12)


# Rotations


def test_11_names_cancel_from_the_inside():
    R_world_thigh, R_thigh_shank = so3.exp(RNG.normal(size=(2, 3)))
    point_in_shank = RNG.normal(size=3)
    point_in_world = R_world_thigh @ (R_thigh_shank @ point_in_shank)
    R_world_shank = R_world_thigh @ R_thigh_shank
    np.testing.assert_allclose(R_world_shank @ point_in_shank, point_in_world)
    np.testing.assert_allclose(joint_rotation(R_world_thigh, R_world_shank), R_thigh_shank)


def test_12_rotations_are_right_handed_matrices():
    R = so3.exp(np.pi / 2 * Z)
    np.testing.assert_allclose(R @ X, Y, atol=1e-15)
    assert np.linalg.det(R) == pytest.approx(1)


def test_13_a_rotation_vector_is_axis_times_angle():
    axis = np.array([2.0, -1.0, 2.0]) / 3
    R = so3.exp(0.7 * axis)
    np.testing.assert_allclose(R @ axis, axis)
    assert np.trace(R) == pytest.approx(1 + 2 * np.cos(0.7))


def test_14_quaternions_are_scalar_first():
    quarter_about_x = np.array([np.cos(np.pi / 4), np.sin(np.pi / 4), 0.0, 0.0])
    np.testing.assert_allclose(so3.from_quaternions(quarter_about_x) @ Y, Z, atol=1e-15)


# Sensors


@pytest.mark.parametrize("axis", [0, 1, 2])
@pytest.mark.parametrize("sign", [+1, -1])
def test_15_at_rest_the_axis_that_points_up_reads_plus_g(axis, sign):
    upwards = sign * np.eye(3)[axis]
    R_world_sensor = so3.exp(np.pi / 2 * np.cross(upwards, UP))
    if sign < 0 and axis == 1:
        R_world_sensor = so3.exp(np.pi * X)
    reading = felt(moving(np.tile(R_world_sensor, (len(T), 1, 1))))
    np.testing.assert_allclose(reading.acc_m_s2[5], G * upwards, atol=1e-9)


def test_16_free_fall_reads_zero():
    since_let_go = np.maximum(T - 1.2, 0)  # held for most of the time: else it looks like g
    reading = felt(moving(origin=-0.5 * G * since_let_go[:, None] ** 2 * UP)).acc_m_s2
    np.testing.assert_allclose(reading[T > 1.25], 0, atol=1e-6)
    np.testing.assert_allclose(reading[T < 1.15], np.tile(G * UP, ((T < 1.15).sum(), 1)), atol=1e-6)


def test_17_a_gyroscope_reads_the_turn_in_its_own_axes():
    R, path = tumbling()
    gyr = felt(moving(R, path)).gyr_rad_s
    middle = (gyr[:-1] + gyr[1:]) / 2
    np.testing.assert_allclose(R[:-1] @ so3.exp(middle / RATE_HZ), R[1:], atol=1e-4)


def test_18_simulated_sensors_have_the_axes_of_their_segment_and_real_ones_any():
    R = so3.about_y(np.linspace(0, 1, len(T)))  # the thigh turns about its long axis, y
    aligned = felt(moving(R))
    np.testing.assert_allclose(aligned.gyr_rad_s, np.tile(0.50125 * Y, (len(T), 1)), atol=1e-4)
    R_sensor_segment = so3.exp(np.array([0.3, -2.0, 1.0]))
    strapped_on = aligned.turned(R_sensor_segment)
    back = strapped_on.turned(R_sensor_segment.T)
    np.testing.assert_allclose(back.acc_m_s2, aligned.acc_m_s2, atol=1e-9)


def test_19_wrong_units_are_refused():
    def imu(acc, gyr):
        shape = (9, 3)
        return ImuRecording(
            segment="foot_l",
            rate_hz=100.0,
            acc_m_s2=np.broadcast_to(acc * UP, shape).copy(),
            gyr_rad_s=np.full(shape, gyr),
        )

    assert imu(G, 69.0).samples == 9
    with pytest.raises(LooksLikeDegrees):
        imu(G, 71.0)
    for unit_of_g in (1.0, 4.9, 61.0):
        with pytest.raises(WrongAccelerationUnit):
            imu(unit_of_g, 0.0)


# Joint angles


def test_20_a_joint_rotation_is_the_distal_segment_seen_from_the_proximal_one():
    R_world_pelvis, R_pelvis_thigh = so3.exp(RNG.normal(size=(2, 3)))
    seen = joint_rotation(R_world_pelvis, R_world_pelvis @ R_pelvis_thigh)
    np.testing.assert_allclose(seen, R_pelvis_thigh)
    assert (joint("hip_l").proximal, joint("hip_l").distal) == ("pelvis", "thigh_l")


def test_21_the_sequence_is_z_x_y_about_carried_axes():
    R = so3.exp(0.5 * Z) @ so3.exp(0.3 * X) @ so3.exp(-0.2 * Y)
    np.testing.assert_allclose(angles_of_rotation(R, joint("hip_r")), [0.5, 0.3, -0.2])


def test_22_flexion_is_about_the_proximal_z_rotation_about_the_distal_y():
    before, step = np.array([0.6, 0.2, -0.3]), 0.1
    R_hip = rotation_of_angles(before, joint("hip_r"))
    floating = so3.exp(before[0] * Z) @ X  # square to the proximal z and the distal y
    np.testing.assert_allclose([floating @ Z, floating @ R_hip @ Y], 0, atol=1e-12)
    for R, change in (
        (so3.exp(step * Z) @ R_hip, [step, 0, 0]),
        (so3.exp(step * floating) @ R_hip, [0, step, 0]),
        (R_hip @ so3.exp(step * Y), [0, 0, step]),
    ):
        np.testing.assert_allclose(angles_of_rotation(R, joint("hip_r")), before + change)


@pytest.mark.parametrize("side", SIDES)
def test_23_a_thigh_swung_forward_is_hip_flexion(side):
    knee = posed(flexion=0.3, name=f"hip_{side}") @ -UP
    assert knee @ FORWARD > 0.2


@pytest.mark.parametrize("side", SIDES)
def test_24_a_shank_swung_backward_is_knee_flexion(side):
    ankle = posed(flexion=0.3, name=f"knee_{side}") @ -UP
    assert ankle @ FORWARD < -0.2


@pytest.mark.parametrize("side", SIDES)
def test_25_rising_toes_are_dorsiflexion(side):
    toes = posed(flexion=0.3, name=f"ankle_{side}") @ FORWARD
    assert toes @ UP > 0.2


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", ["hip", "knee"])
def test_26_a_limb_that_nears_the_midline_is_adducted(kind, side):
    lower_end = posed(adduction=0.3, name=f"{kind}_{side}") @ -UP
    assert lower_end @ TOWARDS_MIDLINE[side] > 0.2


@pytest.mark.parametrize("side", SIDES)
def test_27_a_sole_that_faces_the_other_foot_is_inverted(side):
    sole_faces = posed(adduction=0.3, name=f"ankle_{side}") @ -UP
    assert sole_faces @ TOWARDS_MIDLINE[side] > 0.2


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("kind", ["hip", "knee", "ankle"])
def test_28_a_front_that_turns_to_the_midline_is_rotated_internally(kind, side):
    front = posed(rotation=0.3, name=f"{kind}_{side}") @ FORWARD
    assert front @ TOWARDS_MIDLINE[side] > 0.2


@pytest.mark.parametrize("kind", ["hip", "knee", "ankle"])
def test_29_a_mirrored_posture_has_the_same_angles(kind):
    mirror = np.diag([1.0, 1.0, -1.0])
    right = posed(0.5, 0.2, -0.3, name=f"{kind}_r")
    mirrored = angles_of_rotation(mirror @ right @ mirror, joint(f"{kind}_l"))
    np.testing.assert_allclose(mirrored, [0.5, 0.2, -0.3])


def test_30_the_last_axis_is_flexion_adduction_rotation():
    assert PLANES == ("flexion", "adduction", "rotation")
    for i, plane in enumerate(PLANES):
        assert np.argmax(angles_of_rotation(posed(**{plane: 0.4}), joint("hip_r"))) == i


def test_31_angles_have_ranges():
    R = so3.exp(RNG.normal(scale=3, size=(2000, 3)))
    flexion, adduction, rotation = np.rad2deg(angles_of_rotation(R, joint("knee_l"))).T
    assert 85 < np.abs(adduction).max() <= 90
    assert 175 < np.abs(flexion).max() <= 180
    assert 175 < np.abs(rotation).max() <= 180


# Time, units, names


def test_32_field_names_end_in_their_unit():
    nouns = (ImuRecording, MarkerRecording, SegmentPoses, JointAngles)
    numbers = {field.name for noun in nouns for field in fields(noun)} - {
        "segment", "name", "markers", "R_world_segment",
    }  # fmt: skip
    for name in numbers:
        assert name.endswith(("_hz", "_m", "_m_s2", "_rad", "_rad_s")), name
    assert angles_of_rotation(posed(flexion=1.0), joint("hip_r"))[0] == pytest.approx(1.0)  # rad


def test_33_degrees_are_for_people():
    angles = JointAngles(rate_hz=100.0, angles_rad={"hip_r": np.full((3, 3), np.pi)})
    np.testing.assert_allclose(angles.in_degrees()["hip_r"], 180)
    columns = angle_columns(angles)
    np.testing.assert_allclose(columns["hip_flexion_r_deg"], 180)


def test_34_time_comes_first_and_starts_at_zero():
    angles = JointAngles(rate_hz=50.0, angles_rad={"hip_r": np.zeros((4, 3))})
    np.testing.assert_allclose(angles.time_s, [0, 0.02, 0.04, 0.06])
    assert angles.samples == 4


def test_35_unseen_is_nan_and_not_counted():
    positions = np.ones((3, 1, 3))
    positions[1] = np.nan
    seen = MarkerRecording(name="w", rate_hz=100.0, markers=("heel",), positions_m=positions).seen
    np.testing.assert_array_equal(seen[:, 0], [True, False, True])
    estimate, truth = np.array([1.0, np.nan, 3.0, 9.0]), np.array([0.0, 0.0, 2.0, np.nan])
    assert metrics.rmse(estimate, truth) == pytest.approx(1.0)


def test_36_right_comes_before_left():
    assert SIDES == ("r", "l")
    angles = {"hip_l": np.zeros((3, 3)), "hip_r": np.zeros((3, 3))}
    columns = list(angle_columns(JointAngles(rate_hz=100.0, angles_rad=angles)))
    assert columns.index("hip_flexion_r_deg") < columns.index("hip_flexion_l_deg")
    assert [name[-1] for name in JOINTS] == [*"rrrlll"]


def test_37_a_stride_lasts_from_contact_to_contact():
    first, second = gait_events.strides(np.array([0.5, 1.5, 2.6]))
    assert (first.start_s, first.end_s) == (0.5, 1.5)
    assert second.duration_s == pytest.approx(1.1)


# The page itself


def sentences():
    page = (DOCS / "conventions.md").read_text(encoding="utf-8")
    return {int(n): text for n, text in re.findall(r"^(\d+)\. (.+)$", page, re.M)}


def test_every_sentence_has_a_test_and_every_test_a_sentence():
    module = sys.modules[__name__]
    tested = {int(m[1]) for m in (re.match(r"test_(\d\d)_", name) for name in vars(module)) if m}
    assert tested == set(sentences())
    assert sorted(tested) == list(range(1, max(tested) + 1))


def test_every_row_is_one_sentence():
    for number, text in sentences().items():
        assert text.endswith("."), number
        assert not re.search(r"[.!?] [A-Z](?!\w*\. |t al)", text), number


def test_nothing_but_the_introduction_goes_unnumbered():
    page = (DOCS / "conventions.md").read_text(encoding="utf-8")
    rows = [row for row in page[page.index("## World") :].splitlines() if row.strip()]
    assert all(re.match(r"## |\d+\. ", row) for row in rows)


def test_the_drawing_on_the_page_is_the_one_the_script_draws():
    drawn = runpy.run_path(str(DOCS / "figures" / "draw_frames.py"))["drawing"]()
    assert drawn == (DOCS / "figures" / "frames.svg").read_text(encoding="utf-8")


def test_the_page_shows_one_drawing():
    page = (DOCS / "conventions.md").read_text(encoding="utf-8")
    assert re.findall(r"!\[.*?\]\((.*?)\)", page) == ["figures/frames.svg"]
