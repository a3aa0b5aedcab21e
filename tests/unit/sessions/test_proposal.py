"""What is proposed for a recording that nobody described, and how sure that is said to be."""

from dataclasses import replace

import numpy as np
import pytest

from imu_files import streams_of
from kinefuse import so3
from kinefuse.formats.streams_folder import write_streams
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription
from kinefuse.sessions import (
    FILE_NAME,
    Opened,
    assemble,
    propose_in_steps,
    proposed,
    read,
    write_description,
)
from kinefuse.sessions.errors import UnknownPlaces
from toy import UP

SERIALS = {
    "pelvis": "B7",
    "thigh_r": "A1",
    "shank_r": "C4",
    "foot_r": "B2",
    "thigh_l": "F9",
    "shank_l": "A0",
    "foot_l": "D3",
}


@pytest.fixture(scope="module")
def walk(shared_data):
    """A real walk, sensors mounted anyhow."""
    session = read(shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline")
    rng = np.random.default_rng(3)
    turned = {s: imu.turned(so3.exp(rng.normal(size=3))) for s, imu in session.sensors.items()}
    return replace(session, sensors=turned)


def recording(walk: ImuSession, names, path, more=None) -> Opened:
    """The walk under other labels, in the labels' order."""
    streams = streams_of(walk).streams
    renamed = {names[s]: replace(streams[s], label=names[s]) for s in names}
    both = renamed | (more or {})
    ordered = {label: both[label] for label in sorted(both)}
    held = SensorStreams(name="walk", streams=ordered, format_name="csv")
    return Opened(path=path, streams=held)


def places(proposal):
    return {s: place.label for s, place in proposal.sensors.items()}


def test_serial_numbers_are_placed_by_the_motion(walk, tmp_path):
    proposal = proposed(recording(walk, SERIALS, tmp_path))
    assert places(proposal) == SERIALS
    for evidence in proposal.evidence.values():
        assert evidence.said is None
        assert evidence.certainty > 0.95
        assert evidence.words.startswith("by the motion")
    assert proposal.doubts == ()


def test_a_proposal_is_a_description_that_can_be_assembled(walk, tmp_path):
    opened = recording(walk, SERIALS, tmp_path)
    session = assemble(replace(opened, description=proposed(opened)))
    for segment in walk.sensors:
        np.testing.assert_array_equal(session[segment].acc_m_s2, walk[segment].acc_m_s2)


def test_reading_and_comparing_strides_are_told(walk, tmp_path):
    write_streams(tmp_path / "raw", streams_of(walk))
    told = ["reading raw", "comparing every sensor's stride"]
    assert [step.message for step in propose_in_steps(tmp_path / "raw")] == told
    described = SessionDescription(name="walk", recording="raw")
    write_description(tmp_path / FILE_NAME, described)
    assert [step.message for step in propose_in_steps(tmp_path)] == told


def test_names_and_motion_that_agree_say_so(walk, tmp_path):
    names = {s: s.replace("thigh", "femur") for s in SERIALS}
    proposal = proposed(recording(walk, names, tmp_path))
    assert places(proposal) == names
    assert all(evidence.agrees for evidence in proposal.evidence.values())


def test_swapped_labels_are_put_right_and_it_says_look(walk, tmp_path):
    names = {s: s for s in SERIALS} | {"thigh_l": "shank_l", "shank_l": "thigh_l"}
    proposal = proposed(recording(walk, names, tmp_path))
    assert places(proposal) == names
    assert not proposal.evidence["thigh_l"].agrees
    assert "LOOK: its label says shank_l" in proposal.evidence["thigh_l"].words
    assert "shank_l" in proposal.doubts[0]
    assert "contradict" in proposal.doubts[0]


def test_copies_and_sensors_worn_elsewhere_are_left_out_by_name(walk, tmp_path):
    streams = streams_of(walk).streams
    rng = np.random.default_rng(0)
    idle = rng.normal(0, 0.3, streams["pelvis"].gyr_rad_s.shape)
    more = {
        "Z1": replace(streams["foot_l"], label="Z1"),
        "LeftWrist": replace(
            streams["thigh_l"], label="LeftWrist", acc_m_s2=streams["thigh_r"].acc_m_s2
        ),
        "Z2": replace(streams["pelvis"], label="Z2", gyr_rad_s=idle, acc_m_s2=idle + UP),
    }
    proposal = proposed(recording(walk, SERIALS, tmp_path, more))
    assert places(proposal) == SERIALS
    assert proposal.left_out == {
        "Z1": "it holds the same numbers as D3",
        "LeftWrist": "its label names the wrist, which no joint of the legs needs",
        "Z2": proposal.left_out["Z2"],
    }
    assert "moves as no leg and no pelvis does" in proposal.left_out["Z2"]


def test_where_nobody_walks_labels_alone_are_believed(tmp_path):
    still = ImuSession(name="still", sensors=_standing())
    proposal = proposed(recording(still, {s: s for s in still.sensors}, tmp_path))
    assert list(proposal.sensors) == ["thigh_r", "shank_r"]
    assert all(evidence.certainty is None for evidence in proposal.evidence.values())
    assert "motion tells nothing" in proposal.doubts[0]
    with pytest.raises(UnknownPlaces):
        proposed(recording(still, {"thigh_r": "A1", "shank_r": "B2"}, tmp_path))


def test_one_sensor_alone_needs_a_label(walk, tmp_path):
    with pytest.raises(UnknownPlaces):
        proposed(recording(walk, {"foot_l": "A1"}, tmp_path))


def _standing():
    rng = np.random.default_rng(0)
    return {
        s: ImuRecording(
            segment=s,
            rate_hz=100.0,
            acc_m_s2=rng.normal(0, 0.05, (1000, 3)) + UP,
            gyr_rad_s=rng.normal(0, 0.01, (1000, 3)),
        )
        for s in ("thigh_r", "shank_r")
    }
