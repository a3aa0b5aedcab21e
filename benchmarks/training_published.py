"""The published training loop, written from its description in words (Rapp et al. 2021, code).

Every iteration gathers the people's random windows one by one from tensors, concatenates, rotates
and adds noise to each sensor in turn (turned by twice the stated angle, lengths left as they were),
standardises, steps; every 100 iterations it predicts all validation people at full length. Adam,
exponential decay. Nothing in it is slowed down: torch's own layers, with oneDNN where it is built
in, one matrix product a sensor, both legs of a person at once in validation.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

import torch
from torch import Tensor, nn
from torch.nn import functional

VALIDATE_EVERY = 100
_HALF_ANGLE_SD, _NOISE_SD = 0.075 * torch.pi, 0.15
_SENSORS = (slice(0, 8), slice(8, 16))  # acc xyz, |acc|, gyr xyz, |gyr|


@dataclass(frozen=True)
class Leg:
    """Sixteen channels and what they mean, over one trial."""

    person: str
    x: Tensor
    y: Tensor


class PublishedLstm(nn.Module):
    """LSTM layers, a linear output, two 6-D rotations."""

    def __init__(self, width: int, layers: int, bidirectional: bool) -> None:
        super().__init__()
        self.lstm = nn.LSTM(16, width, layers, batch_first=True, bidirectional=bidirectional)
        self.out = nn.Linear(width * (1 + bidirectional), 12)

    def forward(self, x: Tensor) -> Tensor:
        """Two rotation matrices a sample."""
        return rotations(self.out(self.lstm(x)[0]))


class PublishedCnn(nn.Module):
    """Convolutions with ReLU, batch norm and dropout, 20 sigmoid units, a linear output."""

    def __init__(self, width: int, layers: int, window: int) -> None:
        super().__init__()
        blocks = [
            nn.Sequential(
                nn.Conv1d(before, width, window, padding=window // 2),
                nn.ReLU(),
                nn.BatchNorm1d(width),
                nn.Dropout(0.1),
            )
            for before, _ in pairwise([16] + layers * [width])
        ]
        self.convolutions = nn.Sequential(*blocks)
        self.out = nn.Sequential(nn.Linear(width, 20), nn.Sigmoid(), nn.Linear(20, 12))

    def forward(self, x: Tensor) -> Tensor:
        """Two rotation matrices a sample."""
        return rotations(self.out(self.convolutions(x.transpose(1, 2)).transpose(1, 2)))


def rotations(numbers: Tensor) -> Tensor:
    """Twelve numbers as two rotation matrices (Zhou et al. 2019)."""
    six = numbers.reshape(*numbers.shape[:-1], 2, 6)
    first = functional.normalize(six[..., :3], dim=-1)
    third = functional.normalize(torch.linalg.cross(first, six[..., 3:], dim=-1), dim=-1)
    return torch.stack([first, torch.linalg.cross(third, first, dim=-1), third], dim=-1)


class PublishedLoop:
    """The loop, resumable between iterations so that two loops can take turns."""

    def __init__(
        self, model: nn.Module, train: Sequence[Leg], validation: Sequence[Leg], rate: float
    ) -> None:
        self.model, self.train, self.validation = model, by_person(train), by_person(validation)
        every = torch.cat([leg.x for leg in train])
        self.mean, self.sd = every.mean(0), every.std(0)
        self.optimiser = torch.optim.Adam(model.parameters(), lr=rate)
        self.schedule = torch.optim.lr_scheduler.ExponentialLR(self.optimiser, 0.9997)

    def iterate(self, people: int, window: int) -> float:
        """One iteration: windows of so many people, both legs."""
        self.model.train()
        x, y = self._windows(people, window)
        for sensor in _SENSORS:
            x[..., sensor] = self._augmented(x[..., sensor], self.sd[sensor])
        estimate = self.model((x - self.mean) / self.sd)
        loss = functional.mse_loss(estimate, y)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self.schedule.step()
        return loss.item()

    def run(self, people: int, window: int, iterations: int) -> Iterator[float]:
        """One stage, with its validations."""
        for i in range(1, iterations + 1):
            loss = self.iterate(people, window)
            if i % VALIDATE_EVERY == 0:
                self.validate()
            yield loss

    @torch.no_grad()
    def validate(self) -> float:
        """Predict everybody at full length; the mean of their errors."""
        self.model.eval()
        errors = []
        for legs in self.validation:
            x = torch.stack([leg.x for leg in legs])
            y = torch.stack([leg.y for leg in legs])
            estimate = self.model((x - self.mean) / self.sd)
            errors.append(functional.mse_loss(estimate, y).sqrt().item())
        return sum(errors) / len(errors)

    def _windows(self, people: int, window: int) -> tuple[Tensor, Tensor]:
        xs, ys = [], []
        for i in torch.randperm(len(self.train))[:people].tolist():
            for leg in self.train[i]:
                start = int(torch.randint(len(leg.x) - window + 1, ()))
                xs.append(leg.x[None, start : start + window])
                ys.append(leg.y[None, start : start + window])
        return torch.cat(xs), torch.cat(ys)

    def _augmented(self, x: Tensor, sd: Tensor) -> Tensor:
        """One sensor of every window: a random rotation each, and noise on each channel."""
        batch = len(x)
        axis = functional.normalize(torch.randn(batch, 3), dim=-1)
        half = _HALF_ANGLE_SD * torch.randn(batch, 1)
        w, v = half.cos(), half.sin() * axis
        R = _matrix(torch.cat([w, v], dim=-1))
        x = x.clone()
        x[..., 0:3] = torch.bmm(x[..., 0:3], R.mT)
        x[..., 4:7] = torch.bmm(x[..., 4:7], R.mT)
        return x + _NOISE_SD * sd * torch.randn(x.shape)


def by_person(legs: Sequence[Leg]) -> list[list[Leg]]:
    """The legs of each person, in order of appearance."""
    people: dict[str, list[Leg]] = {}
    for leg in legs:
        people.setdefault(leg.person, []).append(leg)
    return list(people.values())


def _matrix(q: Tensor) -> Tensor:
    """Rotation matrices from scalar-first quaternions."""
    w, x, y, z = q.unbind(-1)
    rows = [
        1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y),
        2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x),
        2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y),
    ]  # fmt: skip
    return torch.stack(rows, dim=-1).reshape(-1, 3, 3)
