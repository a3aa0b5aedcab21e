"""Dealing sensors out, against every way written down."""

from itertools import product

import numpy as np
import pytest
from scipy.special import logsumexp

from kinefuse.alignment.dealing import NOWHERE, Dealing


def every_way(dealing, allowed):
    """Places and log-likelihood by phase of every way, by brute force."""
    places = range(dealing.segments + 1)
    for way in product(places, repeat=dealing.sensors):
        on = [place for place in way if place != dealing.segments]
        doubles = len(on) - len(set(on))
        if doubles and dealing.log_shared == -np.inf:
            continue
        if not all(allowed[i, place] for i, place in enumerate(way)):
            continue
        extra = doubles * dealing.log_shared if doubles else 0.0
        yield way, sum(dealing.fits[i, place] for i, place in enumerate(way)) + extra


@pytest.mark.parametrize("log_shared", [-np.inf, -1.5])
@pytest.mark.parametrize("seed", range(3))
def test_sums_and_best_are_those_of_all_ways(seed, log_shared):
    rng = np.random.default_rng(seed)
    dealing = Dealing(rng.normal(size=(4, 4, 3)) * 3, log_shared)
    allowed = rng.random((4, 4)) < 0.8
    allowed[:, -1] = True
    ways, values = zip(*every_way(dealing, allowed), strict=True)
    assert dealing.log_weight(allowed) == pytest.approx(logsumexp(values))
    best, phase = np.unravel_index(np.argmax(values), np.shape(values))
    expected = [NOWHERE if p == dealing.segments else p for p in ways[best]]
    assert dealing.best(allowed) == (expected, phase)
    certainty = dealing.certainty(allowed)
    np.testing.assert_allclose(certainty.sum(axis=1), 1.0)
    weight = np.exp(logsumexp(values, axis=1) - logsumexp(values))
    first = sum(w for way, w in zip(ways, weight, strict=True) if way[0] == ways[best][0])
    assert certainty[0, ways[best][0]] == pytest.approx(first)


def test_only_what_is_said_is_allowed():
    dealing = Dealing(np.zeros((2, 3, 1)))
    allowed = dealing.only([1, NOWHERE])
    np.testing.assert_array_equal(allowed, [[False, True, False], [False, False, True]])
