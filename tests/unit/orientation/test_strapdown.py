"""Dead reckoning against closed forms."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.orientation.strapdown import dead_reckoning

rates = st.lists(st.floats(-20, 20), min_size=3, max_size=3).map(np.array)


@given(omega_rad_s=rates)
def test_a_constant_rotation_is_integrated_exactly(omega_rad_s):
    R = dead_reckoning(np.tile(omega_rad_s, (50, 1)), rate_hz=100.0)
    expected = so3.exp(np.arange(50)[:, None] / 100.0 * omega_rad_s)
    np.testing.assert_allclose(R, expected, atol=1e-12)


def test_a_slow_nutation_is_integrated_to_second_order():
    def error(rate_hz):
        t = np.arange(0, 2, 1 / rate_hz)
        R = so3.exp(np.stack([0 * t, 0 * t, 0.8 * np.sin(3 * t)], -1))
        R = so3.exp(np.stack([0.5 * np.sin(2 * t), 0 * t, 0 * t], -1)) @ R
        step = 1e-5
        ahead = so3.exp(np.stack([0 * t, 0 * t, 0.8 * np.sin(3 * (t + step))], -1))
        ahead = so3.exp(np.stack([0.5 * np.sin(2 * (t + step)), 0 * t, 0 * t], -1)) @ ahead
        gyr = so3.log(so3.transpose(R) @ ahead) / step
        drifted = R[0] @ dead_reckoning(gyr, rate_hz)
        return np.linalg.norm(so3.log(so3.transpose(drifted[-1]) @ R[-1]))

    assert error(200.0) < 1e-4
    assert error(100.0) / error(200.0) > 3  # halving the step quarters the error


def test_rotations_stay_rotations_over_an_hour():
    gyr = np.random.default_rng(0).normal(0, 3, (360_000, 3))
    R = dead_reckoning(gyr, rate_hz=100.0)[-1]
    np.testing.assert_allclose(R @ R.T, np.eye(3), atol=1e-8)
