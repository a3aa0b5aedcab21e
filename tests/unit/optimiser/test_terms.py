"""Every term: its Jacobians are those of its residuals, and it says nothing it cannot know."""

import numpy as np
import pytest

import small_bodies
from kinefuse import so3
from kinefuse.optimiser.residuals import Residuals, correlated
from kinefuse.optimiser.terms.rest import at_rest
from kinefuse.optimiser.terms.shared_joint import six_pairs
from kinefuse.optimiser.unknowns import Layout
from kinefuse.recordings import ImuRecording
from small_bodies import KNOTS, terms, unknowns

NAMES = tuple(terms(np.random.default_rng(0)))
NUDGE = 1e-6


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("name", NAMES)
def test_jacobians_are_finite_differences(name, seed):
    rng = np.random.default_rng(seed)
    term, at = terms(rng)[name], unknowns(rng, spread=0.8)
    size = at.layout.size
    for part, residuals in enumerate(term.linearise(at)):
        rows = len(residuals.values)
        for column in range(size):
            for which, stated in enumerate((residuals.jacobians, residuals.next_jacobians)):
                if stated is None:
                    continue
                # every second row at a time, so that a nudge is seen as one knot's own
                for phase in (0, 1):
                    own = np.arange(rows) % 2 == phase
                    step = np.zeros((KNOTS, size))
                    step[np.flatnonzero(own) + which, column] = NUDGE
                    ahead, behind = (
                        term.linearise(at.moved(sign * step))[part].values for sign in (1, -1)
                    )
                    change = ((ahead - behind) / (2 * NUDGE))[own]
                    expected = np.zeros_like(change)
                    if column in residuals.columns:
                        expected = stated[own][:, :, list(residuals.columns).index(column)]
                    if residuals.next_jacobians is None or which in (0, 1):
                        np.testing.assert_allclose(change, expected, atol=2e-5, rtol=1e-5)


@pytest.mark.parametrize("name", [name for name in NAMES if name != "start"])
def test_turning_the_world_changes_no_residual(name):
    """Nobody knows north: only the heading's own pin may notice."""
    rng = np.random.default_rng(7)
    term, at = terms(rng)[name], unknowns(rng)
    turned = type(at)(layout=at.layout, C=so3.about_y(1.1) @ at.C, bias_rad_s=at.bias_rad_s, A=at.A)
    for before, after in zip(term.linearise(at), term.linearise(turned), strict=True):
        np.testing.assert_allclose(after.values, before.values, atol=1e-9)


def test_a_world_that_leans_is_noticed_by_gravity():
    rng = np.random.default_rng(7)
    term, at = terms(rng)["gravity"], unknowns(rng)
    leaning = type(at)(
        layout=at.layout,
        C=so3.exp(np.array([0.3, 0, 0])) @ at.C,
        bias_rad_s=at.bias_rad_s,
        A=at.A,
    )
    assert not np.allclose(
        term.linearise(at)[0].values, term.linearise(leaning)[0].values, atol=1e-3
    )


def test_six_pairs_cost_as_much_as_all_samples():
    rng = np.random.default_rng(3)
    path = small_bodies.paths(rng)["thigh_r"]
    here, there = rng.normal(size=(2, path.knots.samples, 3))
    pairs = six_pairs(here, there, path.knots)
    for _ in range(3):
        turn = so3.exp(rng.normal(size=3))
        of_pairs = np.sum((pairs[..., :3] - pairs[..., 3:] @ turn.T) ** 2, axis=(1, 2))
        of_samples = path.knots.sums(np.sum((here - there @ turn.T) ** 2, axis=1))
        np.testing.assert_allclose(of_pairs, of_samples, rtol=1e-9)


def white(values, known=None):
    values = np.asarray(values, dtype=float)[:, None]
    return Residuals(
        name="made up",
        values=values,
        columns=np.array([0]),
        jacobians=np.ones((len(values), 1, 1)),
        known=known,
    )


def test_a_correlated_error_costs_what_its_likelihood_says():
    """Against the dense covariance ``a^|i-j|``, also across a gap, where memory is lost."""
    rng, likeness = np.random.default_rng(5), 0.7
    values = rng.normal(size=6)
    known = np.array([True, True, False, True, True, True])
    expected = 0.0
    for run in (slice(0, 2), slice(3, 6)):
        part = values[run]
        lags = np.abs(np.subtract.outer(np.arange(len(part)), np.arange(len(part))))
        expected += 0.5 * part @ np.linalg.solve(likeness**lags, part)
    cost = sum(r.cost for r in correlated(white(values, known), likeness))
    assert cost == pytest.approx(expected)


def test_an_error_that_lasts_counts_nearly_once():
    ten_times_the_same = white(np.ones(10))
    assert sum(r.cost for r in correlated(ten_times_the_same, 0.999)) == pytest.approx(
        0.5, rel=0.01
    )
    assert sum(r.cost for r in correlated(ten_times_the_same, 0.0)) == pytest.approx(5.0)


def test_far_rows_count_linearly_and_unknown_ones_not():
    near, far = white([0.5]), white([10.0])
    robust = [Residuals(**{**vars(r), "huber": 2.0}) for r in (near, far)]
    assert robust[0].cost == near.cost
    assert robust[1].cost == pytest.approx(2 * 10 - 2)  # Huber 1964: k |r| - k^2 / 2
    assert robust[1].weights[0] == pytest.approx(0.2)
    nobody = white([3.0], known=np.array([False]))
    assert nobody.cost == 0
    assert nobody.weights[0] == 0


def test_the_slope_of_the_cost_is_the_weighted_residual():
    for value in (0.5, 1.9, 2.1, 7.0):
        costs = [
            Residuals(**{**vars(white([v])), "huber": 2.0}).cost
            for v in (value - 1e-6, value + 1e-6)
        ]
        row = Residuals(**{**vars(white([value])), "huber": 2.0})
        slope = float(row.weights[0] * row.values[0, 0])
        assert (costs[1] - costs[0]) / 2e-6 == pytest.approx(slope, rel=1e-6)


def test_columns_of_a_knot_are_told_apart():
    layout = Layout(("pelvis", "thigh_r"))
    every = np.concatenate(
        [of(s) for of in (layout.turn, layout.bias, layout.alignment) for s in layout.segments]
    )
    np.testing.assert_array_equal(np.sort(every), np.arange(layout.size))


def test_a_foot_on_the_ground_rests_and_a_swinging_one_does_not():
    rate_hz, rng = 100.0, np.random.default_rng(1)
    gyr = np.concatenate([np.zeros((50, 3)), np.full((50, 3), 2.0), np.zeros((50, 3))])
    gyr += 0.01 * rng.normal(size=gyr.shape)
    acc = np.tile([0.0, 9.81, 0.0], (150, 1))
    acc[120:] += [3.0, 0, 0]
    foot = ImuRecording(segment="foot_r", rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=gyr)
    found = at_rest(foot, 0.1, 0.4, 0.1)
    assert found[:50].all()
    assert not found[50:100].any()
    assert found[100:120].all()
    assert not found[120:].any()
    lone = gyr.copy()
    lone[10:] = 2.0
    assert not at_rest(
        ImuRecording(segment="foot_r", rate_hz=rate_hz, acc_m_s2=acc, gyr_rad_s=lone), 0.1, 0.4, 0.2
    ).any()
