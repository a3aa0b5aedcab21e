"""Our loops are torch's LSTM: equal answers and gradients, whatever the sizes, and nothing else."""

import copy

import numpy as np
import pytest
import torch
from torch import nn

from kinefuse.networks import _lstm
from kinefuse.networks._tile import LANES, ROWS, add_product, biased_product, pack
from kinefuse.networks.recurrent import Recurrent, RecurrentSettings

# inputs, units, layers, both ways, batch, time: whole blocks and broken ones, one of everything
SIZES = [
    (16, 70, 3, True, 16, 30),
    (16, 10, 1, False, 4, 20),
    (16, 20, 2, False, 32, 7),
    (7, 13, 2, True, 5, 31),
    (7, 13, 2, True, 70, 8),
    (3, 1, 1, True, 1, 9),
    (16, 40, 1, True, 33, 1),
    (5, 30, 2, True, 20, 2),
]


def network(inputs, units, layers, both, dropout=0.0):
    torch.manual_seed(units)
    return nn.LSTM(inputs, units, layers, batch_first=True, bidirectional=both, dropout=dropout)


def ours(lstm, x, room=None):
    return _lstm.run(lstm, x, room or _lstm.Room()).permute(2, 0, 1)


def gradients(answer, inputs, direction):
    return torch.autograd.grad((answer * direction).sum(), inputs)


@pytest.mark.parametrize(("loudness", "floor"), [(1.0, 0.01), (50.0, 2.0)])  # gates at their ends
@pytest.mark.parametrize("size", SIZES)
def test_answers_and_gradients_are_those_of_torch_in_double_precision(size, loudness, floor):
    *shape, batch, time = size
    lstm = network(*shape)
    exact = copy.deepcopy(lstm).double()
    x = (loudness * torch.randn(batch, time, shape[0])).requires_grad_()
    exact_x = x.detach().double().requires_grad_()
    answer, exact_answer = ours(lstm, x), exact(exact_x)[0]
    torch.testing.assert_close(answer.double(), exact_answer, atol=1e-5, rtol=0)
    direction = torch.randn_like(answer)
    found = gradients(answer, [x, *lstm.parameters()], direction)
    wanted = gradients(exact_answer, [exact_x, *exact.parameters()], direction.double())
    for by_ours, by_torch in zip(found, wanted, strict=True):
        largest = by_torch.abs().max().clamp(min=floor)  # some are zero: one step recurs nowhere
        assert (by_ours - by_torch).abs().max() < 1e-5 * largest


def test_gradients_are_slopes_of_the_loss():
    lstm = network(16, 20, 2, True)
    x = torch.randn(3, 12, 16)
    way = [torch.randn_like(w) for w in lstm.parameters()]
    found = gradients(ours(lstm, x), list(lstm.parameters()), torch.ones(3, 12, 40))
    slope = sum(float((g * v).sum()) for g, v in zip(found, way, strict=True))
    losses = []
    for step in (1e-5, -1e-5):
        moved = copy.deepcopy(lstm).double()
        with torch.no_grad():
            for weights, along in zip(moved.parameters(), way, strict=True):
                weights += step * along
            losses.append(float(moved(x.double())[0].sum()))
    assert slope == pytest.approx((losses[0] - losses[1]) / 2e-5, rel=1e-4)


def test_without_gradients_the_answer_is_the_same_to_the_last_bit():
    lstm, x = network(16, 30, 2, True), torch.randn(6, 25, 16)
    with torch.no_grad():
        quick = ours(lstm, x)
    assert torch.equal(quick, ours(lstm, x).detach())


def test_repeated_it_is_the_same_to_the_last_bit():
    lstm, x, room = network(16, 30, 2, True), torch.randn(6, 25, 16), _lstm.Room()
    rounds = []
    for _ in range(3):
        answer = ours(lstm, x, room)
        rounds.append((answer, *gradients(answer, list(lstm.parameters()), torch.ones(6, 25, 60))))
    for again in rounds[1:]:
        assert all(torch.equal(a, b) for a, b in zip(rounds[0], again, strict=True))


def test_answers_of_the_same_room_do_not_disturb_each_other():
    lstm, room = network(16, 20, 2, True), _lstm.Room()
    first, second = torch.randn(4, 15, 16), torch.randn(4, 15, 16)
    direction = torch.randn(4, 15, 40)
    alone = gradients(ours(lstm, first), list(lstm.parameters()), direction)
    answer = ours(lstm, first, room)
    ours(lstm, second, room)
    for a, b in zip(alone, gradients(answer, list(lstm.parameters()), direction), strict=True):
        assert torch.equal(a, b)


def test_layers_are_silenced_in_training_alone():
    lstm, x = network(16, 20, 2, True, dropout=0.5), torch.randn(4, 15, 16)
    torch.manual_seed(1)
    first = ours(lstm, x)
    torch.manual_seed(1)
    assert torch.equal(first, ours(lstm, x))
    assert not torch.equal(first, ours(lstm, x))
    lstm.eval()
    torch.testing.assert_close(ours(lstm, x), lstm(x)[0], atol=1e-6, rtol=0)


def test_gradients_go_through_silenced_layers():
    lstm, x = network(16, 20, 2, True, dropout=0.5), torch.randn(4, 15, 16)
    exact = copy.deepcopy(lstm).double()
    torch.manual_seed(1)
    found = gradients(ours(lstm, x), list(lstm.parameters()), torch.ones(4, 15, 40))
    torch.manual_seed(1)
    mask = nn.functional.dropout(torch.ones(15, 40, LANES), 0.5)[..., :4].permute(2, 0, 1)
    below, above = (
        nn.LSTM(16, 20, 1, True, True, 0.0, True),
        nn.LSTM(40, 20, 1, True, True, 0.0, True),
    )
    for part, layer in ((below, 0), (above, 1)):
        part.double().load_state_dict(
            {
                k.replace(f"_l{layer}", "_l0"): v
                for k, v in exact.state_dict().items()
                if f"_l{layer}" in k
            }
        )
    answer = above(below(x.double())[0] * mask)[0]
    parameters = [*below.parameters(), *above.parameters()]
    for a, b in zip(found, gradients(answer, parameters, torch.ones(4, 15, 40)), strict=True):
        torch.testing.assert_close(a.double(), b, atol=1e-5 * float(b.abs().max()), rtol=0)


def test_a_number_that_is_none_is_not_hidden():
    lstm, x = network(16, 20, 1, True), torch.randn(2, 5, 16)
    x[1, 2, 3] = torch.nan
    answer = ours(lstm, x)
    assert answer[1].isnan().any()
    assert torch.isfinite(answer[0]).all()


def test_a_network_keeps_the_names_and_answers_of_its_layers():
    torch.manual_seed(0)
    both = Recurrent(16, 12, RecurrentSettings(layers=2, width=10))
    assert set(both.state_dict()) == {
        *(f"lstm.{name}" for name in both.lstm.state_dict()), "read_out.weight", "read_out.bias",
    }  # fmt: skip
    x = torch.randn(LANES, 20, 16)
    assert _lstm.suits(x)
    theirs = both.read_out(both.lstm(x)[0])
    torch.testing.assert_close(both(x), theirs, atol=1e-5, rtol=0)
    torch.testing.assert_close(copy.deepcopy(both)(x), theirs, atol=1e-5, rtol=0)
    assert both.double()(x.double()).dtype == torch.float64


@pytest.mark.parametrize("shape", [(1, 1, 1), (ROWS, 9, LANES), (2 * ROWS + 1, 5, 3 * LANES)])
def test_products_of_blocks_are_products(shape):
    rows, inner, columns = shape
    rng = np.random.default_rng(0)
    A, B = (rng.normal(size=s).astype(np.float32) for s in ((rows, inner), (inner, columns)))
    wide, tall = -(-columns // LANES) * LANES, -(-rows // ROWS) * ROWS
    B = np.pad(B, ((0, 0), (0, wide - columns)))
    bias, C = np.arange(tall, dtype=np.float32), np.ones((tall, wide), np.float32)
    flat = C.reshape(-1)
    biased_product(flat, 0, pack(A), B.reshape(-1), 0, wide, rows, wide, inner, bias)
    np.testing.assert_allclose(C[:rows], A @ B + bias[:rows, None], atol=1e-5)
    tall_A = np.pad(A, ((0, tall - rows), (0, 0))).reshape(-1)
    add_product(
        flat, 0, wide, tall_A, 0, inner, 1, ROWS * inner, B.reshape(-1), 0, wide, rows, wide, inner
    )
    np.testing.assert_allclose(C[:rows], 2 * (A @ B) + bias[:rows, None], atol=1e-4)
