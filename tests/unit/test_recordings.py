"""A noun cannot exist in a wrong state, and says clearly why."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import (
    Impossible,
    KinefuseError,
    LooksLikeDegrees,
    MissingSensor,
    NotFinite,
    TooShort,
    UnequalLengths,
    UnequalRates,
    UnknownChoice,
    WrongAccelerationUnit,
)
from kinefuse.recordings import (
    ImuRecording,
    ImuSession,
    JointAngles,
    MarkerRecording,
    SegmentPoses,
    Trial,
)

REST = np.array([0.0, 9.80665, 0.0])


def imu(segment="thigh_r", samples=10, rate_hz=100.0, acc=None, gyr=None):
    return ImuRecording(
        segment=segment,
        rate_hz=rate_hz,
        acc_m_s2=np.tile(REST, (samples, 1)) if acc is None else acc,
        gyr_rad_s=np.zeros((samples, 3)) if gyr is None else gyr,
    )


def session(**samples):
    return ImuSession(name="walk", sensors={s: imu(s, n) for s, n in samples.items()})


def poses(samples=10):
    return SegmentPoses(
        rate_hz=100.0,
        R_world_segment={"thigh_r": np.tile(np.eye(3), (samples, 1, 1))},
        origin_m={"thigh_r": np.zeros((samples, 3))},
    )


def angles(samples=10):
    return JointAngles(rate_hz=100.0, angles_rad={"knee_r": np.ones((samples, 3))})


def trial(**changes):
    parts = {"imus": session(thigh_r=10), "poses": poses(), "angles": angles()} | changes
    fixed = {"person": "s1", "name": "walk", "activity": "walking", "source": "test"}
    return Trial(**(fixed | parts))


def test_a_gyroscope_in_degrees_is_refused_and_the_way_out_named():
    gyr = np.zeros((10, 3))
    gyr[4, 2] = -400.0  # a shank in swing, in deg/s
    with pytest.raises(LooksLikeDegrees, match=r"thigh_r.*400 rad/s.*np\.deg2rad"):
        imu(gyr=gyr)


def test_the_fastest_running_foot_is_accepted():
    gyr = np.zeros((10, 3))
    gyr[4, 2] = 30.0  # 1700 deg/s, sprinting
    assert imu(gyr=gyr).samples == 10


@pytest.mark.parametrize(("magnitude", "unit"), [(1.0, "g"), (0.5, "gravity removed")])
def test_accelerations_without_gravity_in_m_s2_are_refused(magnitude, unit):
    with pytest.raises(WrongAccelerationUnit, match=r"thigh_r.*9\.81.*" + unit):
        imu(acc=np.tile([0.0, magnitude, 0.0], (10, 1)))


def test_single_impacts_do_not_look_like_a_wrong_unit():
    acc = np.tile(REST, (10, 1))
    acc[3] = 300.0
    assert imu(acc=acc).acc_m_s2[3, 0] == 300


@pytest.mark.parametrize("bad", [np.nan, np.inf])
@pytest.mark.parametrize("signal", ["acc", "gyr"])
def test_a_missing_sample_is_named(bad, signal):
    values = np.tile(REST, (10, 1))
    values[7:9, 1] = bad
    with pytest.raises(NotFinite, match=r"2 samples .*sample 7"):
        imu(**{signal: values})


def test_signals_of_different_lengths_are_refused():
    with pytest.raises(UnequalLengths, match="accelerometer 10, gyroscope 9"):
        imu(gyr=np.zeros((9, 3)))


def test_two_samples_are_too_few():
    with pytest.raises(TooShort, match="at least 3"):
        imu(samples=2)


def test_an_unknown_segment_lists_the_known_ones():
    with pytest.raises(UnknownChoice, match=r"torso.*pelvis.*foot_l"):
        imu("torso")


@pytest.mark.parametrize("rate", [0.0, -100.0, np.nan, np.inf, 1e6])
def test_an_impossible_rate_is_refused(rate):
    with pytest.raises(Impossible, match="Hz is no sensor's"):
        imu(rate_hz=rate)
    with pytest.raises(Impossible, match="Hz is no sensor's"):
        JointAngles(rate_hz=rate, angles_rad={})


@given(tangent=st.lists(st.floats(-3, 3), min_size=3, max_size=3).map(np.array))
def test_turning_a_recording_turns_both_signals_and_can_be_undone(tangent):
    rng = np.random.default_rng(0)
    original = imu(acc=rng.normal(REST, 1, (10, 3)), gyr=rng.normal(size=(10, 3)))
    R_new_sensor = so3.exp(tangent)
    turned = original.turned(R_new_sensor)
    np.testing.assert_allclose(turned.acc_m_s2[3], R_new_sensor @ original.acc_m_s2[3])
    np.testing.assert_allclose(turned.gyr_rad_s[3], R_new_sensor @ original.gyr_rad_s[3])
    back = turned.turned(R_new_sensor.T)
    np.testing.assert_allclose(back.acc_m_s2, original.acc_m_s2, atol=1e-9)


def test_a_session_has_one_rate_one_length_and_starts_at_zero():
    pair = session(thigh_r=10, shank_r=10)
    assert (pair.rate_hz, pair.samples) == (100.0, 10)
    np.testing.assert_allclose(pair.time_s, np.arange(10) * 0.01)


def test_a_session_of_unequal_lengths_is_refused():
    with pytest.raises(UnequalLengths, match="thigh_r 10, shank_r 11"):
        session(thigh_r=10, shank_r=11)


def test_a_session_of_two_rates_is_refused():
    sensors = {"thigh_r": imu("thigh_r"), "shank_r": imu("shank_r", rate_hz=200.0)}
    with pytest.raises(UnequalRates, match="100, 200 Hz"):
        ImuSession(name="walk", sensors=sensors)


def test_an_empty_session_is_refused():
    with pytest.raises(MissingSensor, match="found: none"):
        ImuSession(name="walk", sensors={})


def test_a_missing_sensor_is_named_with_those_present():
    with pytest.raises(MissingSensor, match=r"no sensor on foot_l \(found: thigh_r\)"):
        session(thigh_r=10)["foot_l"]


def test_joints_are_those_with_both_sensors():
    assert list(session(pelvis=9, thigh_l=9, shank_l=9, foot_r=9).joints()) == ["hip_l", "knee_l"]
    assert len(list(session(**dict.fromkeys(SEGMENTS, 9)).joints())) == 6


def test_markers_are_found_by_name_and_gaps_are_nan():
    positions = np.arange(12.0).reshape(2, 2, 3)
    positions[1, 0, 2] = np.nan
    recording = MarkerRecording(
        name="walk", rate_hz=100.0, markers=("heel", "toe"), positions_m=positions
    )
    np.testing.assert_array_equal(recording["toe"], positions[:, 1])
    np.testing.assert_array_equal(recording.seen, [[True, True], [False, True]])
    with pytest.raises(UnknownChoice, match=r"ankle.*heel, toe"):
        recording["ankle"]


def test_markers_and_paths_are_equally_many():
    with pytest.raises(UnequalLengths, match="names 1, paths 2"):
        MarkerRecording(
            name="walk", rate_hz=100.0, markers=("heel",), positions_m=np.zeros((4, 2, 3))
        )


def test_poses_of_unequal_length_or_unknown_attitude_are_refused():
    R = np.tile(np.eye(3), (10, 1, 1))
    with pytest.raises(UnequalLengths, match="pelvis 10, pelvis origin 9"):
        SegmentPoses(
            rate_hz=100.0, R_world_segment={"pelvis": R}, origin_m={"pelvis": np.zeros((9, 3))}
        )
    R[2] = np.nan
    with pytest.raises(NotFinite, match="pelvis orientation"):
        SegmentPoses(
            rate_hz=100.0, R_world_segment={"pelvis": R}, origin_m={"pelvis": np.zeros((10, 3))}
        )


def test_angles_are_of_known_joints_and_one_length():
    with pytest.raises(UnknownChoice, match="elbow"):
        JointAngles(rate_hz=100.0, angles_rad={"elbow": np.zeros((5, 3))})
    with pytest.raises(UnequalLengths, match="hip_r 5, hip_l 6"):
        JointAngles(
            rate_hz=100.0, angles_rad={"hip_r": np.zeros((5, 3)), "hip_l": np.zeros((6, 3))}
        )


def test_angles_of_no_joint_are_refused():
    with pytest.raises(MissingSensor, match="two neighbouring segments"):
        JointAngles(rate_hz=100.0, angles_rad={})


def test_degrees_are_for_people():
    np.testing.assert_allclose(angles().in_degrees()["knee_r"], 57.29577951)
    np.testing.assert_allclose(angles(4).time_s, [0, 0.01, 0.02, 0.03])


def test_a_trial_holds_signals_and_truth_of_one_length():
    assert trial().faults == ()
    with pytest.raises(UnequalLengths, match=r"s1 walk: .*angles 9"):
        trial(angles=angles(9))
    with pytest.raises(UnequalLengths, match="poses 8"):
        trial(poses=poses(8))


def test_a_trial_is_walking_or_running():
    with pytest.raises(UnknownChoice, match=r"swimming.*walking, running"):
        trial(activity="swimming")


def test_every_refusal_is_one_sentence_from_one_root():
    with pytest.raises(KinefuseError) as refusal:
        session(thigh_r=10)["foot_l"]
    message = str(refusal.value)
    assert message.endswith(".")
    assert "\n" not in message
