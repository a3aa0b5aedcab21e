"""Sensors on clocks of their own have one rhythm, and a phase each that means nothing."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.alignment.own_strides import own_signatures
from kinefuse.alignment.stride_patterns import delayed
from kinefuse.alignment.stride_signature import HARMONICS, period_of
from kinefuse.alignment.vertical import own_moving
from kinefuse.errors import TooShort
from kinefuse.recordings import ImuRecording
from kinefuse.simulation.gait import simulate_person


@pytest.fixture(scope="module")
def person():
    return simulate_person(
        "walking", np.random.default_rng(5), seconds=30.0, rate_hz=100.0, standing_s=8.0
    )


def later(imu: ImuRecording, samples: int) -> ImuRecording:
    return replace(imu, acc_m_s2=imu.acc_m_s2[samples:], gyr_rad_s=imu.gyr_rad_s[samples:])


@pytest.mark.parametrize("starts", [(0, 0, 0), (0, 900, 350), (777, 31, 0)])
def test_the_rhythm_is_the_persons_whenever_sensors_begin(person, starts):
    """By itself the pelvis would name the steps, which are twice as many."""
    worn = zip(("pelvis", "shank_r", "foot_l"), starts, strict=True)
    found = own_signatures({s: later(person.imus[s], start) for s, start in worn}, 60.0)
    for _, strides, _ in found.values():
        wanted = person.provenance["strides_a_second"]
        assert strides.frequency_hz == pytest.approx(wanted, rel=0.04)
        assert strides.regularity > 0.8


def test_beginning_later_turns_the_phase_and_nothing_else(person):
    """That of a stride: its n-th harmonic n times as far."""
    as_is, begun_later = (
        own_signatures({"a": later(person.imus["shank_r"], start)}, 60.0)["a"][2]
        for start in (1000, 1237)
    )
    phases = np.linspace(0, 2 * np.pi, 400)
    off = np.abs(delayed(begun_later, phases) - as_is).max(axis=(1, 2))
    assert off.min() < 0.06 * np.abs(as_is).max()
    assert off.max() > np.abs(as_is).max()
    assert as_is.shape == (HARMONICS, 6)


@pytest.mark.parametrize("segment", ["pelvis", "thigh_r", "foot_l"])
def test_a_sensor_by_itself_tells_standing_from_walking(person, segment):
    moves = own_moving(person.imus[segment])
    assert not moves[:700].any()  # 8 s, less the second that speeds are means of
    assert moves[1100:].all()


def test_of_a_long_recording_the_busiest_part_is_looked_at(person):
    imu, strides, _ = own_signatures({"pelvis": person.imus["pelvis"]}, 10.0)["pelvis"]
    assert imu.samples == 1000
    np.testing.assert_array_equal(strides.samples, np.arange(1000))


def test_who_felt_no_stride_is_named(person):
    short = later(person.imus["foot_r"], len(person.imus["foot_r"].gyr_rad_s) - 120)
    with pytest.raises(TooShort, match=r"foot_r: telling where it is"):
        own_signatures({"shank_r": person.imus["shank_r"], "foot_r": short}, 60.0)


def test_signals_in_parts_repeat_as_they_do_together():
    t = np.arange(0, 20, 0.01)
    one, other = (np.stack([np.sin(5 * t + a), np.cos(10 * t + a)], axis=-1) for a in (0.0, 1.2))
    together = period_of([np.concatenate([one, other], axis=1)], 100.0)
    assert period_of([one, other], 100.0) == pytest.approx(together)
    assert period_of([one, other[500:]], 100.0) == pytest.approx(together, rel=0.02)
    assert together[0] == pytest.approx(2 * np.pi / 5, abs=0.01)
