"""Processed files come back as they went out, and their gravity is right on the inside."""

import h5py
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnreadableFile
from kinefuse.formats.data_h5 import (
    DataRecording,
    people_in,
    published_acceleration,
    read_data_h5,
    specific_force,
    write_data_h5,
)
from kinefuse.formats.published_lab import About
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles
from published_people import people

SIDED = {"pelvis": "pelvis", "thigh_r": "rthigh", "foot_l": "lfoot"}


def recording(person="s4", seed=0, samples=12, segments=SEGMENTS, **changes):
    rng = np.random.default_rng(seed)
    joints = [n for n, j in JOINTS.items() if {j.proximal, j.distal} <= set(segments)]
    return DataRecording(
        person=person,
        imus=ImuSession(
            name=person,
            sensors={
                s: ImuRecording(
                    segment=s,
                    rate_hz=200.0,
                    acc_m_s2=rng.normal([0, 9.8, 0], 2, (samples, 3)),
                    gyr_rad_s=rng.normal(size=(samples, 3)),
                )
                for s in segments
            },
        ),
        R_world_sensor={s: so3.exp(rng.normal(size=(samples, 3))) for s in segments},
        angles=JointAngles(
            rate_hz=200.0, angles_rad={j: rng.uniform(-1, 1, (samples, 3)) for j in joints}
        ),
        **changes,
    )


def written(folder, *recordings):
    file = folder / "walking_data.h5"
    assert list(write_data_h5(file, recordings)) == [r.person for r in recordings]
    return file


@given(
    seed=st.integers(0, 2**32),
    samples=st.integers(3, 40),
    about=people,
    passed=st.sampled_from([None, True, False]),
)
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_out_comes_back(tmp_path, seed, samples, about, passed):
    out = recording(seed=seed, samples=samples, about=about, checks_passed=passed)
    back = read_data_h5(written(tmp_path, out), "s4")
    assert back.checks_passed is passed
    assert back.about.words() == pytest.approx(about.words())
    for segment, imu in out.imus.sensors.items():
        np.testing.assert_allclose(back.imus[segment].acc_m_s2, imu.acc_m_s2, atol=1e-12)
        np.testing.assert_array_equal(back.imus[segment].gyr_rad_s, imu.gyr_rad_s)
        np.testing.assert_allclose(back.R_world_sensor[segment], out.R_world_sensor[segment])
    for joint, angles in out.angles.angles_rad.items():
        np.testing.assert_allclose(back.angles.angles_rad[joint], angles, atol=1e-12)


def test_names_units_and_signs_are_theirs(tmp_path):
    out = recording(about=About(sex="female", height_m=1.7, mass_kg=60, speed_m_s=2.7))
    with h5py.File(written(tmp_path, out)) as h5:
        assert set(h5["s4"]) == {
            *("pelvis", "rthigh", "lthigh", "rshank", "lshank", "rfoot", "lfoot"),
            *("rhip", "lhip", "rknee", "lknee", "rankle", "lankle", "meta"),
        }
        np.testing.assert_allclose(h5["s4/meta"][()], [1, 170, 60, 2.7])
        for ours, theirs in (("knee_r", "rknee"), ("hip_l", "lhip")):
            found = to_ours(h5[f"s4/{theirs}/angle"][()], ours, "published")
            np.testing.assert_allclose(found, out.angles.angles_rad[ours], atol=1e-12)
        assert "checks_passed" not in h5["s4"].attrs


@given(tilt=st.lists(st.floats(-1, 1), min_size=3, max_size=3).map(np.array))
def test_a_still_sensor_reads_minus_r_g_there_and_plus_r_transposed_g_here(tilt):
    R = so3.exp(np.tile(tilt, (3, 1)))
    up = np.array([0, 9.81, 0])
    theirs = published_acceleration(R.transpose(0, 2, 1) @ up, R)
    np.testing.assert_allclose(theirs, -R @ up, atol=1e-12)
    np.testing.assert_allclose(specific_force(theirs, R), R.transpose(0, 2, 1) @ up, atol=1e-12)


def test_an_upright_sensor_keeps_all_but_the_sign_of_up():
    R_lab_sensor = np.array([[[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]]])  # x forward, y up, z right
    felt = np.array([[1.0, 9.81, 2.0]])
    np.testing.assert_allclose(published_acceleration(felt, R_lab_sensor), [[1.0, -9.81, 2.0]])


def test_a_person_with_one_leg_is_read_and_half_a_sensor_is_not(tmp_path):
    leg = [s for s in SEGMENTS if not s.endswith("_l")]
    file = written(tmp_path, recording(segments=leg))
    assert list(read_data_h5(file, "s4").imus.sensors) == leg
    assert set(read_data_h5(file, "s4").angles.angles_rad) == {"hip_r", "knee_r", "ankle_r"}
    with h5py.File(file, "a") as h5:
        del h5["s4/rfoot/gyr"]
    with pytest.raises(UnreadableFile, match="s4 is incomplete"):
        read_data_h5(file, "s4")


def test_people_come_by_number(tmp_path):
    file = written(tmp_path, recording("s12"), recording("s3"))
    assert people_in(file) == ("s3", "s12")
    with pytest.raises(UnreadableFile, match="s5 is incomplete"):
        read_data_h5(file, "s5")
