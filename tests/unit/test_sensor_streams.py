"""Streams and descriptions cannot exist in a state that nothing could be made of."""

import numpy as np
import pytest

from kinefuse.errors import (
    Impossible,
    InconsistentClock,
    MissingSensor,
    UnequalLengths,
    UnknownChoice,
)
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import Person, SensorPlace, SessionDescription


def stream(time_s=None, samples=5) -> SensorStream:
    time_s = np.arange(5) / 100 if time_s is None else np.array(time_s, dtype=float)
    still = np.tile([0.0, 9.81, 0.0], (samples, 1))
    return SensorStream(label="A1", time_s=time_s, acc_m_s2=still, gyr_rad_s=0 * still)


def test_the_rate_is_that_of_usual_steps_whatever_is_lost_between():
    assert stream([0, 0.01, 0.02, 0.03, 9.0]).rate_hz == pytest.approx(100)


def test_stamps_that_stand_still_are_refused():
    with pytest.raises(InconsistentClock, match="after sample 1"):
        stream([0, 0.01, 0.01, 0.02, 0.03])


def test_missing_stamps_are_refused():
    with pytest.raises(InconsistentClock, match="after sample 2"):
        stream([0, 0.01, 0.02, np.nan, 0.03])


def test_signals_and_stamps_are_of_one_length():
    with pytest.raises(UnequalLengths, match="time stamps 5, accelerometer 4"):
        stream(samples=4)


def test_a_recording_has_sensors():
    with pytest.raises(MissingSensor):
        SensorStreams(name="none", streams={}, format_name="csv")


def test_a_sensor_has_one_place():
    places = {"thigh_r": SensorPlace(label="A1"), "thigh_l": SensorPlace(label="A1")}
    with pytest.raises(Impossible, match="A1 cannot be on two segments"):
        SessionDescription(name="walk", sensors=places)


def test_a_mirror_is_no_mounting():
    with pytest.raises(Impossible, match="mounting of A1 is no rotation"):
        SensorPlace(label="A1", R_segment_sensor=np.diag([1.0, 1.0, -1.0]))


@pytest.mark.parametrize("wrong", [{"height_m": 175.0}, {"mass_kg": 0.07}])
def test_people_are_measured_in_metres_and_kilograms(wrong):
    with pytest.raises(Impossible, match=r"is nobody's; give one from"):
        Person(**wrong)


def test_places_are_segments():
    with pytest.raises(UnknownChoice, match="left thigh"):
        SessionDescription(name="walk", sensors={"left thigh": SensorPlace(label="A1")})
