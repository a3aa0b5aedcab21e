"""The usual stride tells which way a sensor faces, and says nothing where there is no stride."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.alignment import align
from kinefuse.alignment.facing import facings, frame, triad
from kinefuse.alignment.reference_posture import GAIT, up_in_gait, up_in_segment
from kinefuse.alignment.stride_axes import stride_axes
from kinefuse.alignment.vertical import Vertical, moving, verticals
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.simulation.gait import simulate_person

vectors = st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array)


@pytest.fixture(scope="module", params=["walking", "running"])
def person(request) -> tuple[str, ImuSession]:
    rng = np.random.default_rng(31)
    return request.param, simulate_person(request.param, rng, seconds=12.0, rate_hz=100.0).imus


def _ups(session: ImuSession) -> dict[str, np.ndarray]:
    return {s: filter_attitude(i)[:, 1, :].mean(axis=0) for s, i in session.sensors.items()}


def _turned(session: ImuSession, R: dict[str, np.ndarray]) -> ImuSession:
    return replace(session, sensors={s: i.turned(R[s]) for s, i in session.sensors.items()})


def test_right_is_right_on_both_legs(person):
    """Sensors in segment axes: z points to the right, on the left leg as well."""
    activity, session = person
    axes = stride_axes(session, _ups(session), activity)
    assert set(axes) == set(SEGMENTS)
    for axis in axes.values():
        assert axis.to_the_right[2] > np.cos(np.deg2rad(30))
        assert axis.strides > 8


def test_a_leg_swings_further_below_than_above(person):
    activity, session = person
    swing = {s: a.swing_rad for s, a in stride_axes(session, _ups(session), activity).items()}
    for side in "rl":
        assert swing["pelvis"] < swing[f"thigh_{side}"] < swing[f"foot_{side}"]
    assert 0.25 < swing["thigh_r"] < 0.5  # 15 to 30 deg either way


@settings(max_examples=15)
@given(mounting=vectors, segment=st.sampled_from(SEGMENTS))
def test_a_remounted_sensor_changes_by_that_rotation_and_no_other(person, mounting, segment):
    activity, session = person
    R = dict.fromkeys(SEGMENTS, np.eye(3)) | {segment: so3.exp(mounting)}
    before, after = align(session, activity), align(_turned(session, R), activity)
    for s in SEGMENTS:
        np.testing.assert_allclose(
            after[s].R_segment_sensor @ R[s], before[s].R_segment_sensor, atol=0.01
        )
        assert after[s].heading_sd_deg == pytest.approx(before[s].heading_sd_deg, rel=0.01)


def test_a_mirrored_person_is_aligned_in_the_mirror(person):
    activity, session = person
    flip = np.array([1.0, 1.0, -1.0])
    other = {s: s if s == "pelvis" else s[:-1] + {"r": "l", "l": "r"}[s[-1]] for s in SEGMENTS}
    mirrored = {
        other[s]: replace(
            i, segment=other[s], acc_m_s2=i.acc_m_s2 * flip, gyr_rad_s=-i.gyr_rad_s * flip
        )
        for s, i in session.sensors.items()
    }
    as_is = align(session, activity)
    found = align(replace(session, sensors=mirrored), activity)
    for s in SEGMENTS:
        wanted = np.diag(flip) @ as_is[s].R_segment_sensor @ np.diag(flip)
        np.testing.assert_allclose(found[other[s]].R_segment_sensor, wanted, atol=0.03)


@pytest.mark.parametrize("seconds", [0.8, 12.0])
def test_without_gait_no_stride_tells_anything(seconds):
    rng = np.random.default_rng(0)
    samples = round(100 * seconds)
    sensors = {
        s: ImuRecording(
            segment=s,
            rate_hz=100.0,
            acc_m_s2=np.array([0, 9.81, 0]) + rng.normal(size=(samples, 3)),
            gyr_rad_s=3 * rng.normal(size=(samples, 3)),
        )
        for s in ("thigh_r", "shank_r")
    }
    session = ImuSession(name="shaken", sensors=sensors)
    up = dict.fromkeys(sensors, np.array([0.0, 1.0, 0.0]))
    assert stride_axes(session, up, "walking") == {}


def test_a_slow_recording_is_left_to_the_swing(person):
    activity, session = person
    slow = {
        s: replace(i, rate_hz=12.5, acc_m_s2=i.acc_m_s2[::8], gyr_rad_s=i.gyr_rad_s[::8])
        for s, i in session.sensors.items()
    }
    assert stride_axes(ImuSession(name="slow", sensors=slow), _ups(session), activity) == {}


def test_swing_and_stride_agree_in_steady_gait(person, monkeypatch):
    """Two independent ways to the same line."""
    activity, session = person
    attitudes = {s: filter_attitude(i) for s, i in session.sensors.items()}
    in_gait, _ = verticals(None, attitudes, moving(session), activity)
    by_stride = facings(session, attitudes, in_gait, moving(session), activity)
    monkeypatch.setattr("kinefuse.alignment.facing.stride_axes", lambda *_: {})
    by_swing = facings(session, attitudes, in_gait, moving(session), activity)
    assert "pelvis" not in by_swing
    for s, facing in by_swing.items():
        a, b = (frame(in_gait[s], f.in_sensor, f.in_segment) for f in (facing, by_stride[s]))
        assert np.rad2deg(np.linalg.norm(so3.log(a @ b.T))) < 25  # of 180 for a wrong sign


def test_who_swings_further_leans_more():
    posture = GAIT["running"]["foot"]
    as_given = up_in_gait("running", "foot_l", posture.swing)
    np.testing.assert_allclose(as_given, up_in_segment(posture, "foot_l"))
    further = up_in_gait("running", "foot_l", posture.swing + 0.1)
    lean_deg = np.rad2deg([np.arctan2(-up[0], up[1]) for up in (as_given, further)])
    assert np.diff(lean_deg)[0] == pytest.approx(0.1 * posture.lean_per_swing, abs=1e-6)


@given(a=vectors, b=vectors)
def test_a_triad_is_a_rotation_that_keeps_the_first(a, b):
    if np.linalg.norm(np.cross(a, b)) < 1e-3:
        return
    first = a / np.linalg.norm(a)
    R = triad(first, b)
    np.testing.assert_allclose(R.T @ R, np.eye(3), atol=1e-9)
    np.testing.assert_allclose(R[:, 0], first)
    assert R[:, 1] @ b > 0


def test_a_frame_brings_up_to_up_and_right_to_right():
    R = so3.exp(np.array([0.3, -1.2, 0.8]))
    up, right = np.array([0.0, 1.0, 0.0]), np.array([0.0, 0.0, 1.0])
    vertical = Vertical(R.T @ up, up, "", 1.0, 1.0)
    np.testing.assert_allclose(frame(vertical, R.T @ right, right), R, atol=1e-12)
