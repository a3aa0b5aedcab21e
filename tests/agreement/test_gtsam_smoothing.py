"""The smoother against an independent factor-graph library, on the same factors.

Both measure a turn's residual on the group, ``log(exp(-turn) R_t^T R_t+1)``.
"""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.orientation.smoothing import SmoothingConfig, smooth_orientation
from kinefuse.orientation.strapdown import turns_between_samples

gtsam = pytest.importorskip("gtsam")
RATE_HZ = 200.0


def _gtsam_optimum(turns, R_network, config):
    graph, start = gtsam.NonlinearFactorGraph(), gtsam.Values()
    by_turn = gtsam.noiseModel.Isotropic.Sigma(3, config.turn_sigma_rad)
    by_network = gtsam.noiseModel.Isotropic.Sigma(3, config.attitude_sigma_rad)
    for t, R in enumerate(R_network):
        start.insert(t, gtsam.Rot3(R))
        graph.add(gtsam.PriorFactorRot3(t, gtsam.Rot3(R), by_network))
    for t, turn in enumerate(turns):
        graph.add(gtsam.BetweenFactorRot3(t, t + 1, gtsam.Rot3.Expmap(turn), by_turn))
    parameters = gtsam.GaussNewtonParams()
    parameters.setRelativeErrorTol(1e-14)
    parameters.setAbsoluteErrorTol(1e-14)
    answer = gtsam.GaussNewtonOptimizer(graph, start, parameters).optimize()
    return np.array([answer.atRot3(t).matrix() for t in range(len(R_network))])


@pytest.mark.parametrize("jitter_rad", [0.05, 0.2])
@pytest.mark.parametrize("sigmas_rad", [(2e-3, 0.15), (0.05, 0.1)])
def test_both_find_the_same_trajectory(jitter_rad, sigmas_rad):
    rng = np.random.default_rng(0)
    t = np.arange(400) / RATE_HZ
    R = so3.exp(np.stack([0.1 * np.sin(9 * t), 0.05 * np.cos(5 * t), 0.6 * np.sin(6 * t)], axis=-1))
    turned = so3.log(so3.transpose(R[:-1]) @ R[1:])
    gyr = RATE_HZ * np.vstack([turned, turned[-1:]]) + rng.normal(0.01, 0.02, (400, 3))
    network = R @ so3.exp(rng.normal(0, jitter_rad, (400, 3)))
    turn_sigma_rad, attitude_sigma_rad = sigmas_rad
    config = SmoothingConfig(
        turn_sigma_rad=turn_sigma_rad, attitude_sigma_rad=attitude_sigma_rad, tolerance_rad=1e-10
    )

    ours = smooth_orientation(gyr, network, RATE_HZ, config).R_world_sensor
    theirs = _gtsam_optimum(turns_between_samples(gyr, RATE_HZ), network, config)
    apart = np.linalg.norm(so3.log(so3.transpose(ours) @ theirs), axis=-1)
    assert apart.max() < 1e-7
