"""Trials are answered together where they are of one length, and as if each were alone."""

import numpy as np
import pytest
import torch

from kinefuse.networks.estimator import NETWORKS
from kinefuse.training.scores import predict, predict_all
from small_networks import signals, small


@pytest.mark.parametrize("network", NETWORKS)
def test_an_answer_does_not_depend_on_who_else_is_asked(network):
    estimator, cpu = small(network), torch.device("cpu")
    lengths = [40, 31, *[40] * 17, 7]
    trials = [signals(samples)[0].numpy() + i for i, samples in enumerate(lengths)]
    together = predict_all(estimator, trials, cpu)
    for trial, answer in zip(trials, together, strict=True):
        np.testing.assert_allclose(answer, predict(estimator, trial, cpu), atol=1e-5)


def test_the_mode_of_the_network_is_left_as_it_was():
    estimator = small("convolutional").train()
    predict_all(estimator, [np.zeros((5, 12))], torch.device("cpu"))
    assert estimator.training
