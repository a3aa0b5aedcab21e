"""Sensors mounted anyhow are brought back to their segments."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.alignment import align, in_segment_axes
from kinefuse.alignment.align import _alignment
from kinefuse.alignment.facing import Facing
from kinefuse.alignment.pelvis import pelvis_heading
from kinefuse.alignment.shared_point import agreement
from kinefuse.alignment.vertical import STILL_S, Vertical, busiest_stretch, moving, still_pose
from kinefuse.anatomy.joints import JOINTS
from kinefuse.classical import classical_angles
from kinefuse.recordings import ImuSession


def _errors_deg(found, mounting):
    """Angle between each found alignment and the truth."""
    return {
        s: np.rad2deg(np.linalg.norm(so3.log(a.R_segment_sensor @ mounting[s])))
        for s, a in found.items()
    }


@pytest.mark.parametrize("seed", range(6))
def test_any_mounting_is_found(walker, seed):
    session, mounting = walker.worn(np.random.default_rng(seed))
    errors = _errors_deg(align(session, "walking"), mounting)
    # The walker's swing axes differ from the mean person's by up to 20 deg; a wrong sign is 180.
    assert max(errors.values()) < 30
    assert np.median(list(errors.values())) < 15


@pytest.mark.parametrize("seed", range(3))
def test_the_mounting_changes_nothing_but_the_frame(walker, seed):
    as_is = align(walker.session, "walking")
    session, mounting = walker.worn(np.random.default_rng(seed))
    found = align(session, "walking")
    for s in as_is:
        np.testing.assert_allclose(
            found[s].R_segment_sensor @ mounting[s], as_is[s].R_segment_sensor, atol=0.02
        )


def test_a_walk_with_turns_is_aligned_as_well(turning_walker):
    session, mounting = turning_walker.worn(np.random.default_rng(7))
    assert max(_errors_deg(align(session, "walking"), mounting).values()) < 30


def test_walking_alone_will_do(restless_walker):
    session, mounting = restless_walker.worn(np.random.default_rng(8))
    assert still_pose(session) is None
    found = align(session, "walking")
    assert all("mean gravity while walking" in a.method for a in found.values())
    assert max(_errors_deg(found, mounting).values()) < 35


def test_an_upside_down_shank_is_found(walker):
    upside_down = np.diag([1.0, -1.0, -1.0])
    sensors = dict(walker.session.sensors)
    sensors["shank_r"] = sensors["shank_r"].turned(upside_down)
    found = align(ImuSession(name="x", sensors=sensors), "walking")["shank_r"]
    as_worn_right = align(walker.session, "walking")["shank_r"]
    np.testing.assert_allclose(
        found.R_segment_sensor @ upside_down, as_worn_right.R_segment_sensor, atol=0.01
    )


def test_without_strides_and_thighs_the_pelvis_heading_is_unknown(walker):
    sensors = {s: _cut(walker.session[s], slice(0, 290)) for s in ("pelvis", "shank_r", "foot_r")}
    found = align(ImuSession(name="x", sensors=sensors), "walking")
    assert found["pelvis"].heading_sd_deg == 90.0
    assert "cannot be found" in found["pelvis"].note
    assert "swing" in found["shank_r"].method


def test_without_thighs_the_pelvis_heading_is_uncertain(walker):
    sensors = {s: walker.session[s] for s in ("pelvis", "shank_r", "foot_r")}
    found = align(ImuSession(name="x", sensors=sensors), "walking")
    assert 20 < found["pelvis"].heading_sd_deg < 90


def test_standing_and_walking_together_are_surer_than_walking(walker, restless_walker):
    both = align(walker.session, "walking")
    alone = align(restless_walker.session, "walking")
    assert all(both[s].tilt_sd_deg < alone[s].tilt_sd_deg for s in both)


def _cut(imu, where):
    return replace(imu, acc_m_s2=imu.acc_m_s2[where], gyr_rad_s=imu.gyr_rad_s[where])


def test_the_pelvis_faces_where_the_walker_does(walker):
    R = walker.poses.R_world_segment
    thighs = {s: walker.session[s] for s in ("thigh_r", "thigh_l")}
    turned = so3.about_y(np.deg2rad(70.0))
    found = pelvis_heading(
        walker.session["pelvis"].acc_m_s2 @ turned.T,
        R["pelvis"] @ turned.T,
        thighs,
        {s: R[s] for s in thighs},
        moving(walker.session),
    )
    assert np.rad2deg(found.angle_rad) == pytest.approx(-70.0, abs=5.0)
    assert found.coherence > 0.7


def test_the_still_pose_lies_in_the_standing_phase(walker):
    still = still_pose(walker.session)
    assert still is not None
    assert still.stop <= 2.2 * walker.session.rate_hz
    assert still.stop - still.start == round(STILL_S * walker.session.rate_hz)


def test_standing_is_not_moving(walker):
    moves = moving(walker.session)
    assert not moves[:100].any()
    assert moves[400:1300].all()


def test_agreement_is_the_turn_between_two_arrows():
    rng = np.random.default_rng(0)
    one = rng.normal(size=500) + 1j * rng.normal(size=500)
    turned = agreement(one, one * np.exp(0.7j), np.ones(500, bool))
    assert np.angle(turned) == pytest.approx(0.7)
    assert abs(turned) == pytest.approx(1.0)
    assert agreement(one, 0 * one, np.ones(500, bool)) == 0


@pytest.mark.parametrize("name", JOINTS)
def test_classical_angles_follow_the_truth(walker, name):
    session, _ = walker.worn(np.random.default_rng(3))
    aligned = in_segment_axes(session, align(session, "walking"))
    found = classical_angles(aligned, "walking").angles_rad[name][300:-100]
    error_deg = np.rad2deg(found - walker.angles[name][300:-100]).std(axis=0)
    assert error_deg[0] < 2.5  # flexion, mean removed
    assert error_deg.max() < 6.5  # the other planes feel the swing axis' offset


def test_sitting_still_is_not_taken_for_standing(walker):
    """A thigh that is level at rest belongs to somebody who sits."""
    rate = int(walker.session.rate_hz)
    level = so3.exp(np.array([0.0, 0.0, np.deg2rad(85)]))
    sensors = dict(walker.session.sensors)
    for s in ("thigh_r", "thigh_l"):
        acc = sensors[s].acc_m_s2.copy()
        acc[: 2 * rate] = acc[: 2 * rate] @ level.T
        sensors[s] = replace(sensors[s], acc_m_s2=acc)
    found = align(ImuSession(name="sat", sensors=sensors), "walking")
    assert "mean gravity while walking" in found["thigh_r"].method


def test_a_long_day_is_aligned_by_its_busiest_minutes(walker):
    whole = busiest_stretch(walker.session, longest_s=6.0)
    assert whole.samples == 6 * walker.session.rate_hz
    assert moving(whole).all()


def _lean_deg(R):
    return np.rad2deg(np.arctan2(-R[1, 0], R[1, 1]))


@pytest.mark.parametrize(("standing_sd", "gait_sd", "share"), [(1.0, 9.0, 1 / 82), (3.0, 3.0, 0.5)])
def test_the_surer_posture_weighs_more(standing_sd, gait_sd, share):
    """Two verticals 10 deg apart in lean; the share is what gait's counts."""
    up, right = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    leaning = so3.exp(np.deg2rad(10.0) * right) @ up
    in_gait = Vertical(leaning, up, "gait", gait_sd, 2.0)
    standing = Vertical(up, up, "standing", standing_sd, 2.0)
    facing = Facing(right, right, "stride", 5.0)
    found = _alignment("thigh_r", in_gait, standing, facing)
    gait_alone = _alignment("thigh_r", in_gait, None, facing)
    assert abs(_lean_deg(gait_alone.R_segment_sensor)) == pytest.approx(10.0)
    assert abs(_lean_deg(found.R_segment_sensor)) == pytest.approx(10.0 * share, abs=0.01)
    assert found.lean_sd_deg < min(standing_sd, gait_sd)
    assert found.lateral_sd_deg == pytest.approx(2.0)
