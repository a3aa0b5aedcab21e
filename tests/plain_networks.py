"""The published networks' forward passes from plain tensor operations, for comparison.

Written from the paper's description (Rapp et al. 2021, J. Biomech. 116:110229), no layer of torch:
a convolution as a sum over its window, a batch norm as its formula, an LSTM step by step.
"""

import torch


def convolutional(state, x):
    """(batch, time, channels) standardised, to (batch, time, answers) standardised."""
    layers = sum(
        name.startswith("conv_batchnorm") and name.endswith("running_var") for name in state
    )
    for i in range(layers):
        x = _convolved(x, state[f"conv{i}.weight"], state[f"conv{i}.bias"]).clamp(min=0)
        norm = {
            part: state[f"conv_batchnorm{i}.{part}"]
            for part in ("running_mean", "running_var", "weight", "bias")
        }
        spread = (norm["running_var"] + 1e-5) ** 0.5
        x = (x - norm["running_mean"]) / spread * norm["weight"] + norm["bias"]
    hidden = 1 / (1 + torch.exp(-(x @ state["lin0.weight"].T + state["lin0.bias"])))
    return hidden @ state["lin_out.weight"].T + state["lin_out.bias"]


def recurrent(state, x):
    """The same of the LSTM, one- or two-directional."""
    layer = 0
    while f"lstm0.weight_ih_l{layer}" in state:
        both = [_direction(state, x, f"l{layer}")]
        if f"lstm0.weight_ih_l{layer}_reverse" in state:
            both.append(_direction(state, x.flip(1), f"l{layer}_reverse").flip(1))
        x = torch.cat(both, dim=-1)
        layer += 1
    return x @ state["linear_out.weight"].T + state["linear_out.bias"]


def _convolved(x, weight, bias):
    window = weight.shape[-1]
    half = window // 2
    blank = torch.zeros(x.shape[0], half, x.shape[2], dtype=x.dtype)
    padded, time = torch.cat([blank, x, blank], dim=1), x.shape[1]
    return bias + sum(padded[:, k : k + time] @ weight[:, :, k].T for k in range(window))


def _direction(state, x, place):
    W, U = state[f"lstm0.weight_ih_{place}"], state[f"lstm0.weight_hh_{place}"]
    bias = state[f"lstm0.bias_ih_{place}"] + state[f"lstm0.bias_hh_{place}"]
    h = c = torch.zeros(x.shape[0], U.shape[1], dtype=x.dtype)
    outputs = []
    for t in range(x.shape[1]):
        i, f, g, o = (x[:, t] @ W.T + h @ U.T + bias).chunk(4, dim=-1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        outputs.append(h)
    return torch.stack(outputs, dim=1)
