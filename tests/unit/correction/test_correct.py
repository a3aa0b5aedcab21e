"""Corrected angles: exact where the answer is known, for any sensors, any rate, moving or not."""

from dataclasses import dataclass, replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS
from kinefuse.correction import correct, load_correction
from kinefuse.correction.model import CorrectionNetwork, LegAnswer
from kinefuse.correction.shares import JointShares
from kinefuse.dataset.resampling import resampled_session
from kinefuse.errors import MissingSensor
from kinefuse.recordings import ImuSession
from small_corrections import small_network, write_small_correction
from toy import puppet_trial
from worn_legs import as_estimate


@pytest.fixture(scope="module")
def trial():
    return puppet_trial(seconds=5)


@pytest.fixture(scope="module")
def network(tmp_path_factory):
    return load_correction(write_small_correction(tmp_path_factory.mktemp("c") / "small"))


@pytest.fixture(scope="module")
def silent(tmp_path_factory):
    folder = tmp_path_factory.mktemp("c") / "silent"
    return load_correction(write_small_correction(folder, small_network(answers=0.0)))


@dataclass(frozen=True)
class Saying(CorrectionNetwork):
    """A network that always says the same."""

    turns_rad: np.ndarray = None
    course_rad: np.ndarray = None

    def leg(self, seen, moves=None):  # noqa: ARG002
        shape = (len(seen.vectors), 3, 3)
        return LegAnswer(
            self.turns_rad, np.broadcast_to(self.course_rad, shape).copy(), np.full(shape, 0.1)
        )


def saying(network, turns_rad=None, course_rad=None):
    turns_rad = np.zeros((4, 3)) if turns_rad is None else turns_rad
    course_rad = np.zeros((3, 3)) if course_rad is None else course_rad
    return Saying(network.folder, network.card, turns_rad, course_rad)


def part(session, segments):
    return ImuSession(name="part", sensors={s: session[s] for s in segments})


def poses(trial, segments=None):
    R = trial.poses.R_world_segment
    return as_estimate({s: R[s] for s in segments or R}, trial.poses.rate_hz)


def test_a_network_that_corrects_nothing_leaves_the_optimisers_angles(trial, silent):
    found = correct(trial.imus, poses(trial), silent)
    assert list(found.angles.angles_rad) == list(JOINTS)
    for joint, angles in trial.angles.angles_rad.items():
        np.testing.assert_allclose(found.angles.angles_rad[joint], angles, atol=1e-9)
        assert (found.sd_rad[joint] > 0).all()


def test_sensors_askew_on_either_leg_are_put_right(trial, network):
    """The true turn of each sensor, told in the mirror for the left leg, gives the true angles."""
    turns = np.random.default_rng(0).normal(0, 0.15, (4, 3))
    turns[0] = [0.0, 0.0, 0.1]  # the pelvis's is the same in the mirror
    mirror = {"r": np.ones(3), "l": np.array([-1.0, -1.0, 1.0])}
    R_given = {
        s: R @ so3.exp(-turns[place] * mirror[s[-1] if s != "pelvis" else "r"])
        for s, R in trial.poses.R_world_segment.items()
        for place in [("pelvis", "thigh", "shank", "foot").index(s.split("_")[0])]
    }
    found = correct(trial.imus, as_estimate(R_given, 100.0), saying(network, turns))
    for joint, angles in trial.angles.angles_rad.items():
        np.testing.assert_allclose(found.angles.angles_rad[joint], angles, atol=1e-9)
    np.testing.assert_allclose(found.turns_rad["shank_r"], turns[2])
    np.testing.assert_allclose(found.turns_rad["foot_l"], turns[3] * mirror["l"])
    np.testing.assert_allclose(found.turns_rad["pelvis"], turns[0])


def test_the_course_is_added_to_its_own_joint_and_plane(trial, network):
    course = np.arange(9.0).reshape(3, 3) / 100
    found = correct(trial.imus, poses(trial), saying(network, course_rad=course))
    for joint, angles in trial.angles.angles_rad.items():
        order = ("hip", "knee", "ankle").index(JOINTS[joint].kind)
        added = found.angles.angles_rad[joint] - angles
        np.testing.assert_allclose(added, np.broadcast_to(course[order], added.shape), atol=1e-9)


@pytest.mark.parametrize(
    ("segments", "joints"),
    [
        (("thigh_l", "shank_l"), ["knee_l"]),
        (("pelvis", "thigh_r", "foot_r"), ["hip_r"]),
        (
            ("pelvis", "thigh_r", "shank_r", "thigh_l", "shank_l"),
            ["hip_r", "knee_r", "hip_l", "knee_l"],
        ),
    ],
)
def test_any_sensors_give_the_joints_between_them(trial, network, segments, joints):
    session = part(trial.imus, segments)
    found = correct(session, poses(trial, segments), network)
    assert list(found.angles.angles_rad) == list(found.sd_rad) == joints
    assert all(np.isfinite(angles).all() for angles in found.angles.angles_rad.values())
    assert set(found.turns_rad) == {
        s for j in joints for s in (JOINTS[j].proximal, JOINTS[j].distal)
    }


def test_without_two_neighbours_there_is_nothing_to_correct(trial, network):
    session = part(trial.imus, ("pelvis", "shank_l"))
    with pytest.raises(MissingSensor, match="two neighbouring segments"):
        correct(session, poses(trial, session.sensors), network)


@pytest.mark.parametrize("rate_hz", [60.0, 148.0, 200.0])
def test_the_rate_of_the_recording_hardly_matters(network, rate_hz):
    fine = puppet_trial(seconds=5, rate_hz=400.0)
    at_100, at_rate = (
        correct(
            resampled_session(fine.imus, rate),
            as_estimate(
                {
                    s: R[np.rint(np.arange(0, len(R) - 1, 400 / rate)).astype(int)]
                    for s, R in fine.poses.R_world_segment.items()
                },
                rate,
            ),
            network,
        ).angles
        for rate in (100.0, rate_hz)
    )
    assert at_rate.rate_hz == rate_hz
    for joint, angles in at_100.angles_rad.items():
        at = np.interp(np.arange(1, 4, 0.01), at_rate.time_s, at_rate.angles_rad[joint][:, 0])
        np.testing.assert_allclose(at, angles[100:400, 0], atol=np.deg2rad(1.0))


def test_the_card_says_how_much_wider_intervals_are(trial, network):
    shares = {"as worn": {"knee": JointShares(sd_factor=(1.0, 2.0, 3.0))}}
    wider = replace(network, card=replace(network.card, shares=shares))
    before, after = (correct(trial.imus, poses(trial), n).sd_rad for n in (network, wider))
    np.testing.assert_allclose(after["knee_l"], before["knee_l"] * [1, 2, 3])
    np.testing.assert_allclose(after["hip_r"], before["hip_r"])


def test_the_card_says_how_much_of_the_middle_and_the_course_is_heard(trial, network):
    shares = {"aligned": {"hip": JointShares(middle=(0.0, 1.0, 0.5), course=(1.0, 0.0, 0.5))}}
    partly = replace(network, card=replace(network.card, shares=shares))
    given = trial.angles.angles_rad["hip_l"]
    full, as_worn, some = (
        correct(trial.imus, poses(trial), n, condition).angles.angles_rad["hip_l"] - given
        for n, condition in ((network, "aligned"), (partly, "as worn"), (partly, "aligned"))
    )
    np.testing.assert_allclose(some.mean(axis=0), full.mean(axis=0) * [0, 1, 0.5], atol=1e-9)
    courses = [curve - curve.mean(axis=0) for curve in (full, some)]
    np.testing.assert_allclose(courses[1], courses[0] * [1, 0, 0.5], atol=1e-9)
    assert np.abs(as_worn - full).max() > 1e-3  # told that the sensors are worn, it says otherwise


def test_at_rest_the_course_is_its_mean_and_nothing_jumps(network):
    trial = puppet_trial(seconds=8)
    still = np.repeat(np.arange(401), np.where(np.arange(401) == 400, 400, 1))
    sensors = {
        s: replace(
            imu,
            acc_m_s2=np.where(np.arange(800)[:, None] < 400, imu.acc_m_s2, imu.acc_m_s2[400]),
            gyr_rad_s=np.where(np.arange(800)[:, None] < 400, imu.gyr_rad_s, 0.0),
        )
        for s, imu in trial.imus.sensors.items()
    }
    R = {s: R[still] for s, R in trial.poses.R_world_segment.items()}
    body = as_estimate(R, 100.0)
    found = correct(ImuSession(name="stops", sensors=sensors), body, network)
    course = found.angles.angles_rad["knee_r"] - body.angles.angles_rad["knee_r"]
    assert np.ptp(course[650:], axis=0).max() < 1e-6
    assert np.abs(np.diff(course, axis=0))[400:].max() < 0.05
