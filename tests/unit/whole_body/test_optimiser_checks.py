"""Sound recordings raise no alarm; each fault of a sensor raises one, about what it is."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.alignment import align, in_segment_axes
from kinefuse.optimiser import BodyEstimate, TermStatistics, estimate_body
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model
from kinefuse.whole_body.checks import ALIGNMENT_SDS, BIAS_DEG_S, TERM_LIMITS, examined
from kinefuse.whole_body.wearing import known_exactly


def recorded(seed, activity="walking", standing_s=3.0):
    """A person nobody was fitted on, in consumer sensors strapped on in any direction."""
    person, faults, mounting = np.random.default_rng([4711, seed]).spawn(3)
    trial = simulate_person(activity, person, seconds=20.0, rate_hz=100.0, standing_s=standing_s)
    session = degrade(trial.imus, sensor_model("consumer"), faults)
    turns = {s: so3.exp(mounting.uniform(-np.pi, np.pi, 3)) for s in session.sensors}
    return replace(session, sensors={s: i.turned(turns[s]) for s, i in session.sensors.items()})


def judged(session, activity="walking"):
    alignment = align(session, activity)
    body = estimate_body(in_segment_axes(session, alignment), activity, alignment=alignment)
    return list(examined(body, alignment))


def failed(findings):
    return {(found.check, found.subject) for found in findings if not found.passed}


@pytest.mark.parametrize("activity", ["walking", "running"])
@pytest.mark.parametrize("seed", [0, 1])
@pytest.mark.parametrize("standing_s", [0.0, 3.0])
def test_a_sound_recording_raises_no_alarm(seed, activity, standing_s):
    findings = judged(recorded(seed, activity, standing_s), activity)
    assert failed(findings) == set()
    assert len(findings) >= 1 + 3 + 7 + 7


@pytest.fixture(scope="module")
def session():
    return recorded(2)


def changed(session, segment, change):
    return replace(session, sensors={**session.sensors, segment: change(session[segment])})


def test_exchanged_sensors_are_noticed(session):
    right, left = session["shank_r"], session["shank_l"]
    exchanged = {
        "shank_r": replace(left, segment="shank_r"),
        "shank_l": replace(right, segment="shank_l"),
    }
    found = judged(replace(session, sensors={**session.sensors, **exchanged}))
    assert ("agreement", "shared joint") in failed(found)


def test_a_late_sensor_is_noticed(session):
    def late(imu):
        return replace(
            imu,
            acc_m_s2=np.roll(imu.acc_m_s2, 10, axis=0),
            gyr_rad_s=np.roll(imu.gyr_rad_s, 10, axis=0),
        )

    found = judged(changed(session, "shank_l", late))
    assert ("agreement", "shared joint") in failed(found)


def test_a_large_bias_is_noticed_and_its_sensor_named(session):
    bias = np.deg2rad([4.0, -4.0, 4.0])
    found = judged(
        changed(session, "thigh_r", lambda imu: replace(imu, gyr_rad_s=imu.gyr_rad_s + bias))
    )
    assert ("gyroscope bias", "thigh_r") in failed(found)


def test_the_wrong_handedness_is_noticed(session):
    mirrored = changed(
        session, "foot_r", lambda imu: replace(imu, gyr_rad_s=imu.gyr_rad_s * [1.0, 1.0, -1.0])
    )
    assert failed(judged(mirrored))


def test_a_clipped_gyroscope_is_noticed(session):
    most = np.deg2rad(150)
    clipped = changed(
        session, "shank_r", lambda imu: replace(imu, gyr_rad_s=imu.gyr_rad_s.clip(-most, most))
    )
    assert failed(judged(clipped))


def test_the_real_walks_raise_no_alarm_but_that_of_the_bad_accelerometer(shared_data):
    """One thigh's accelerometer in this set reads 12 m/s2 at rest; everything else is sound."""
    from kinefuse.sessions import read

    walk = read(shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline")
    assert failed(judged(walk)) <= {("agreement", "gravity"), ("agreement", "gravity at rest")}


# --- each check on numbers that are known ---------------------------------------------------


def made_up(**changes):
    """An estimate in which everything agrees."""
    zeros = {"pelvis": np.zeros((4, 3)), "thigh_r": np.zeros((4, 3))}
    fine = TermStatistics(rows=10, rms_sigmas=0.1, down_weighted=0.0)
    body = object.__new__(BodyEstimate)
    words = {
        "terms": dict.fromkeys(TERM_LIMITS, fine),
        "gyr_bias_rad_s": zeros,
        "gyr_bias_sd_rad_s": zeros,
        "alignment_rad": zeros,
        "alignment_sd_rad": zeros,
        "steps": 8,
        "converged": True,
    }
    body.__dict__.update(words | changes)
    return body


def alarms(**changes):
    sure = {s: replace(a, tilt_sd_deg=2.0, heading_sd_deg=6.0) for s, a in
            known_exactly(["pelvis", "thigh_r"]).items()}  # fmt: skip
    return failed(examined(made_up(**changes), sure))


def test_agreement_raises_no_alarm():
    assert alarms() == set()


@pytest.mark.parametrize("name", TERM_LIMITS)
@pytest.mark.parametrize("field", ["rms_sigmas", "down_weighted"])
def test_every_witness_has_its_limits(name, field):
    fine = made_up().terms
    for factor, expected in ((0.99, set()), (1.01, {("agreement", name)})):
        off = replace(fine[name], **{field: factor * getattr(TERM_LIMITS[name], field)})
        assert alarms(terms={**fine, name: off}) == expected


def test_an_estimate_that_still_moves_is_told():
    assert alarms(converged=False) == {("convergence", "optimiser")}


@pytest.mark.parametrize("size_deg_s", [0.9 * BIAS_DEG_S, 1.1 * BIAS_DEG_S])
def test_a_bias_counts_whichever_way_it_points(size_deg_s):
    bias = np.deg2rad(size_deg_s) * np.tile([0.6, 0.0, -0.8], (4, 1))
    found = alarms(gyr_bias_rad_s={"pelvis": np.zeros((4, 3)), "thigh_r": bias})
    assert found == ({("gyroscope bias", "thigh_r")} if size_deg_s > BIAS_DEG_S else set())


@pytest.mark.parametrize(("axis", "sd_deg"), [(0, 2.0), (1, 6.0), (2, 2.0)])
def test_alignment_is_judged_by_how_sure_it_was_about_each_axis(axis, sd_deg):
    for factor in (0.95, 1.05):
        turn = np.zeros((4, 3))
        turn[:, axis] = -np.deg2rad(factor * ALIGNMENT_SDS * sd_deg)
        found = alarms(alignment_rad={"pelvis": np.zeros((4, 3)), "thigh_r": turn})
        assert found == ({("alignment in motion", "thigh_r")} if factor > 1 else set())


def test_every_finding_says_what_follows_and_where_its_limit_is_from():
    worst = {n: replace(t, rms_sigmas=9.0) for n, t in made_up().terms.items()}
    found = examined(made_up(terms=worst, converged=False), {})
    assert {f.check for f in found if not f.passed} == {"convergence", "agreement"}
    for finding in found:
        assert finding.source
        assert not finding.message.endswith(".")
        if finding.check == "agreement":
            assert "by 9.0 of the deviation" in finding.message
            assert finding.message.endswith(TERM_LIMITS[finding.subject].consequence)
