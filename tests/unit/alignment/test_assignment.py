"""Sensors are recognised by how they move, however mounted and whatever they are called."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.alignment import assign
from kinefuse.alignment.assignment_check import check_assignment, check_mounting
from kinefuse.alignment.segment_alignment import SegmentAlignment
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor, TooManySensors, TooShort, UnknownChoice
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.sessions import read
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade

LEG = ("thigh_l", "shank_l", "foot_l")


@pytest.fixture(scope="module", params=["walking", "running"])
def worn(request) -> tuple[str, ImuSession]:
    """Somebody on consumer sensors, in axes near those of the segments."""
    rng = np.random.default_rng(77)
    trial = simulate_person(request.param, rng, seconds=12.0, rate_hz=100.0)
    return request.param, degrade(trial.imus, SENSOR_MODELS["consumer"], rng)


def _relabelled(session: ImuSession, new_of: dict[str, str]) -> ImuSession:
    """The same sensors with other names."""
    names = {s: new_of.get(s, s) for s in session.sensors}
    sensors = {
        new: replace(session[s], segment=new if new in SEGMENTS else s) for s, new in names.items()
    }
    return replace(session, sensors=sensors)


def _only(session: ImuSession, segments) -> ImuSession:
    return replace(session, sensors={s: session[s] for s in segments})


def _remounted(session: ImuSession, rng: np.random.Generator) -> ImuSession:
    turned = {s: i.turned(so3.exp(rng.uniform(-3, 3, 3))) for s, i in session.sensors.items()}
    return replace(session, sensors=turned)


def _swapped(one: str, other: str) -> dict[str, str]:
    return {one: other, other: one}


@settings(max_examples=10)
@given(seed=st.integers(0, 10_000))
def test_any_order_and_any_mounting_is_seen_through(worn, seed):
    activity, session = worn
    rng = np.random.default_rng(seed)
    new_of = dict(zip(SEGMENTS, rng.permutation(SEGMENTS).tolist(), strict=True))
    shuffled = _remounted(_relabelled(session, new_of), rng)
    found = assign(shuffled, activity)
    assert found.segment_of == {new: s for s, new in new_of.items()}
    assert min(found.certainty.values()) > 0.99
    assert found.sides_certainty > 0.99


@pytest.mark.parametrize(
    "segments",
    [
        ("pelvis", "thigh_r"),
        ("thigh_l", "shank_l"),
        ("shank_r", "foot_r"),
        ("shank_r", "shank_l"),
        LEG,
        SEGMENTS[1:],
    ],
)
def test_fewer_sensors_will_do(worn, segments):
    activity, session = worn
    reversed_names = dict(zip(segments, segments[::-1], strict=True))
    found = assign(_relabelled(_only(session, segments), reversed_names), activity)
    assert found.segment_of == {new: s for s, new in reversed_names.items()}


def test_names_that_say_nothing_may_be_any_segment(worn):
    activity, session = worn
    numbered = _relabelled(_only(session, LEG), {s: f"sensor {i}" for i, s in enumerate(LEG)})
    found = assign(numbered, activity)
    assert tuple(found.segment_of.values()) == LEG
    assert found.as_labelled == 0.0


def test_a_person_in_a_mirror_has_sides_exchanged(worn):
    """What tells left from right is odd in the mirror: nothing else in the signals is."""
    activity, session = worn
    mirror = np.array([1.0, 1.0, -1.0])
    reflected = {
        s: replace(i, acc_m_s2=i.acc_m_s2 * mirror, gyr_rad_s=-i.gyr_rad_s * mirror)
        for s, i in session.sensors.items()
    }
    found = assign(replace(session, sensors=reflected), activity).segment_of
    swap = {"r": "l", "l": "r"}
    assert found == {s: s if s == "pelvis" else s[:-1] + swap[s[-1]] for s in SEGMENTS}


def test_probabilities_are_probabilities(worn):
    activity, session = worn
    found = assign(session, activity)
    for p in (*found.certainty.values(), found.sides_certainty, found.as_labelled):
        assert 0 <= p <= 1 + 1e-12
    one_leg = assign(_only(session, ("thigh_r", "shank_r")), activity)
    assert one_leg.sides_certainty == 1.0  # the labels leave only one side


@pytest.mark.parametrize(
    ("session_of", "segments", "error"),
    [
        (lambda s: _only(s, ["shank_r"]), None, MissingSensor),
        (lambda s: s, ("thigh_r", "shank_r"), TooManySensors),
        (lambda s: s, (*SEGMENTS, "hand_r"), UnknownChoice),
    ],
)
def test_what_cannot_be_asked_says_so(worn, session_of, segments, error):
    activity, session = worn
    with pytest.raises(error):
        assign(session_of(session), activity, segments)


def test_an_unknown_activity_lists_the_known_ones(worn):
    with pytest.raises(UnknownChoice, match="walking, running"):
        assign(worn[1], "swimming")


def test_standing_still_tells_nothing():
    up = np.tile([0.0, 9.81, 0.0], (1000, 1))
    still = {s: ImuRecording(segment=s, rate_hz=100.0, acc_m_s2=up, gyr_rad_s=0 * up) for s in LEG}
    session = ImuSession(name="statue", sensors=still)
    with pytest.raises(TooShort):
        assign(session, "walking")
    assert list(check_assignment(session, "walking")) == []


# --- what the user is told ----------------------------------------------------------------------


def test_right_labels_pass(worn):
    activity, session = worn
    (finding,) = check_assignment(_remounted(session, np.random.default_rng(1)), activity)
    assert finding.passed
    assert finding.value > 99


@pytest.mark.parametrize(
    ("new_of", "words"),
    [
        (_swapped("thigh_r", "shank_r"), "thigh_r and shank_r look swapped"),
        (_swapped("foot_r", "foot_l"), "foot_r and foot_l look swapped"),
        (_swapped("pelvis", "thigh_l"), "pelvis and thigh_l look swapped"),
        (
            _swapped("thigh_r", "thigh_l")
            | _swapped("shank_r", "shank_l")
            | _swapped("foot_r", "foot_l"),
            "left and right look swapped on the whole body",
        ),
        (
            {"thigh_r": "shank_r", "shank_r": "foot_r", "foot_r": "thigh_r"},
            "the sensor labelled thigh_r looks worn on foot_r",
        ),
    ],
)
def test_exchanged_sensors_are_named(worn, new_of, words):
    activity, session = worn
    (finding,) = check_assignment(_relabelled(session, new_of), activity)
    assert not finding.passed
    assert words in finding.message
    assert "rename the labels" in finding.message


def test_what_is_no_gait_is_not_judged():
    rng = np.random.default_rng(3)
    sensors = {
        s: ImuRecording(
            segment=s,
            rate_hz=100.0,
            acc_m_s2=np.array([0, 9.81, 0]) + rng.normal(size=(2000, 3)),
            gyr_rad_s=2 * rng.normal(size=(2000, 3)),
        )
        for s in SEGMENTS
    }
    assert list(check_assignment(ImuSession(name="noise", sensors=sensors), "walking")) == []


@pytest.mark.parametrize("session", ["Sub01", "Sub03"])
@pytest.mark.parametrize("trial", ["CSBaseline", "CSStiffKnee"])
def test_real_walks_raise_no_false_alarm(shared_data, session, trial):
    walk = read(shared_data / "walking_imu_capsense" / session / trial)
    (finding,) = check_assignment(walk, "walking")
    assert finding.passed
    (finding,) = check_assignment(_relabelled(walk, _swapped("thigh_r", "thigh_l")), "walking")
    assert "thigh_r and thigh_l look swapped" in finding.message


def _mounted(ups: dict[str, list[float]]) -> dict[str, SegmentAlignment]:
    """Alignments of sensors in which the segment's long axis points as given."""
    found = {}
    for s, up in ups.items():
        y = np.array(up)
        x = np.roll(y, 1)
        R = np.stack([x, y, np.cross(x, y)])
        found[s] = SegmentAlignment(
            segment=s, R_segment_sensor=R, method="", tilt_sd_deg=1.0, heading_sd_deg=1.0
        )
    return found


def test_the_one_upside_down_is_named():
    up, down = [1.0, 0.0, 0.0], [-1.0, 0.0, 0.0]
    alignment = _mounted({"thigh_r": up, "shank_r": down, "thigh_l": up, "shank_l": up})
    (finding,) = check_mounting(alignment)
    assert finding.passed  # any mounting will do
    assert finding.subject == "shank_r"
    assert "upside down" in finding.message


def test_two_sensors_cannot_outvote_each_other():
    assert not list(check_mounting(_mounted({"thigh_r": [1.0, 0, 0], "shank_r": [-1.0, 0, 0]})))


def test_sensors_all_one_way_up_are_usual():
    (finding,) = check_mounting(_mounted({s: [0.0, 0.0, 1.0] for s in SEGMENTS[1:]}))
    assert finding.message == "no sensor is worn upside down compared with the others"
