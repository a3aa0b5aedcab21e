"""Our convolution is torch's: equal answers and gradients, whatever the sizes."""

import copy

import pytest
import torch
from torch import nn

from kinefuse.networks import _convolution
from kinefuse.networks._convolution import Convolution
from kinefuse.networks._tile import LANES
from kinefuse.networks.convolutional import Convolutional, ConvolutionalSettings

LONG = 2 * LANES + 1
# batch, inputs, outputs, window, time: whole blocks and broken ones, shorter than the window
SIZES = [(4, 16, 50, 31, 200), (2, 3, 5, LONG, 40), (1, 1, 1, LONG, 5), (3, 20, 10, 51, 64)]


def both(inputs, outputs, window):
    torch.manual_seed(outputs)
    layer = Convolution(inputs, outputs, window)
    exact = nn.Conv1d(inputs, outputs, window, padding=window // 2).double()
    exact.load_state_dict(layer.state_dict())
    return layer, exact


@pytest.fixture
def counted(monkeypatch):
    """How often the products were used instead of torch's layer."""
    calls, products = [], _convolution.correlate
    monkeypatch.setattr(
        _convolution, "correlate", lambda *given: (calls.append(1), products(*given))
    )
    return calls


@pytest.mark.parametrize("size", SIZES)
def test_answers_and_gradients_are_those_of_torch_in_double_precision(size, counted):
    batch, *shape, time = size
    layer, exact = both(*shape)
    x = torch.randn(batch, shape[0], time, requires_grad=True)
    exact_x = x.detach().double().requires_grad_()
    y, exact_y = layer(x), exact(exact_x)
    torch.testing.assert_close(y.double(), exact_y, atol=1e-5, rtol=0)
    along = torch.randn_like(y)
    found = torch.autograd.grad((y * along).sum(), [x, *layer.parameters()])
    wanted = torch.autograd.grad((exact_y * along).sum(), [exact_x, *exact.parameters()])
    for ours, theirs in zip(found, wanted, strict=True):
        largest = theirs.abs().max().clamp(min=1.0)
        assert (ours - theirs).abs().max() < 1e-5 * largest
    assert len(counted) == 2  # forward, and back to the input


def test_short_windows_double_precision_and_export_stay_with_torch(counted, monkeypatch):
    layer, _ = both(3, 4, 5)
    layer(torch.randn(2, 3, 20))
    wide, _ = both(3, 4, LONG)
    x = torch.randn(2, 3, 60)
    copy.deepcopy(wide).double()(x.double())
    with monkeypatch.context() as exporting:
        exporting.setattr(torch.jit, "is_tracing", lambda: True)
        theirs = wide(x)
    assert not counted
    torch.testing.assert_close(wide(x), theirs, atol=1e-5, rtol=0)
    assert counted


def test_repeated_it_is_the_same_to_the_last_bit():
    layer, _ = both(16, 20, LONG)
    x = torch.randn(4, 16, 90)
    first, again = (torch.autograd.grad(layer(x).sum(), layer.weight) for _ in range(2))
    assert torch.equal(first[0], again[0])


def test_a_network_keeps_the_names_of_its_layers():
    network = Convolutional(16, 3, ConvolutionalSettings(layers=2, width=10, window=31))
    names = set(network.state_dict())
    assert {"convolutions.0.0.weight", "convolutions.1.0.bias", "read_out.2.weight"} <= names
