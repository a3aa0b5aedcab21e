"""Laws of the mirror: a sensor's hand is told whatever its mounting, and one by one."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.spatial.transform import Rotation

from kinefuse.doctor.handedness import mirror_gains
from kinefuse.doctor.joints import Joined
from kinefuse.sessions.shared_joint import Carried

KNEE = ("thigh_r", "shank_r")
PLACES_M = np.array([0.0, -0.2, 0.05, 0.0, 0.2, 0.04])


@pytest.fixture
def knee():
    """Two sensors in one frame that turn together, beside a joint where they feel one force."""
    rng = np.random.default_rng(2)
    turning = rng.normal(size=(400, 3))
    force = np.array([0.0, 9.8, 0.0]) + rng.normal(size=(400, 3))
    by_place = 10 * rng.normal(size=(400, 3, 3))
    parts = {}
    for segment, place_m in zip(KNEE, np.split(PLACES_M, 2), strict=True):
        here = force - by_place @ place_m
        parts[segment] = Carried(here, turning, by_place, np.ones(400, bool))
    return Joined(rate_hz=100.0, stride_s=0.5, every=1, edge=10, parts=parts)


def _gain(knee, segment="shank_r"):
    """The other joints of both, which nobody is beside, are made up for."""
    return mirror_gains({"thigh_r": 0.09, "shank_r": 0.1}, knee)[segment]


def _with(knee, segment, **changed):
    return replace(knee, parts={**knee.parts, segment: replace(knee.parts[segment], **changed)})


def test_who_turns_together_would_lose_by_a_mirror_what_their_agreement_is_worth(knee):
    assert _gain(knee, "shank_r") == pytest.approx(-0.5, abs=0.01)
    assert _gain(knee, "thigh_r") == pytest.approx(-0.51, abs=0.01)


def test_a_mounting_makes_no_difference(knee):
    R = Rotation.from_euler("xyz", [50, 20, -80], degrees=True).as_matrix()
    part = knee.parts["shank_r"]
    turned = {
        "force_m_s2": part.force_m_s2 @ R.T,
        "turning_rad_s": part.turning_rad_s @ R.T,
        "by_place_1_s2": R @ part.by_place_1_s2 @ R.T,
    }
    assert _gain(_with(knee, "shank_r", **turned)) == pytest.approx(_gain(knee), abs=1e-6)


def test_what_is_missing_and_what_a_filter_spoilt_does_not_count(knee):
    force = knee.parts["thigh_r"].force_m_s2.copy()
    sound = np.ones(400, bool)
    sound[50:60] = False
    force[50:60] = force[:10] = force[-10:] = 1e6
    holed = _with(knee, "thigh_r", force_m_s2=force, sound=sound)
    assert _gain(holed) == pytest.approx(-0.5, abs=0.01)
    nothing = _with(knee, "thigh_r", sound=np.zeros(400, bool))
    assert _gain(nothing) == pytest.approx(0.0, abs=1e-12)


def test_one_of_them_in_the_mirror_gains_by_another(knee):
    part = knee.parts["shank_r"]
    in_mirror = _with(knee, "shank_r", force_m_s2=-part.force_m_s2)
    assert _gain(in_mirror) == pytest.approx(0.5, abs=0.01)


def test_the_surest_is_put_right_first_and_its_neighbour_is_then_sound(knee):
    part = knee.parts["shank_r"]
    in_mirror = _with(knee, "shank_r", turning_rad_s=-part.turning_rad_s)
    found = mirror_gains({"thigh_r": -0.1, "shank_r": 0.2}, in_mirror)
    assert found == pytest.approx({"shank_r": 0.6, "thigh_r": -0.7}, abs=0.01)


def test_half_an_agreement_is_taken_for_granted_where_nobody_is_beside():
    found = mirror_gains({"pelvis": -0.3, "shank_r": 0.1, "foot_l": 0.3}, None)
    assert found == pytest.approx({"pelvis": -0.5, "shank_r": -0.25, "foot_l": 0.2})
    assert mirror_gains({}, None) == {}
