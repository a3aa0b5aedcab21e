"""A healthy recording passes; each fault that is put in is told, on its sensor alone."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.doctor import examine
from kinefuse.errors import MissingSensor
from kinefuse.formats import opensim_trc
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade


def _streams(session: ImuSession) -> tuple[SensorStreams, SessionDescription]:
    streams = {
        s: SensorStream(
            label=s, time_s=session.time_s, acc_m_s2=imu.acc_m_s2, gyr_rad_s=imu.gyr_rad_s
        )
        for s, imu in session.sensors.items()
    }
    places = {s: SensorPlace(label=s) for s in streams}
    return (
        SensorStreams(name=session.name, streams=streams, format_name="csv"),
        SessionDescription(name=session.name, sensors=places),
    )


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


def test_sensors_that_nobody_described_are_refused(worn):
    streams, description = worn
    with pytest.raises(MissingSensor):
        examine(streams, replace(description, sensors={}))


def test_of_four_real_trials_the_left_foot_alone_is_faulty(shared_data):
    for file in sorted((shared_data / "walking_imu_capsense").rglob("*_Accel.trc")):
        assert _failed(*_streams(opensim_trc.read(file))) == {("gravity", "foot_l")}, file
