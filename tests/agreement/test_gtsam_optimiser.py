"""The optimiser against an independent factor-graph library, on the same factors.

The factors are written here once more, with that library's own rotations and with derivatives by
finite differences, so that nothing but the data is shared.
"""

import numpy as np
import pytest

from kinefuse.optimiser.gauss_newton import solve
from small_bodies import KNOTS, SEGMENTS, terms, unknowns

gtsam = pytest.importorskip("gtsam")
NUDGE = 1e-5
USED = ("turns", "gravity", "shared", "network", "rest", "biases", "alignments", "start")


def C(k, i):
    return gtsam.symbol("c", 10 * k + i)


def b(k, i):
    return gtsam.symbol("b", 10 * k + i)


def A(k, i):
    return gtsam.symbol("a", 10 * k + i)


def factor(keys, residual):
    """A factor of unit noise whose Jacobians are central differences in gtsam's own charts."""

    def get(values, key):
        is_vector = chr(gtsam.Symbol(key).chr()) == "b"
        return values.atVector(key) if is_vector else values.atRot3(key)

    def error(_this, values, jacobians):
        at = [get(values, key) for key in keys]
        if jacobians is not None:
            for i, value in enumerate(at):
                columns = []
                for d in NUDGE * np.eye(3):
                    moved = [
                        value + s * d if isinstance(value, np.ndarray) else value.retract(s * d)
                        for s in (1, -1)
                    ]
                    ahead, behind = (residual(*at[:i], m, *at[i + 1 :]) for m in moved)
                    columns.append((ahead - behind) / (2 * NUDGE))
                jacobians[i] = np.stack(columns, axis=1)
        return residual(*at)

    return error


def away(c, C_start):
    return gtsam.Rot3.Logmap(c.compose(gtsam.Rot3(C_start).inverse()))


def graph_of(witnesses):
    graph = gtsam.NonlinearFactorGraph()

    def add(keys, rows, residual):
        noise = gtsam.noiseModel.Unit.Create(rows)
        graph.add(gtsam.CustomFactor(noise, list(keys), factor(keys, residual)))

    turns, begin = witnesses["turns"], witnesses["start"]
    for i, segment in enumerate(SEGMENTS):
        path = turns.paths[segment]
        for k in range(KNOTS - 1):
            sd = turns.noise_rad_sqrt_s * np.sqrt(path.knots.apart_s[k])
            lever, b0 = path.lever_of_bias[k], path.bias_rad_s[k]
            add(
                (C(k, i), C(k + 1, i), b(k, i)),
                3,
                lambda c, n, bias, sd=sd, lever=lever, b0=b0: (
                    (gtsam.Rot3.Logmap(c.between(n)) + lever @ (bias - b0)) / sd
                ),
            )
    biases, alignments = witnesses["biases"], witnesses["alignments"]
    for i in range(len(SEGMENTS)):
        add((b(0, i),), 3, lambda v: v / biases.sd_rad_s)
        sd = alignments.sd_rad[i]
        add((A(0, i),), 3, lambda a, sd=sd: gtsam.Rot3.Logmap(a) / sd)
        for k in range(KNOTS - 1):
            walk = np.sqrt(biases.apart_s[k])
            add(
                (b(k, i), b(k + 1, i)),
                3,
                lambda v, n, w=walk: (n - v) / (biases.walk_rad_s_sqrt_s * w),
            )
            add(
                (A(k, i), A(k + 1, i)),
                3,
                lambda v, n, w=walk: (
                    gtsam.Rot3.Logmap(v.between(n)) / (alignments.walk_rad_sqrt_s * w)
                ),
            )
    rest = witnesses["rest"]
    for k in np.flatnonzero(rest.known):
        reading = rest.gyr_rad_s[k]
        add(
            (b(k, SEGMENTS.index(rest.segment)),),
            3,
            lambda v, reading=reading: (v - reading) / rest.sd_rad_s,
        )
    for i, C_start in enumerate(begin.C_start):
        add((C(0, i),), 3, lambda c, s=C_start: away(c, s) / begin.sd_rad)
    add((C(0, 0),), 1, lambda c: away(c, begin.C_start[0])[1:2] / begin.heading_sd_rad)
    shared = witnesses["shared"]
    for k in range(KNOTS):
        pairs = shared.pairs[k]
        add(
            (C(k, 0), C(k, 1)),
            18,
            lambda p, d, pairs=pairs: (
                (pairs[:, :3] - pairs[:, 3:] @ p.between(d).matrix().T).reshape(-1) / shared.sd_m_s2
            ),
        )
    _add_correlated(add, witnesses["gravity"], witnesses["network"])
    return graph


def _add_correlated(add, gravity, network):
    """AR(1) errors, whitened by hand."""
    i, a = SEGMENTS.index(gravity.segment), gravity.likeness
    up = gtsam.Point3(0, gravity.length, 0)

    def left(k, c):
        return (gravity.measured[k] - c.unrotate(up)) / gravity.sd[k]

    for k in np.flatnonzero(gravity.known):
        if k == 0 or not gravity.known[k - 1]:
            add((C(k, i),), 3, lambda c, k=k: left(k, c))
        else:
            add(
                (C(k - 1, i), C(k, i)),
                3,
                lambda c, n, k=k: (left(k, n) - a * left(k - 1, c)) / np.sqrt(1 - a**2),
            )
    likeness = network.likeness

    def apart(k, p, d):
        return gtsam.Rot3.Logmap(gtsam.Rot3(network.Q[k]).between(p.between(d))) / network.sd_rad

    add((C(0, 0), C(0, 1)), 3, lambda p, d: apart(0, p, d))
    for k in range(1, KNOTS):
        add(
            (C(k - 1, 0), C(k - 1, 1), C(k, 0), C(k, 1)),
            3,
            lambda p, d, q, e, k=k: (
                (apart(k, q, e) - likeness * apart(k - 1, p, d)) / np.sqrt(1 - likeness**2)
            ),
        )


def values_of(at):
    values = gtsam.Values()
    for k in range(KNOTS):
        for i in range(len(SEGMENTS)):
            values.insert(C(k, i), gtsam.Rot3(at.C[k, i]))
            values.insert(b(k, i), at.bias_rad_s[k, i])
            values.insert(A(k, i), gtsam.Rot3(at.A[k, i]))
    return values


@pytest.mark.parametrize("seed", range(2))
def test_both_find_the_same_body(seed):
    rng = np.random.default_rng(seed)
    every = terms(rng)
    witnesses, start = {name: every[name] for name in USED}, unknowns(rng, spread=0.2)
    ours = solve(list(witnesses.values()), start, tolerance=1e-11, max_steps=300)
    assert ours.converged
    graph = graph_of(witnesses)
    assert graph.error(values_of(ours.at)) == pytest.approx(ours.cost, rel=1e-9)
    parameters = gtsam.LevenbergMarquardtParams()
    parameters.setRelativeErrorTol(1e-15)
    parameters.setAbsoluteErrorTol(1e-15)
    parameters.setMaxIterations(300)
    theirs = gtsam.LevenbergMarquardtOptimizer(graph, values_of(start), parameters).optimize()
    for k in range(KNOTS):
        for i in range(len(SEGMENTS)):
            for key, R in ((C(k, i), ours.at.C[k, i]), (A(k, i), ours.at.A[k, i])):
                apart = gtsam.Rot3.Logmap(theirs.atRot3(key).between(gtsam.Rot3(R)))
                assert np.linalg.norm(apart) < 1e-6
            np.testing.assert_allclose(
                theirs.atVector(b(k, i)), ours.at.bias_rad_s[k, i], atol=1e-6
            )
