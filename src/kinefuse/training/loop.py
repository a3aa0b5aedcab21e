"""The training of one network, step by step; it can stop anywhere and go on as if it had not."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from kinefuse.dataset.augmentation import augment
from kinefuse.dataset.windows import Limb, WindowCache, Windows
from kinefuse.networks.estimator import Estimator, Scales
from kinefuse.networks.features import features, standardisation
from kinefuse.progress import Progress
from kinefuse.training.chance import stream, torch_stream
from kinefuse.training.checkpoint import (
    Checkpoint,
    optimiser_state,
    read_checkpoint,
    restore_optimiser,
    write_checkpoint,
)
from kinefuse.training.config import TrainingConfig
from kinefuse.training.losses import angle_loss, orientation_loss
from kinefuse.training.schedules import learning_rate
from kinefuse.training.scores import validation_scores


@dataclass(frozen=True)
class TrainingProgress(Progress):
    """One iteration."""

    loss: float = float("nan")
    validation_rmse_deg: float = float("nan")
    """The latest score on the validation people, mean of its planes or segments."""


class Training:
    """One network, its data and its state."""

    def __init__(
        self,
        target_name: str,
        limbs: Sequence[Limb] | WindowCache,
        validation: Sequence[Limb],
        config: TrainingConfig,
        checkpoint: Path,
        device: torch.device | None = None,
        scales: Scales | None = None,
    ) -> None:
        """Start afresh, or from ``checkpoint`` if that file exists.

        ``scales`` are those of the limbs, where they are already known.
        """
        self.config, self.validation, self.checkpoint = config, validation, checkpoint
        self.device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        self.cache = limbs if isinstance(limbs, WindowCache) else WindowCache(limbs)
        self.spread = self._tensor(self.cache.spread)
        with torch.random.fork_rng():
            torch.manual_seed(int(stream(config.seed, "weights").integers(2**63)))
            self.estimator = Estimator(
                config.network, target_name, config.settings, scales or scales_of(self.cache)
            ).to(self.device)
        self.averaged = {n: w.clone() for n, w in self.estimator.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            self.estimator.parameters(),
            lr=config.learning_rate,
            weight_decay=config.weight_decay,
            fused=True,
        )
        self.step, self.history = 0, []
        if checkpoint.exists():
            self._resume(read_checkpoint(checkpoint))

    def run(self) -> Iterator[TrainingProgress]:
        """Train to the end, one iteration a step; the estimator then holds the averaged weights."""
        config = self.config
        while self.step < config.iterations:
            loss = self._iterate()
            self.step += 1
            last = self.step == config.iterations
            if last or self.step % config.validate_every == 0:
                self._validate()
            if last or self.step % config.checkpoint_every == 0:
                self._save()
            yield self._progress(loss)
        self.estimator.load_state_dict(self.averaged)
        self.estimator.eval()

    def _iterate(self) -> float:
        config, step = self.config, self.step
        stage = config.stage_at(step)
        window = max(8, round(stage.window_s * config.rate_hz))
        batch = self.cache.draw(stage.batch, window, stream(config.seed, "batches", step))
        generator = torch_stream(config.seed, "augmentation", step, self.device)
        for group in self.optimiser.param_groups:
            group["lr"] = learning_rate(config, step)
        self.estimator.train()
        with torch.random.fork_rng():  # dropout has no generator of its own
            torch.manual_seed(int(stream(config.seed, "dropout", step).integers(2**63)))
            loss = self._loss(batch, generator)
        self.optimiser.zero_grad()
        loss.backward()
        self.optimiser.step()
        self._average()
        return loss.item()

    def _loss(self, batch: Windows, generator: torch.Generator) -> Tensor:
        signals, attitudes = augment(
            self._tensor(batch.signals),
            self._tensor(batch.R_travel_segment),
            self.config.augmentation,
            self.spread,
            generator,
        )
        estimate, known = self.estimator(signals), self._tensor(batch.known)
        if self.estimator.target.name == "orientation":
            return orientation_loss(estimate, attitudes, known)
        truth, spread = self._tensor(batch.angles_rad), self.estimator.answer_spread
        return angle_loss(estimate, truth, known, spread, self.config.shape_weight)

    @torch.no_grad()
    def _average(self) -> None:
        """Averaged weights follow the trained ones, quickly at first."""
        keep = min(self.config.average_decay, self.step / (self.step + 10))
        trained = self.estimator.state_dict()
        names = [name for name, value in trained.items() if value.is_floating_point()]
        followers, leaders = ([weights[n] for n in names] for weights in (self.averaged, trained))
        torch._foreach_lerp_(  # pyright: ignore[reportPrivateImportUsage]
            followers, leaders, 1 - keep
        )
        for name in trained.keys() - set(names):
            self.averaged[name].copy_(trained[name])

    def _validate(self) -> None:
        trained = {n: w.clone() for n, w in self.estimator.state_dict().items()}
        self.estimator.load_state_dict(self.averaged)
        scores = validation_scores(self.estimator, self.validation, self.device)
        self.estimator.load_state_dict(trained)
        self.history.append({"step": self.step, **scores})

    def _progress(self, loss: float) -> TrainingProgress:
        latest = self.history[-1]["mean_deg"] if self.history else float("nan")
        message = f"loss {loss:.4f}, validation {latest:.2f} deg"
        return TrainingProgress(self.step, self.config.iterations, message, loss, latest)

    def _save(self) -> None:
        weights, optimiser = self.estimator.state_dict(), optimiser_state(self.optimiser)
        state = Checkpoint(self.step, weights, self.averaged, optimiser, self.history)
        write_checkpoint(self.checkpoint, state)

    def _resume(self, state: Checkpoint) -> None:
        self.step, self.history = state.step, list(state.history)
        self.estimator.load_state_dict(state.weights)
        self.averaged = {n: w.to(self.device) for n, w in state.averaged.items()}
        restore_optimiser(self.optimiser, state.optimiser)

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).to(self.device)


def scales_of(cache: WindowCache) -> Scales:
    """What standardised numbers mean, from everything in the cache."""
    return Scales(
        standardisation(features(cache.signals.astype(np.float64))),
        standardisation(cache.angles_rad.astype(np.float64)),
    )
