"""Each check passes on a sound session and finds its own fault."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.alignment.vertical import still_pose
from kinefuse.quality import session_checks
from kinefuse.recordings import ImuSession, JointAngles


def _with(session, segment, **signals):
    sensors = dict(session.sensors)
    sensors[segment] = replace(sensors[segment], **signals)
    return ImuSession(name=session.name, sensors=sensors)


def _failed(findings):
    return [finding.subject for finding in findings if not finding.passed]


def test_a_sound_session_passes_every_check(walker):
    session = walker.session
    assert not _failed(session_checks.gravity_at_rest(session, still_pose(session)))
    assert not _failed(session_checks.clipping(session))
    angles = JointAngles(rate_hz=session.rate_hz, angles_rad=walker.angles)
    assert not _failed(session_checks.plausible_angles(angles))


def test_a_miscalibrated_accelerometer_is_named(walker):
    foot = walker.session["foot_l"]
    session = _with(walker.session, "foot_l", acc_m_s2=1.24 * foot.acc_m_s2)
    assert _failed(session_checks.gravity_at_rest(session, still_pose(session))) == ["foot_l"]


def test_a_session_without_standing_says_so(restless_walker):
    (finding,) = session_checks.gravity_at_rest(restless_walker.session, None)
    assert not finding.passed
    assert "stands still" in finding.message


def test_a_gyroscope_at_the_end_of_its_range_is_named(walker):
    shank = walker.session["shank_r"]
    session = _with(walker.session, "shank_r", gyr_rad_s=np.clip(shank.gyr_rad_s, -2.0, 2.0))
    assert _failed(session_checks.clipping(session)) == ["shank_r gyroscope"]


def test_steady_contacts_pass_and_irregular_ones_do_not():
    rng = np.random.default_rng(0)
    steady = np.cumsum(1.1 + 0.02 * rng.normal(size=30))
    irregular = np.cumsum(1.1 + 0.4 * rng.uniform(-1, 1, size=30))
    findings = list(session_checks.steady_strides({"r": steady, "l": irregular}))
    assert _failed(findings) == ["left foot"]


def test_too_few_strides_are_not_called_steady():
    (finding,) = session_checks.steady_strides({"r": np.array([1.0, 2.1])})
    assert not finding.passed
    assert "only 1 stride was found" in finding.message


@pytest.mark.parametrize(("bend_deg", "passes"), [(60.0, True), (-60.0, False)])
def test_a_knee_that_bends_forwards_is_found(bend_deg, passes):
    bend = np.deg2rad(bend_deg) * np.sin(np.linspace(0, np.pi, 200))
    curve = np.stack([bend, 0 * bend, 0 * bend], axis=-1)
    angles = JointAngles(rate_hz=100.0, angles_rad={"knee_r": curve})
    (finding,) = session_checks.plausible_angles(angles)
    assert finding.passed is passes
