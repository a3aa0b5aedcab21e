"""A healthy recording passes; each fault that is put in is told, on its sensor alone."""

from dataclasses import replace

import numpy as np
import pytest

from imu_files import streams_of
from kinefuse import so3
from kinefuse.doctor import examine, fixed
from kinefuse.doctor.felt import felt_together
from kinefuse.doctor.measures import missing_shares, repeated_shares
from kinefuse.doctor.wearing import EVERYBODY
from kinefuse.errors import MissingSensor
from kinefuse.formats import opensim_trc
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade


def _streams(session: ImuSession) -> tuple[SensorStreams, SessionDescription]:
    places = {s: SensorPlace(label=s) for s in session.sensors}
    return streams_of(session), SessionDescription(name=session.name, sensors=places)


@pytest.fixture
def worn(walker):
    session, _ = walker.worn(np.random.default_rng(3))
    return _streams(degrade(session, SENSOR_MODELS["research"], np.random.default_rng(4)))


def _failed(streams, description) -> set[tuple[str, str]]:
    found = examine(streams, description)
    return {(d.check, d.subject) for d in found if not d.passed and d.severity != "information"}


def _held(stream):
    return replace(stream, acc_m_s2=_hold(stream.acc_m_s2), gyr_rad_s=_hold(stream.gyr_rad_s))


def _hold(signal):
    out = signal.copy()
    out[700:720] = out[700]
    return out


def _repeated(stream):
    """Measured at 80 Hz, written at 100."""
    measured = np.arange(len(stream.time_s))
    measured[4::5] -= 1
    return replace(stream, gyr_rad_s=stream.gyr_rad_s[measured])


def _missing(stream):
    acc = stream.acc_m_s2.copy()
    acc[300:360] = np.nan
    return replace(stream, acc_m_s2=acc)


def _clipped(stream):
    highest = 0.7 * np.abs(stream.gyr_rad_s).max(axis=0)
    return replace(stream, gyr_rad_s=np.clip(stream.gyr_rad_s, -highest, highest))


def _noisy(signal, spread):
    return signal + spread * np.random.default_rng(5).normal(size=signal.shape)


FAULTS = {
    "gyroscope too slow": lambda s: replace(s, gyr_rad_s=np.deg2rad(s.gyr_rad_s)),
    "clipping": _clipped,
    "noise of the gyroscope": lambda s: replace(s, gyr_rad_s=_noisy(s.gyr_rad_s, 0.2)),
    "noise of the accelerometer": lambda s: replace(s, acc_m_s2=_noisy(s.acc_m_s2, 2.0)),
    "bias of the gyroscope": lambda s: replace(s, gyr_rad_s=s.gyr_rad_s + np.deg2rad(3.0)),
    "unit of the gyroscope": lambda s: replace(s, gyr_rad_s=np.rad2deg(s.gyr_rad_s)),
    "gravity": lambda s: replace(s, acc_m_s2=s.acc_m_s2 / 9.81),
    "stuck channels": lambda s: replace(s, gyr_rad_s=s.gyr_rad_s * [1.0, 0.0, 1.0]),
    "held samples": _held,
    "repeated samples": _repeated,
    "dropouts": _missing,
}


def test_a_healthy_recording_passes(worn):
    assert _failed(*worn) == set()


@pytest.mark.parametrize("check", FAULTS)
def test_a_fault_is_told_on_its_sensor_alone(worn, check):
    streams, description = worn
    bad = {**streams.streams, "shank_l": FAULTS[check](streams.streams["shank_l"])}
    found = _failed(replace(streams, streams=bad), description)
    assert (check, "shank_l") in found
    assert {subject for _, subject in found} == {"shank_l"}


@pytest.mark.parametrize("signal", ["acc_m_s2", "gyr_rad_s"])
def test_an_empty_column_is_one_finding(worn, signal):
    streams, description = worn
    foot = streams.streams["foot_r"]
    empty = replace(foot, **{signal: np.full((foot.samples, 3), np.nan)})
    bad = replace(streams, streams={**streams.streams, "foot_r": empty})
    assert _failed(bad, description) == {("samples", "foot_r")}


def test_gravity_is_not_asked_of_a_gyroscope_in_the_wrong_unit(worn):
    streams, description = worn
    shank = streams.streams["shank_l"]
    wrong = replace(shank, gyr_rad_s=np.rad2deg(shank.gyr_rad_s), acc_m_s2=shank.acc_m_s2 / 9.81)
    bad = replace(streams, streams={**streams.streams, "shank_l": wrong})
    found = {d.check for d in examine(bad, description) if d.subject == "shank_l"}
    assert "unit of the gyroscope" in found
    assert not found & {"gravity", "noise of the gyroscope"}
    mended = fixed(bad, description, examine(bad, description))
    assert len(mended.log) == 2  # gravity is asked, and found in g, once the gyroscope is mended
    np.testing.assert_allclose(
        mended.streams.streams["shank_l"].acc_m_s2, shank.acc_m_s2, rtol=0.001
    )


@pytest.mark.parametrize("share", [0.02, 0.05, 0.2])
def test_samples_lost_one_by_one_are_counted(worn, share):
    streams, _ = worn
    whole = streams.streams["foot_r"]
    kept = np.random.default_rng(7).random(whole.samples) > share
    scattered = replace(
        whole,
        time_s=whole.time_s[kept],
        acc_m_s2=whole.acc_m_s2[kept],
        gyr_rad_s=whole.gyr_rad_s[kept],
    )
    missing = missing_shares(felt_together({**streams.streams, "foot_r": scattered}))
    assert missing["foot_r"] == pytest.approx(100 * (1 - kept.mean()), abs=0.2)
    assert missing["foot_l"] == 0


def test_stamps_that_scatter_are_no_dropouts(worn):
    streams, _ = worn
    rng = np.random.default_rng(8)
    scattered = {
        s: replace(x, time_s=x.time_s + rng.uniform(-0.004, 0.004, x.samples))
        for s, x in streams.streams.items()
    }
    assert set(missing_shares(felt_together(scattered)).values()) == {0.0}


def test_a_long_stretch_that_stands_still_is_one_repeat(worn):
    streams, _ = worn
    held = {**streams.streams, "foot_r": _held(streams.streams["foot_r"])}
    shares = repeated_shares(felt_together(held))
    assert shares["foot_r"] < 0.2  # of a hundred: one moment, where twenty samples are 1.4
    assert shares["foot_l"] == 0


def test_sensors_that_nobody_described_are_refused(worn):
    streams, description = worn
    with pytest.raises(MissingSensor):
        examine(streams, replace(description, sensors={}))


def test_of_four_real_trials_the_left_foot_alone_is_faulty(shared_data):
    for file in sorted((shared_data / "walking_imu_capsense").rglob("*_Accel.trc")):
        assert _failed(*_streams(opensim_trc.read(file))) == {("gravity", "foot_l")}, file


@pytest.fixture(scope="module")
def walking():
    rng = np.random.default_rng(11)
    person = simulate_person("walking", rng, seconds=14, rate_hz=100, standing_s=2)
    return _streams(degrade(person.imus, SENSOR_MODELS["research"], rng))


def _rolled(stream):
    later = (np.roll(signal, 40, axis=0) for signal in (stream.acc_m_s2, stream.gyr_rad_s))
    return replace(stream, **dict(zip(("acc_m_s2", "gyr_rad_s"), later, strict=True)))


def _slipped(stream):
    turn = so3.exp(np.deg2rad([0.0, 24.0, 18.0]))
    middle = len(stream.time_s) * 3 // 5
    acc, gyr = stream.acc_m_s2.copy(), stream.gyr_rad_s.copy()
    acc[middle:], gyr[middle:] = acc[middle:] @ turn.T, gyr[middle:] @ turn.T
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr)


def _on_a_fast_clock(stream):
    acc, gyr = (
        np.stack([np.interp(stream.time_s / 1.025, stream.time_s, x) for x in signal.T], axis=-1)
        for signal in (stream.acc_m_s2, stream.gyr_rad_s)
    )
    return replace(stream, acc_m_s2=acc, gyr_rad_s=gyr)


def _drifting(gyr):
    return gyr + np.linspace(0, 0.4, len(gyr))[:, None] * np.array([0.6, 0.0, 0.8])


IN_MOTION = {
    "axes": lambda s: replace(s, gyr_rad_s=s.gyr_rad_s[:, [1, 2, 0]]),
    "sign of gravity": lambda s: replace(s, acc_m_s2=-s.acc_m_s2),
    "out of step": _rolled,
    "clock": _on_a_fast_clock,
    "bias in gait": lambda s: replace(s, gyr_rad_s=s.gyr_rad_s + np.array([0.1, 0.06, -0.1])),
    "drift in gait": lambda s: replace(s, gyr_rad_s=_drifting(s.gyr_rad_s)),
    "slip": _slipped,
}


@pytest.mark.parametrize("check", IN_MOTION)
def test_a_fault_that_shows_in_motion_is_told_on_its_sensor_alone(walking, check):
    streams, description = walking
    bad = {**streams.streams, "thigh_r": IN_MOTION[check](streams.streams["thigh_r"])}
    found = _failed(replace(streams, streams=bad), description)
    assert (check, "thigh_r") in found
    assert {subject for _, subject in found} == {"thigh_r"}


@pytest.mark.parametrize("times", [0.45, 2.5])
def test_a_wrong_rate_is_one_finding_and_all_else_is_asked_at_the_true_one(walking, times):
    streams, description = walking
    slower = {s: replace(one, time_s=one.time_s * times) for s, one in streams.streams.items()}
    assert _failed(replace(streams, streams=slower), description) == {("rate", EVERYBODY)}


def test_what_is_said_of_axes_is_how_to_read_them(walking):
    streams, description = walking
    bad = {**streams.streams, "thigh_r": IN_MOTION["axes"](streams.streams["thigh_r"])}
    found = examine(replace(streams, streams=bad), description)
    told = next(d for d in found if d.check == "axes" and d.subject == "thigh_r")
    assert "read as z, x, y" in told.evidence
