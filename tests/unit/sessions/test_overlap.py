"""Correlation at every lag, against the one number that numpy gives for each."""

import numpy as np
import pytest

from kinefuse.sessions.overlap import Overlap


@pytest.mark.parametrize(("samples", "others"), [(40, 25), (25, 40), (32, 33), (16, 17)])
def test_every_lag_is_pearsons_of_what_overlaps(samples, others):
    rng = np.random.default_rng(samples)
    one, other = rng.normal(3, 1, samples), rng.normal(-2, 5, others)
    overlap = Overlap(samples, others)
    found = overlap.correlation(one, other)
    for lag, common, value in zip(overlap.lags, overlap.common, found, strict=True):
        start, stop = max(0, -lag), min(samples, others - lag)
        assert common == stop - start > 0
        if common > 2:
            told = np.corrcoef(one[start:stop], other[start + lag : stop + lag])[0, 1]
            assert value == pytest.approx(told, abs=1e-9)


def test_a_late_copy_is_found_at_its_lag():
    signal = np.random.default_rng(0).normal(size=500)
    overlap = Overlap(300, 400)
    alike = overlap.correlation(signal[120:420], signal[:400])
    best = int(np.argmax(np.where(overlap.common > 100, alike, -1)))
    assert overlap.lags[best] == 120
    assert alike[best] == pytest.approx(1)


def test_what_never_changes_is_like_nothing():
    assert np.isfinite(Overlap(50, 50).correlation(np.ones(50), np.ones(50))).all()
