"""Clocks of their own: the offset that was put in is the one that comes out, or nothing does."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from scipy.interpolate import CubicSpline

from imu_files import streams_of
from kinefuse.progress import Progress, result_of
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.sessions import Opened, read
from kinefuse.sessions.assembly import assemble_in_steps, session_of
from kinefuse.sessions.errors import ClocksUnknown
from kinefuse.sessions.one_clock import ClockFit, fitted_clocks, fitted_in_steps, on_one_clock
from walker import Walker

LEG = ("thigh_r", "shank_r", "foot_r")


def on_own_clock(imu, time_s, offset_s: float, drift: float, start: int) -> SensorStream:
    """A sensor that starts late by its own clock, which runs fast by ``drift``."""
    true_s = time_s[start:]
    own_s = np.arange(0, (true_s[-1] - true_s[0]) * (1 + drift), 1 / imu.rate_hz)
    taken_s = true_s[0] + own_s / (1 + drift)
    acc, gyr = (CubicSpline(time_s, x)(taken_s) for x in (imu.acc_m_s2, imu.gyr_rad_s))
    return SensorStream(
        label=imu.segment,
        time_s=own_s + offset_s,
        acc_m_s2=acc,
        gyr_rad_s=gyr,
        clock=imu.segment,
    )


@pytest.fixture(scope="module")
def walk(shared_data):
    return read(shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline")


def apart(walk, offsets_s, drifts, starts) -> dict[str, SensorStream]:
    told = zip(LEG, offsets_s, drifts, starts, strict=True)
    return {s: on_own_clock(walk[s], walk.time_s, o, d, n) for s, o, d, n in told}


def test_offset_and_drift_of_a_real_leg_are_recovered(walk):
    offsets_s, drifts, starts = (0.0, 7.3, -20.0), (0.0, 80e-6, -60e-6), (0, 150, 40)
    streams = apart(walk, offsets_s, drifts, starts)
    fits = fitted_clocks("walk", streams, {s: s for s in LEG}, "walking")
    assert fits["thigh_r"].sd_s == 0
    middle_s = walk.time_s[-1] / 2
    for s, offset_s, drift, start in zip(LEG, offsets_s, drifts, starts, strict=True):
        stamp_s = offset_s + (middle_s - start / walk.rate_hz) * (1 + drift)
        error_s = float(fits[s].session_time(np.array(stamp_s))) - middle_s
        assert abs(error_s) < 3 * max(fits[s].sd_s, 1e-6)
        assert abs(error_s) < 0.015
        assert abs(fits[s].drift - drift) < 150e-6
        assert fits[s].certainty > 0.99


def test_a_real_leg_on_three_clocks_becomes_a_session_that_says_how_sure_it_is(walk):
    streams = apart(walk, (0.0, 7.3, -20.0), (0.0, 0.0, 0.0), (0, 150, 40))
    session = session_of("walk", streams, "walking")
    assert session.samples > 5000
    notes = [note for note in session.notes if "clock of" in note]
    assert len(notes) == 2
    assert all("standard deviation" in note and "probability" in note for note in notes)
    off = session["foot_r"].gyr_rad_s - walk["foot_r"].gyr_rad_s[150 : 150 + session.samples]
    still = np.sqrt(np.mean(off**2)) / np.sqrt(np.mean(walk["foot_r"].gyr_rad_s ** 2))
    assert still < 0.15  # 15 ms late is 15 % of a swing; a stride late would be 140 %


def test_every_joint_between_clocks_is_a_step(walk):
    streams = apart(walk, (0.0, 7.3, -20.0), (0.0, 0.0, 0.0), (0, 150, 40))
    shared = {s: replace(streams[s], clock="one") for s in ("thigh_r", "shank_r")}
    steps = fitted_in_steps("walk", streams | shared, {s: s for s in LEG}, "walking")
    assert next(steps) == Progress(0, 1, "clocks on either side of ankle_r")
    steps = fitted_in_steps("walk", streams, {s: s for s in LEG}, "walking")
    assert [(step.done, step.total) for step in steps] == [(0, 2), (1, 2)]
    whole = SensorStreams(name="walk", streams=streams, format_name="streams_folder")
    steps = assemble_in_steps(Opened(path=Path("walk"), streams=whole))
    assert [step.message for step in steps] == [
        f"clocks on either side of {joint}" for joint in ("knee_r", "ankle_r")
    ]


def test_stamps_of_the_time_of_day_narrow_the_search(walk):
    noon = 1.75e9
    streams = apart(walk, (noon, noon + 1.5, noon + 0.4), (0.0, 0.0, 0.0), (0, 150, 40))
    fits = fitted_clocks("walk", streams, {s: s for s in LEG}, "walking")
    assert fits["shank_r"].session_time(np.array(noon + 1.5)) - noon == pytest.approx(1.5, abs=0.03)


def test_steps_that_repeat_exactly_are_not_told_apart():
    walker = Walker(standing=False)
    streams = dict(streams_of(walker.session).streams)
    streams["shank_r"] = replace(streams["shank_r"], clock="shank_r")
    pair = {s: streams[s] for s in ("thigh_r", "shank_r")}
    with pytest.raises(ClocksUnknown, match=r"wrong by a whole stride .* record on one clock"):
        fitted_clocks("walker", pair, {s: s for s in pair}, "walking")


def test_clocks_that_no_joint_ties_together_are_refused():
    session = Walker().session
    streams = {
        s: replace(one, clock=s)
        for s, one in streams_of(session).streams.items()
        if s in ("pelvis", "foot_l")
    }
    with pytest.raises(ClocksUnknown, match=r"foot_l have clocks of their own, and no joint"):
        result_of(on_one_clock("walker", streams, {s: s for s in streams}, "walking"))


def test_clocks_of_sensors_whose_place_is_unknown_are_refused():
    streams = {
        s: replace(one, clock=s)
        for s, one in streams_of(Walker().session).streams.items()
        if s in ("pelvis", "thigh_r")
    }
    with pytest.raises(ClocksUnknown, match=r"which segment thigh_r are on is not known"):
        result_of(on_one_clock("walker", streams, {"pelvis": "pelvis"}, "walking"))


def test_one_clock_is_left_alone():
    streams = streams_of(Walker().session).streams
    same, notes = result_of(on_one_clock("walker", streams, {}, "walking"))
    assert same == streams
    assert notes == []


def test_session_time_undoes_a_clock():
    fit = ClockFit(offset_s=3.0, about_s=10.0, drift=1e-3, sd_s=0.0, certainty=1.0)
    true_s = np.array([0.0, 10.0, 60.0])
    np.testing.assert_allclose(
        fit.session_time(true_s + 3.0 + 1e-3 * (true_s - 10.0)), true_s, atol=1e-12
    )


def test_a_session_needs_no_motion_where_clocks_agree(walk):
    streams = {s: replace(one, clock="base") for s, one in streams_of(walk).streams.items()}
    session = session_of("walk", streams, "walking")
    assert isinstance(session, ImuSession)
    np.testing.assert_array_equal(session["foot_l"].acc_m_s2, walk["foot_l"].acc_m_s2)
