"""A recording is examined by its path, whatever says where its sensors are."""

from dataclasses import replace

import numpy as np
import pytest

import kinefuse as kf
from imu_files import streams_of
from kinefuse.formats.streams_folder import write_streams
from kinefuse.results.checking import examined
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import FILE_NAME, write_description
from small_recordings import standing_then_walking


@pytest.fixture(scope="module")
def streams():
    worn = standing_then_walking(seed=2, sensors="research")
    return dict(streams_of(worn).streams)


def written(folder, streams):
    write_streams(folder, SensorStreams(name="walk", streams=streams, format_name="streams"))
    return folder


def doubts(folder):
    return {(found.subject, found.check) for found in kf.check(folder) if not found.passed}


def test_a_sound_recording_passes_and_every_segment_was_looked_at(streams, tmp_path):
    folder = written(tmp_path / "walk", streams)
    assert doubts(folder) == set()
    assert {found.subject for found in kf.check(folder)} >= set(streams)


def test_reading_and_every_check_are_told_up_to_the_last(streams, tmp_path):
    folder = written(tmp_path / "walk", streams)
    steps = list(examined(folder))
    assert steps[0].message == "reading walk"
    checks = steps[1:]
    assert [step.done for step in checks] == list(range(len(checks)))
    assert {step.total for step in checks} == {len(checks)}
    assert len({step.message for step in checks}) == len(checks) > 5


def test_degrees_are_told_of_the_sensor_that_claims_them(streams, tmp_path):
    wrong = replace(streams["shank_r"], gyr_rad_s=np.rad2deg(streams["shank_r"].gyr_rad_s))
    folder = written(tmp_path / "walk", streams | {"shank_r": wrong})
    assert {subject for subject, _ in doubts(folder)} == {"shank_r"}


def test_session_toml_says_whose_fault_it_is(streams, tmp_path):
    numbers = {f"00B{i}": replace(one, label=f"00B{i}") for i, one in enumerate(streams.values())}
    numbers["00B2"] = replace(numbers["00B2"], gyr_rad_s=np.rad2deg(numbers["00B2"].gyr_rad_s))
    folder = written(tmp_path / "walk", numbers)
    places = {s: SensorPlace(label=f"00B{i}") for i, s in enumerate(streams)}
    write_description(folder / FILE_NAME, SessionDescription(name="walk", sensors=places))
    assert {subject for subject, _ in doubts(folder)} == {list(streams)[2]}
