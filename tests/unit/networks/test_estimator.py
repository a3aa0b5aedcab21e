"""Every network of the table: shapes, units, reach, and the same answers from its ONNX file."""

import numpy as np
import pytest
import roma
import torch

from kinefuse.errors import UnknownChoice
from kinefuse.networks.estimator import NETWORKS, Estimator, settings_of
from kinefuse.networks.features import FEATURES, features
from kinefuse.networks.rotation_output import rotation_of_six
from kinefuse.networks.targets import TARGETS
from small_networks import SCALES, SMALL, signals, small


def test_the_small_settings_cover_the_table():
    assert set(SMALL) == set(NETWORKS)


@pytest.mark.parametrize("network", NETWORKS)
@pytest.mark.parametrize("samples", [1, 2, 7, 100])
def test_every_sample_gets_its_answer_whatever_the_length(network, samples):
    with torch.no_grad():
        assert small(network)(signals(samples, 2)).shape == (2, samples, 3)
        R = small(network, "orientation")(signals(samples, 2))
    assert R.shape == (2, samples, 2, 3, 3)
    torch.testing.assert_close(R @ R.mT, torch.eye(3).expand_as(R), atol=1e-5, rtol=0)
    torch.testing.assert_close(torch.linalg.det(R), torch.ones(R.shape[:3]), atol=1e-5, rtol=0)


@pytest.mark.parametrize("network", [name for name in NETWORKS if name != "recurrent"])
def test_beyond_its_context_a_network_sees_nothing(network):
    estimator = small(network)
    reach, middle = estimator.context_samples, 200
    before, after = signals(400), signals(400)
    after[:, middle + reach + 1 :] += 3.0
    after[:, : middle - reach] -= 3.0
    with torch.no_grad():
        same, nearer = estimator(before), estimator(after)
    torch.testing.assert_close(same[:, middle], nearer[:, middle], atol=1e-6, rtol=0)
    assert (same - nearer).abs().max() > 0.01


@pytest.mark.parametrize("network", NETWORKS)
def test_both_past_and_future_are_read(network):
    x = signals(101)
    x.requires_grad_()
    small(network)(x)[0, 50].sum().backward()
    felt = x.grad[0].abs().sum(-1)
    assert felt[:50].max() > 0
    assert felt[51:].max() > 0


def test_features_inside_are_the_named_ones():
    x = signals(20)
    inside = small("convolutional")._features(x)[0].numpy()
    np.testing.assert_allclose(inside, features(x[0].numpy()), atol=1e-5)
    assert inside.shape[1] == len(FEATURES)


def test_angles_leave_in_radians_of_the_training_people():
    estimator = small("convolutional")
    torch.nn.init.zeros_(estimator.body.read_out[-1].weight)
    torch.nn.init.zeros_(estimator.body.read_out[-1].bias)
    with torch.no_grad():
        answer = estimator(signals(5))
    np.testing.assert_allclose(answer[0, 0], SCALES.answers.mean, atol=1e-6)


def test_norms_follow_the_vectors_they_are_given():
    """What augmentation changes, the sixteen channels show: nothing is carried over."""
    x = signals(5)
    inside = small("convolutional")._features(2 * x)[0]
    torch.testing.assert_close(inside[:, 3], 2 * x[0, :, :3].norm(dim=-1))


def test_six_numbers_become_the_rotation_roma_makes_of_them():
    six = torch.randn(50, 6, generator=torch.Generator().manual_seed(0))
    ours = rotation_of_six(six)
    theirs = roma.special_gramschmidt(torch.stack([six[:, :3], six[:, 3:]], dim=-1))
    torch.testing.assert_close(ours, theirs, atol=1e-5, rtol=0)


def test_a_rotation_survives_its_six_numbers_at_any_scale():
    R = roma.random_rotmat(50)
    six = torch.cat([R[..., 0], R[..., 1]], dim=-1)
    torch.testing.assert_close(rotation_of_six(3 * six), R, atol=1e-5, rtol=0)


def test_six_zeros_give_finite_numbers_and_gradients():
    six = torch.zeros(1, 6, requires_grad=True)
    rotation_of_six(six).sum().backward()
    assert torch.isfinite(six.grad).all()


@pytest.mark.parametrize(
    ("network", "settings", "complaint"),
    [("transformer", {}, "temporal, convolutional"), ("temporal", {"depth": 3}, "width, window")],
)
def test_unknown_networks_and_settings_list_the_known(network, settings, complaint):
    with pytest.raises(UnknownChoice, match=complaint):
        settings_of(network, settings)


@pytest.mark.parametrize("target", TARGETS)
def test_settings_survive_json(target):
    estimator = small("temporal", target)
    again = Estimator("temporal", target, {**estimator.settings, "dilations": [1, 2]}, SCALES)
    assert again.settings == estimator.settings
