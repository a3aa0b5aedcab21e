"""A store's trials survive the published files: same angles, same sensors, one trial a person."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.dataset.from_data_h5 import store_data_h5, trial_of_data
from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.meta_motion import meta_poses
from kinefuse.dataset.meta_parts import parts_of
from kinefuse.dataset.motion import trial_of
from kinefuse.dataset.store import open_store, read_trial, write_trial
from kinefuse.dataset.to_published import (
    CUT,
    NoOrigins,
    data_recording,
    meta_recording,
    one_trial_a_person,
    sensor_place_m,
)
from kinefuse.errors import TooShort
from kinefuse.formats.data_h5 import read_data_h5, write_data_h5
from kinefuse.formats.meta_h5 import read_meta_h5, write_meta_h5
from kinefuse.formats.published_lab import About
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.imu import simulate_imus
from kinefuse.simulation.placement import PLACEMENT, Place, sensor_offset_m
from toy import puppet_trial


@pytest.fixture(scope="module")
def walk():
    """Seven sensors in their usual places on somebody who walks."""
    return simulate_person(
        "walking", np.random.default_rng(5), seconds=8.0, rate_hz=200.0, name="s31"
    )


@pytest.fixture(scope="module")
def meta_file(walk, tmp_path_factory):
    file = tmp_path_factory.mktemp("Data") / "walking_meta.h5"
    assert list(write_meta_h5(file, [meta_recording(walk, "s31")])) == ["s31"]
    return file


def test_where_a_sensor_sat_is_found_from_what_it_felt(walk):
    for segment in walk.imus.sensors:
        expected = sensor_offset_m(segment, PLACEMENT[segment], walk.poses)
        np.testing.assert_allclose(sensor_place_m(walk, segment), expected, atol=1e-4)


@given(place=st.lists(st.floats(-0.3, 0.3), min_size=3, max_size=3))
@settings(max_examples=10)
def test_wherever_it_sat(place, walk):
    there = {"shank_l": Place(along=0.0, offset_m=(place[0], place[1], -place[2]))}
    worn = replace(walk, imus=simulate_imus(walk.poses, there))
    np.testing.assert_allclose(sensor_place_m(worn, "shank_l"), place, atol=1e-4)


def test_the_markers_stand_around_the_sensor_and_in_no_line(walk):
    markers = meta_recording(walk, "s31").markers
    for segment, R in walk.poses.R_world_segment.items():
        three = np.stack([markers[f"{segment}_{i}"] for i in (1, 2, 3)], axis=1)
        place = sensor_offset_m(segment, PLACEMENT[segment], walk.poses)
        sensor = walk.poses.origin_m[segment] + R @ place
        np.testing.assert_allclose(three.mean(axis=1), sensor, atol=1e-4)
        area = np.linalg.norm(
            np.cross(three[:, 1] - three[:, 0], three[:, 2] - three[:, 0]), axis=-1
        )
        assert area.min() > 0.005  # m2: some seven centimetres to each side
        assert (np.diff(three[0], axis=0) != 0).all()


def test_read_back_the_angles_and_the_sensors_are_the_same(walk, meta_file):
    parts = parts_of(read_meta_h5(meta_file, "s31"))
    poses = meta_poses(parts)
    for joint, angles in poses.joint_angles().in_degrees().items():
        error = angles - walk.angles.in_degrees()[joint]
        assert np.sqrt(np.mean(error**2, axis=0)).max() < 0.01
    middle = {s: Place(along=0.0, offset_m=(0.0, 0.0, 0.0)) for s in poses.R_world_segment}
    again = simulate_imus(poses, middle)
    for segment, imu in walk.imus.sensors.items():
        found = again[segment]
        np.testing.assert_allclose(found.acc_m_s2, imu.acc_m_s2, atol=0.02)
        np.testing.assert_allclose(found.gyr_rad_s, imu.gyr_rad_s, atol=0.01)


def test_prepared_again_the_angles_are_the_same(walk, meta_file):
    (source,) = find_sources([meta_file])
    trial = trial_of(source.load(), 200.0)
    assert trial.person == "s31"
    assert not trial.faults
    for joint, angles in trial.angles.in_degrees().items():
        error = angles - walk.angles.in_degrees()[joint]
        assert np.sqrt(np.mean(error**2, axis=0)).max() < 0.05
    for segment, imu in walk.imus.sensors.items():  # prepare takes away what is above 12 Hz
        assert np.corrcoef(trial.imus[segment].gyr_rad_s[:, 2], imu.gyr_rad_s[:, 2])[0, 1] > 0.99


def test_who_it_was_reaches_the_trial_again(walk, meta_file):
    (source,) = find_sources([meta_file])
    words = trial_of(source.load(), 200.0).provenance
    for name in ("height_m", "speed_m_s"):
        assert words[name] == pytest.approx(walk.provenance[name])
    assert "mass_kg" not in words


def test_another_rate_becomes_200_hz():
    slow = simulate_person(
        "walking", np.random.default_rng(5), seconds=6.0, rate_hz=100.0, name="s31"
    )
    recording = meta_recording(slow, "s1")
    assert recording.markers.rate_hz == 200.0
    assert len(recording.markers.positions_m) == 2 * 600 - 1
    assert data_recording(slow, "s1").imus.rate_hz == 200.0


@given(seed=st.integers(0, 1000), failed=st.booleans())
@settings(max_examples=8)
def test_a_store_becomes_a_processed_file_and_a_store_again(tmp_path_factory, seed, failed):
    folder = tmp_path_factory.mktemp("round")
    faults = ("gap",) if failed else ()
    trial = replace(puppet_trial(person="s8", seconds=4.0, rate_hz=200.0, seed=seed), faults=faults)
    write_trial(folder / "one", trial)
    trial = read_trial(open_store(folder / "one").entries[0].file)
    list(write_data_h5(folder / "walking_data.h5", [data_recording(trial, "s8")]))
    list(store_data_h5(folder / "walking_data.h5", folder / "two"))
    (entry,) = open_store(folder / "two").entries
    again = read_trial(entry.file)
    assert (again.person, again.activity) == ("s8", "walking")
    assert bool(again.faults) is failed
    for segment, imu in trial.imus.sensors.items():
        found = again.imus[segment]
        np.testing.assert_allclose(found.acc_m_s2, imu.acc_m_s2[200:-200], atol=1e-5)
        np.testing.assert_allclose(found.gyr_rad_s, imu.gyr_rad_s[200:-200], atol=1e-6)
        R = trial.poses.R_world_segment[segment][200:-200]
        np.testing.assert_allclose(again.poses.R_world_segment[segment], R, atol=1e-6)
    for joint, angles in trial.angles.angles_rad.items():
        np.testing.assert_allclose(again.angles.angles_rad[joint], angles[200:-200], atol=1e-6)


def test_the_ends_are_cut_once_only(tmp_path):
    trial = puppet_trial(seconds=4.0, rate_hz=200.0)
    first = data_recording(trial, "s1")
    assert first.imus.samples == 400
    list(write_data_h5(tmp_path / "walking_data.h5", [first]))
    read = trial_of_data(read_data_h5(tmp_path / "walking_data.h5", "s1"), "walking", "x")
    assert CUT in read.provenance
    assert data_recording(read, "s1").imus.samples == 400
    with pytest.raises(TooShort):
        data_recording(puppet_trial(seconds=2.5, rate_hz=200.0), "s1")


def test_a_processed_trial_has_no_origins_and_no_markers(tmp_path):
    list(
        write_data_h5(
            tmp_path / "walking_data.h5", [data_recording(puppet_trial(rate_hz=200.0), "s1")]
        )
    )
    read = trial_of_data(read_data_h5(tmp_path / "walking_data.h5", "s1"), "walking", "x")
    assert np.isnan(read.poses.origin_m["pelvis"]).all()
    with pytest.raises(NoOrigins, match="where its segments were"):
        meta_recording(read, "s1")


def test_one_trial_a_person_is_kept_and_the_others_are_named(tmp_path):
    for person, name, faults in (
        ("ann", "b", ()),
        ("ann", "a", ()),
        ("ann", "0 bad", ("gap",)),
        ("s2", "walk", ()),
        ("bob", "run", ()),
    ):
        activity = "running" if name == "run" else "walking"
        write_trial(
            tmp_path,
            replace(puppet_trial(person=person, name=name, activity=activity), faults=faults),
        )
    chosen = one_trial_a_person(open_store(tmp_path), "walking")
    assert {n: (e.person, e.name) for n, e in chosen.entries.items()} == {
        "s1": ("ann", "a"),
        "s2": ("s2", "walk"),
    }
    assert any("ann b" in sentence and "with a" in sentence for sentence in chosen.left_out)
    assert any("ann 0 bad" in sentence and "gap" in sentence for sentence in chosen.left_out)
    assert len(chosen.left_out) == 2


def test_still_people_have_sensors_at_their_origins():
    still = puppet_trial(rate_hz=200.0)
    R = np.broadcast_to(so3.exp(np.array([0.1, 0.2, 0.3])), (still.poses.samples, 3, 3))
    origin = np.zeros((still.poses.samples, 3))
    poses = replace(
        still.poses,
        R_world_segment=dict.fromkeys(still.poses.R_world_segment, R),
        origin_m=dict.fromkeys(still.poses.origin_m, origin),
    )
    middle = {s: Place(along=0.0, offset_m=(0.0, 0.0, 0.0)) for s in poses.R_world_segment}
    trial = replace(still, poses=poses, imus=simulate_imus(poses, middle))
    np.testing.assert_allclose(sensor_place_m(trial, "foot_r"), 0, atol=1e-3)


def test_whose_recording_it_is_stays_said_and_others_files_are_the_clinic_s(
    walk, meta_file, tmp_path
):
    """A model names its sources and their licences in its card."""
    (person,) = find_sources([meta_file])
    assert person.load().source == walk.source
    list(write_data_h5(tmp_path / "walking_data.h5", [data_recording(walk, "s31")]))
    list(store_data_h5(tmp_path / "walking_data.h5", tmp_path / "store"))
    assert open_store(tmp_path / "store").sound[0].source == walk.source
    theirs = replace(meta_recording(walk, "s31"), about=About())
    list(write_meta_h5(tmp_path / "walking_meta.h5", [theirs]))
    (person,) = find_sources([tmp_path / "walking_meta.h5"])
    assert "Running Injury Clinic" in person.load().source
