"""Two sensors carried to their joint: they agree there, at one moment, and nowhere else."""

from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime, least_squares

from kinefuse import so3
from kinefuse.sessions._joint_loops import normal_equations, sum_of_squares
from kinefuse.sessions.shared_joint import Carried, Compared, agreement, agreement_at, carried

RATE_HZ = 100.0
PLACES_M = np.array([0.05, -0.2, 0.03, -0.02, 0.18, 0.04])
"""From each sensor to the joint, in the sensor's axes."""
WHOLE = Compared(100, 1900, 0, 3)


def _turning(rng: np.random.Generator) -> np.ndarray:
    t = np.arange(2000)[:, None] / RATE_HZ
    waves = sum(rng.normal(size=3) * np.sin(2 * np.pi * f * t + rng.uniform(0, 6, 3)) / f
                for f in (0.7, 1.1, 1.9))  # fmt: skip
    return so3.exp(0.8 * waves)


def _sensor(R_world_sensor, joint_m, place_m) -> Carried:
    """Rigid with the joint, which is at ``place_m`` of it."""
    position = joint_m - R_world_sensor @ place_m
    moving = RATE_HZ**2 * np.gradient(np.gradient(position, axis=0), axis=0)
    acc = np.einsum("tji,tj->ti", R_world_sensor, moving + np.array([0, 9.80665, 0]))
    turns = so3.log(so3.transpose(R_world_sensor[:-2]) @ R_world_sensor[2:]) * RATE_HZ / 2
    gyr = np.vstack([turns[:1], turns, turns[-1:]])
    return carried(acc, gyr, np.ones(len(acc), bool), RATE_HZ)


@pytest.fixture(scope="module")
def pair():
    rng = np.random.default_rng(4)
    t = np.arange(2000)[:, None] / RATE_HZ
    joint_m = 0.2 * np.sin(2 * np.pi * np.array([0.9, 1.3, 0.6]) * t + rng.uniform(0, 6, 3))
    return tuple(_sensor(_turning(rng), joint_m, r) for r in (PLACES_M[:3], PLACES_M[3:]))


def test_at_the_joint_both_agree_and_the_joint_is_found(pair):
    squares, places = agreement(*pair, WHOLE)
    for _ in range(5):
        squares, places = agreement(*pair, WHOLE, places)
    np.testing.assert_allclose(places, PLACES_M, atol=0.015)  # pulled to zero by the prior
    assert np.sqrt(squares) < 0.6  # of 13 m/s2: sums of differences
    assert agreement_at(*pair, WHOLE, places) == squares


@pytest.mark.parametrize("lag", [-20, 20])
def test_at_another_moment_they_do_not(pair, lag):
    squares, _ = agreement(*pair, replace(WHOLE, lag=lag))
    assert squares > 20 * agreement(*pair, WHOLE)[0]


def test_a_lag_is_of_the_other_sensor(pair):
    one, other = pair
    later = Carried(
        *(np.concatenate([np.zeros((7, *x.shape[1:]), x.dtype), x[:-7]])
          for x in (other.force_m_s2, other.turning_rad_s, other.by_place_1_s2, other.sound))
    )  # fmt: skip
    shifted, places = agreement(one, later, replace(WHOLE, lag=7))
    assert shifted == pytest.approx(agreement(one, other, WHOLE)[0])
    assert agreement_at(one, later, replace(WHOLE, lag=7), places) == pytest.approx(shifted)


def test_settled_places_are_those_of_least_squares(pair):
    """With the prior of a second in a hundred on 0.3 m; ``lag`` makes it a problem with a rest."""
    at = replace(WHOLE, lag=4)
    rows = np.arange(at.start, at.stop, at.every)

    def left(places):
        lengths = [
            np.linalg.norm(c.force_m_s2[k] + c.by_place_1_s2[k] @ r, axis=-1)
            for c, k, r in zip(pair, (rows, rows + 4), (places[:3], places[3:]), strict=True)
        ]
        residual = (lengths[0] - lengths[1]) / np.sqrt(len(rows))
        return np.concatenate([residual, 0.1 / 0.3 * places])

    places = None
    for _ in range(10):
        squares, places = agreement(*pair, at, places)
    told = least_squares(left, np.zeros(6), xtol=1e-12, ftol=1e-12).x
    np.testing.assert_allclose(places, told, atol=2e-3)
    assert squares == pytest.approx(np.sum(left(places)[:-6] ** 2), rel=1e-9)


def test_where_nothing_tells_of_places_they_stay_near_the_sensors(pair):
    still = [replace(one, by_place_1_s2=np.zeros_like(one.by_place_1_s2)) for one in pair]
    _, places = agreement(*still, WHOLE, PLACES_M)
    np.testing.assert_allclose(places, 0, atol=1e-12)


def test_the_gradient_is_that_of_the_squares(pair):
    where, work = (100, 1900, 3, 2), np.empty((3, 6))
    signals = [x for c in pair for x in (c.force_m_s2, c.by_place_1_s2)]
    signals += [c.sound for c in pair]
    H, g, places = np.empty((6, 6)), np.empty(6), PLACES_M + 0.05
    count = normal_equations(*signals, where, places, work, H, g)
    told = approx_fprime(places, lambda r: sum_of_squares(*signals, where, r, work)[0] / 2, 1e-6)
    np.testing.assert_allclose(g, told, rtol=1e-3)
    np.testing.assert_array_equal(H, H.T)
    assert count == 600
    assert np.linalg.eigvalsh(H).min() > 0


def test_what_is_not_sound_does_not_count(pair):
    one, other = pair
    sound = np.ones(2000, bool)
    sound[500:900] = False
    force = one.force_m_s2.copy()
    force[500:900] += 50.0
    holed = replace(one, force_m_s2=force, sound=sound)
    assert agreement(holed, other, WHOLE)[0] < 0.3
    assert agreement(replace(holed, sound=np.ones(2000, bool)), other, WHOLE)[0] > 10
    assert agreement(other, holed, WHOLE)[0] < 0.3
    nothing = replace(one, sound=np.zeros(2000, bool))
    assert agreement(nothing, other, WHOLE)[0] == 0
    assert agreement_at(nothing, other, WHOLE, PLACES_M) == np.inf
