"""How sensors are worn is held against what was said; what is mended is found no more."""

from dataclasses import replace

import numpy as np
import pytest

from imu_files import streams_of
from kinefuse import so3
from kinefuse.doctor import examine, examine_unplaced, fix, fixed, mends
from kinefuse.doctor.wearing import EVERYBODY
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model


def _streams(session):
    places = {s: SensorPlace(label=s) for s in session.sensors}
    return streams_of(session), SessionDescription(name="walk", sensors=places)


@pytest.fixture(scope="module")
def walk():
    rng = np.random.default_rng(2)
    person = simulate_person("walking", rng, seconds=9, rate_hz=100, standing_s=3)
    return _streams(degrade(person.imus, sensor_model("research"), rng))


def failed(streams, description):
    return {(d.check, d.subject) for d in examine(streams, description) if not d.passed}


def labelled(description, labels):
    sensors = {s: SensorPlace(label=labels.get(s, s)) for s in description.sensors}
    return replace(description, sensors=sensors)


def changed(streams, label, **signals):
    one = replace(streams.streams[label], **signals)
    return replace(streams, streams={**streams.streams, label: one})


def turned(streams, label, change):
    return changed(streams, label, gyr_rad_s=change(streams.streams[label].gyr_rad_s))


def late(streams, label, samples):
    one = streams.streams[label]
    return changed(
        streams,
        label,
        acc_m_s2=np.roll(one.acc_m_s2, samples, axis=0),
        gyr_rad_s=np.roll(one.gyr_rad_s, samples, axis=0),
    )


def held(streams, label):
    acc, gyr = streams.streams[label].acc_m_s2.copy(), streams.streams[label].gyr_rad_s.copy()
    acc[500:515], gyr[500:515] = acc[500], gyr[500]
    return changed(streams, label, acc_m_s2=acc, gyr_rad_s=gyr)


SWAPPED = {"thigh_r": "shank_l", "shank_l": "thigh_r"}
MIRRORED = {
    f"{stem}_{side}": f"{stem}_{other}"
    for stem in ("thigh", "shank", "foot")
    for side, other in ("rl", "lr")
}
MENDED = {
    "place": lambda s, d: (s, labelled(d, SWAPPED)),
    "left and right": lambda s, d: (s, labelled(d, MIRRORED)),
    "unit of the gyroscope": lambda s, d: (
        changed(s, "foot_r", gyr_rad_s=np.rad2deg(s.streams["foot_r"].gyr_rad_s)),
        d,
    ),
    "held samples": lambda s, d: (held(s, "foot_r"), d),
    "gyroscope too slow": lambda s, d: (turned(s, "shank_r", np.deg2rad), d),
    "gravity": lambda s, d: (
        changed(s, "foot_l", acc_m_s2=s.streams["foot_l"].acc_m_s2 / 9.80665),
        d,
    ),
    "axes": lambda s, d: (turned(s, "thigh_r", lambda g: g[:, [1, 2, 0]]), d),
    "out of step": lambda s, d: (late(s, "shank_r", 30), d),
    "bias in gait": lambda s, d: (
        turned(s, "thigh_l", lambda g: g + np.array([0.1, -0.08, 0.05])),
        d,
    ),
}


@pytest.mark.parametrize("check", MENDED)
def test_what_is_mended_is_found_no_more_and_the_original_stays(walk, check):
    streams, description = MENDED[check](*walk)
    before = {label: one.gyr_rad_s.copy() for label, one in streams.streams.items()}
    found = examine(streams, description)
    assert check in {d.check for d in found if not d.passed}
    copy = fixed(streams, description, found)
    assert copy.log
    after = examine(copy.streams, copy.description)
    assert not any(d.is_fault for d in after)
    assert check not in {d.check for d in after if not d.passed}
    for label, one in streams.streams.items():
        np.testing.assert_array_equal(one.gyr_rad_s, before[label])


def test_a_swap_is_told_of_the_two_and_mended_to_the_truth(walk):
    streams, description = MENDED["place"](*walk)
    assert failed(streams, description) == {("place", "thigh_r"), ("place", "shank_l")}
    copy = fixed(streams, description, examine(streams, description))
    assert {s: p.label for s, p in copy.description.sensors.items()} == {
        s: s for s in description.sensors
    }


def test_exchanged_sides_are_one_finding(walk):
    assert failed(*MENDED["left and right"](*walk)) == {("left and right", EVERYBODY)}


def test_sound_recordings_are_left_alone(walk):
    streams, description = walk
    assert failed(streams, description) == set()
    copy = fixed(streams, description, examine(streams, description))
    assert (copy.streams, copy.description, copy.log) == (streams, description, ())


def test_a_mend_brings_back_what_was(walk):
    streams, description = walk
    for check, label in {"axes": "thigh_r", "gravity": "foot_l"}.items():
        spoilt, _ = MENDED[check](*walk)
        copy = fixed(spoilt, description, examine(spoilt, description))
        for signal in ("acc_m_s2", "gyr_rad_s"):
            np.testing.assert_allclose(
                getattr(copy.streams.streams[label], signal),
                getattr(streams.streams[label], signal),
                atol=1e-9,
            )


def test_a_late_sensor_is_moved_back_by_as_much(walk):
    spoilt, description = MENDED["out of step"](*walk)
    copy = fixed(spoilt, description, examine(spoilt, description))
    moved = copy.streams.streams["shank_r"].time_s - spoilt.streams["shank_r"].time_s
    np.testing.assert_allclose(moved, -0.30, atol=0.021)


def test_what_cannot_be_mended_at_a_wrong_rate_stays(walk):
    """A sensor is late at the true rate; at the one that was said nobody knows by how much."""
    spoilt, description = MENDED["out of step"](*walk)
    slow = {s: replace(x, time_s=3 * x.time_s) for s, x in spoilt.streams.items()}
    spoilt = replace(spoilt, streams=slow)
    found = examine(spoilt, description)
    assert {d.check for d in found if d.is_fault} >= {"rate", "out of step"}
    assert fixed(spoilt, description, found).streams == spoilt


def test_a_badly_calibrated_sensor_follows_the_unit_of_the_others_and_stays_faulty(walk):
    streams, description = walk
    in_g = {
        s: replace(x, acc_m_s2=x.acc_m_s2 / 9.80665 * (1.25 if s == "foot_l" else 1.0))
        for s, x in streams.streams.items()
    }
    spoilt = replace(streams, streams=in_g)
    copy = fixed(spoilt, description, examine(spoilt, description))
    for s, one in copy.streams.streams.items():
        size = 1.25 if s == "foot_l" else 1.0
        np.testing.assert_allclose(one.acc_m_s2, size * streams.streams[s].acc_m_s2, atol=1e-9)
    assert {(d.check, d.subject) for d in copy.diagnoses if d.is_fault} == {("gravity", "foot_l")}
    assert copy.diagnoses == examine(copy.streams, copy.description)


def test_a_lone_scale_is_not_taken_for_a_unit(walk):
    streams, description = walk
    one = changed(streams, "foot_l", acc_m_s2=1.25 / 9.80665 * streams.streams["foot_l"].acc_m_s2)
    assert fixed(one, description, examine(one, description)).log == ()


@pytest.mark.parametrize("told", [True, False])
def test_clocks_of_their_own_are_set_by_the_motion_or_a_fault(walk, told, monkeypatch):
    streams, description = walk
    own = {  # started one after the other, so that first samples are of other moments
        s: replace(
            x,
            clock=s,
            time_s=x.time_s[7 * i :] + 0.37 * i,
            acc_m_s2=x.acc_m_s2[7 * i :],
            gyr_rad_s=x.gyr_rad_s[7 * i :],
        )
        for i, (s, x) in enumerate(streams.streams.items())
    }
    # A simulated walk repeats exactly, so nothing tells one stride from the next.
    monkeypatch.setattr("kinefuse.sessions.one_clock.SURE", 0.0 if told else 0.99)
    found = examine(replace(streams, streams=own), description)
    (clocks,) = (d for d in found if d.check == "own clocks")
    assert clocks.passed == told
    if told:
        assert not [d for d in found if not d.passed and d.severity != "information"]
    else:
        assert "clock = 'shared'" in clocks.remedy


def test_a_mend_that_harms_elsewhere_is_not_kept(walk, monkeypatch):
    streams, description = MENDED["held samples"](*walk)

    useful = mends.MENDS["held samples"]

    def harmful(case):
        done = useful.apply(case)
        assert done is not None
        return replace(done, streams=MENDED["gravity"](done.streams, case.description)[0])

    worse = mends.Mend(check="held samples", apply=harmful)
    monkeypatch.setattr(fix, "MENDS", {"held samples": worse})
    copy = fixed(streams, description, examine(streams, description))
    assert copy.log == ()
    assert copy.streams is streams


def test_what_no_mend_is_sound_for_stays_a_fault(walk):
    streams, description = walk
    acc = streams.streams["shank_r"].acc_m_s2 * 1.25
    bad = changed(streams, "shank_r", acc_m_s2=acc)
    copy = fixed(bad, description, examine(bad, description))
    assert copy.log == ()
    assert ("gravity", "shank_r") in failed(copy.streams, copy.description)


def test_a_walk_called_a_run_is_told_and_its_places_stay_right(walk):
    streams, description = walk
    assert failed(streams, replace(description, activity="running")) == {("activity", EVERYBODY)}


def test_a_mounting_that_contradicts_gravity_is_told_and_the_true_one_passes():
    rng = np.random.default_rng(2)
    person = simulate_person("walking", rng, seconds=9, rate_hz=100, standing_s=3)
    R_sensor_segment = so3.exp(np.full(3, 2 * np.pi / 3 / np.sqrt(3)))  # x to y to z to x
    shank = person.imus.sensors["shank_r"].turned(R_sensor_segment)
    worn = replace(person.imus, sensors={**person.imus.sensors, "shank_r": shank})
    streams, description = _streams(worn)
    over = so3.exp(np.array([np.pi, 0, 0]))
    told = {}
    for name, R in {
        "true": R_sensor_segment.T,
        "inverse": R_sensor_segment,
        "upside down": over @ R_sensor_segment.T,
    }.items():
        place = SensorPlace(label="shank_r", R_segment_sensor=R)
        said = replace(description, sensors={**description.sensors, "shank_r": place})
        told[name] = ("mounting", "shank_r") in failed(streams, said)
    assert told == {"true": False, "inverse": True, "upside down": True}


def test_noise_is_no_gait_and_a_moment_is_too_short(walk):
    streams, description = walk
    rng = np.random.default_rng(1)
    noise = {
        label: replace(
            one,
            gyr_rad_s=rng.normal(0, 1.0, one.gyr_rad_s.shape),
            acc_m_s2=rng.normal([0, 9.81, 0], 0.5, one.acc_m_s2.shape),
        )
        for label, one in streams.streams.items()
    }
    assert ("rhythm", EVERYBODY) in failed(replace(streams, streams=noise), description)
    short = {
        label: replace(
            one,
            time_s=one.time_s[:400],
            acc_m_s2=one.acc_m_s2[:400],
            gyr_rad_s=one.gyr_rad_s[:400],
        )
        for label, one in streams.streams.items()
    }
    assert ("length", EVERYBODY) in failed(replace(streams, streams=short), description)


def test_unplaced_sensors_are_examined_and_mended_by_label(walk):
    streams, description = MENDED["unit of the gyroscope"](*walk)
    numbers = {
        f"00B{i}": replace(one, label=f"00B{i}")
        for i, one in enumerate(streams.streams[s] for s in sorted(streams.streams))
    }
    unplaced = replace(streams, streams=numbers)
    found = examine_unplaced(unplaced)
    faulty = f"00B{sorted(streams.streams).index('foot_r')}"
    assert {d.subject for d in found if d.is_fault} == {faulty}
    assert "places" in {d.check for d in found if not d.passed}
    copy = fixed(unplaced, replace(description, sensors={}), found)
    assert not any(d.is_fault for d in examine_unplaced(copy.streams))
