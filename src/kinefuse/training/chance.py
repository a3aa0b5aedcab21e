"""One root seed, split by name and by step, so that a stopped training draws what it would have."""

import zlib

import numpy as np
import torch


def stream(seed: int, name: str, step: int = 0) -> np.random.Generator:
    """Chance for one use at one step, independent of every other use and step."""
    return np.random.default_rng([seed, zlib.crc32(name.encode()), step])


def torch_stream(seed: int, name: str, step: int, device: torch.device) -> torch.Generator:
    """The same for torch."""
    generator = torch.Generator(device=device)
    return generator.manual_seed(int(stream(seed, name, step).integers(2**63)))
