"""The lag of one sensor behind its neighbour: right, or not sure."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.sessions.lags import GRID_HZ, lag_between
from kinefuse.sessions.shared_joint import Carried, carried
from kinefuse.simulation.gait import simulate_person


def felt(imu, start: int, stop: int | None = None) -> Carried:
    acc, gyr = imu.acc_m_s2[start:stop], imu.gyr_rad_s[start:stop]
    return carried(acc, gyr, np.ones(len(acc), dtype=bool), GRID_HZ)


@pytest.fixture(scope="module", params=["walking", "running"])
def person(request):
    """Without flesh and noise: neighbours agree at their joint all but exactly."""
    rng = np.random.default_rng(11)
    return simulate_person(request.param, rng, seconds=50.0, rate_hz=GRID_HZ).imus


@pytest.mark.parametrize("start", [0, 700, 2200])
@pytest.mark.parametrize("joint", [("thigh_r", "shank_r"), ("shank_l", "foot_l")])
def test_rigid_neighbours_find_each_other_whichever_starts_late(person, joint, start):
    """However much less they then have in common at the right lag than at wrong ones."""
    near, far = (person[segment] for segment in joint)
    for found, wanted_s in (
        (lag_between(felt(near, 0), felt(far, start), (0.0, 100.0)), 100.0 - start / GRID_HZ),
        (lag_between(felt(near, start), felt(far, 0), (0.0, 100.0)), 100.0 + start / GRID_HZ),
    ):
        assert found is not None
        assert found.at_zero_s == pytest.approx(wanted_s, abs=0.01)
        assert found.certainty > 0.99


def test_standing_by_the_way_makes_nobody_surer_of_a_wrong_stride(person):
    """Sensors that stand agree at every lag, so that agreement there is no evidence."""
    still = np.tile(np.array([0.0, 9.81, 0.0]), (1500, 1))
    joined = []
    for segment in ("thigh_r", "shank_r"):
        acc = np.concatenate([still, person[segment].acc_m_s2, still])
        gyr = np.concatenate([0 * still, person[segment].gyr_rad_s, 0 * still])
        joined.append(carried(acc, gyr, np.ones(len(acc), dtype=bool), GRID_HZ))
    found = lag_between(joined[0], joined[1], (0.0, 0.0))
    assert found is not None
    assert abs(found.at_zero_s) < 0.25 or found.certainty < 0.99


@pytest.mark.parametrize("noise_m_s2", [4.0, 8.0])
def test_noise_makes_less_sure_and_never_of_a_wrong_stride(person, noise_m_s2):
    """The less sensors agree, the more it would help a lag to have little in common."""
    rng = np.random.default_rng(0)
    noisy = []
    for segment in ("shank_l", "foot_l"):
        imu = person[segment]
        acc = imu.acc_m_s2 + noise_m_s2 * rng.normal(size=imu.acc_m_s2.shape)
        noisy.append(replace(imu, acc_m_s2=acc))
    found = lag_between(felt(noisy[0], 700), felt(noisy[1], 0), (0.0, 0.0))
    assert found is not None
    assert abs(found.at_zero_s - 7.0) < 0.25 or found.certainty < 0.99


def test_too_little_in_common_is_no_lag(person):
    short = felt(person["thigh_r"], 0, 500)
    assert lag_between(short, felt(person["shank_r"], 0, 500), (0.0, 0.0)) is None
