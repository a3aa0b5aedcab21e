"""The training of a correction network, step by step; it can stop anywhere and go on."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor

from kinefuse.networks.joint_turns import corrected_angles
from kinefuse.networks.leg_correction import LegCorrection, LegSettings
from kinefuse.training.chance import stream, torch_stream
from kinefuse.training.checkpoint import (
    Checkpoint,
    optimiser_state,
    read_checkpoint,
    restore_optimiser,
    write_checkpoint,
)
from kinefuse.training.correction_config import CorrectionConfig
from kinefuse.training.correction_scores import Prediction, scores
from kinefuse.training.leg_faults import (
    own_known,
    random_turns,
    sliding_turns,
    some_missing,
    turned_sensors,
)
from kinefuse.training.leg_windows import LegWindowCache, LegWindows
from kinefuse.training.loop import TrainingProgress
from kinefuse.training.losses import uncertain_loss
from kinefuse.training.schedules import cosine
from kinefuse.training.wearings import WornBody


class CorrectionTraining:
    """The network, its data and its state."""

    def __init__(
        self,
        cache: LegWindowCache,
        validation: Sequence[WornBody],
        config: CorrectionConfig,
        checkpoint: Path,
        device: torch.device | None = None,
    ) -> None:
        """Start afresh, or from ``checkpoint`` if that file exists."""
        self.cache, self.validation = cache, validation
        self.config, self.checkpoint = config, checkpoint
        self.device = device or torch.device("cuda" if torch.cuda.is_available() else "cpu")
        with torch.random.fork_rng():
            torch.manual_seed(int(stream(config.seed, "weights").integers(2**63)))
            network = LegCorrection(leg_settings(config.settings), cache.scales())
        self.network = network.to(self.device)
        self.averaged = {n: w.clone() for n, w in self.network.state_dict().items()}
        self.optimiser = torch.optim.AdamW(
            self.network.parameters(), lr=config.learning_rate, weight_decay=config.weight_decay
        )
        self.step, self.history = 0, []
        if checkpoint.exists():
            self._resume(read_checkpoint(checkpoint))

    def run(self) -> Iterator[TrainingProgress]:
        """Train to the end, an iteration a step; the network then holds the averaged weights."""
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
        self.network.load_state_dict(self.averaged)
        self.network.eval()

    def _iterate(self) -> float:
        config, step = self.config, self.step
        window = max(8, round(config.window_s * config.rate_hz))
        batch = self.cache.draw(config.batch, window, stream(config.seed, "batches", step))
        generator = torch_stream(config.seed, "augmentation", step, self.device)
        for group in self.optimiser.param_groups:
            group["lr"] = config.learning_rate * cosine(config.iterations, step)
        self.network.train()
        with torch.random.fork_rng():  # dropout has no generator of its own
            torch.manual_seed(int(stream(config.seed, "dropout", step).integers(2**63)))
            loss = self._loss(batch, generator)
        self.optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self.network.parameters(), config.largest_gradient)
        self.optimiser.step()
        self._average()
        return loss.item()

    def _loss(self, batch: LegWindows, generator: torch.Generator) -> Tensor:
        config = self.config
        movable, angles = self._tensor(batch.movable), self._tensor(batch.signals.angles_rad)
        turns = random_turns(movable, config.misalignment_deg, generator)[:, None]
        if config.sliding:
            turns = turns + sliding_turns(movable, angles, config.sliding, generator)
        vectors, angles = turned_sensors(
            self._tensor(batch.signals.vectors), angles, turns, config.rate_hz
        )
        worn, glued = self._tensor(batch.signals.worn), self._tensor(batch.signals.glued).float()
        worn = some_missing(worn, config.missing, config.each_missing, generator)
        turns, course, sd = self.network(vectors, angles, worn.to(vectors.dtype), glued)
        counts = self._tensor(batch.counts) & own_known(worn)[:, None]
        return uncertain_loss(
            corrected_angles(angles, turns, course),
            sd,
            self._tensor(batch.truth_rad),
            counts,
            self.network.head.error_rad,
            config.shape_weight,
            config.spread_exponent,
        )

    @torch.no_grad()
    def _average(self) -> None:
        """Averaged weights follow the trained ones, quickly at first."""
        keep = min(self.config.average_decay, self.step / (self.step + 10))
        for name, value in self.network.state_dict().items():
            self.averaged[name].lerp_(value, 1 - keep)

    def _validate(self) -> None:
        trained = {n: w.clone() for n, w in self.network.state_dict().items()}
        self.network.load_state_dict(self.averaged)
        told: dict[str, Any] = scores([predicted(self.network, body) for body in self.validation])
        self.network.load_state_dict(trained)
        self.history.append({"step": self.step, **told})

    def _progress(self, loss: float) -> TrainingProgress:
        latest = float("nan")
        if self.history:
            by_condition = self.history[-1]["by condition"]
            latest = float(np.mean([row["mean_deg"] for row in by_condition.values()]))
        message = f"loss {loss:.4f}, validation {latest:.2f} deg"
        return TrainingProgress(self.step, self.config.iterations, message, loss, latest)

    def _save(self) -> None:
        weights, optimiser = self.network.state_dict(), optimiser_state(self.optimiser)
        state = Checkpoint(self.step, weights, self.averaged, optimiser, self.history)
        write_checkpoint(self.checkpoint, state)

    def _resume(self, state: Checkpoint) -> None:
        self.step, self.history = state.step, list(state.history)
        self.network.load_state_dict(state.weights)
        self.averaged = {n: w.to(self.device) for n, w in state.averaged.items()}
        restore_optimiser(self.optimiser, state.optimiser)

    def _tensor(self, values: np.ndarray) -> Tensor:
        return torch.from_numpy(values).to(self.device)


def leg_settings(given: Mapping[str, object]) -> LegSettings:
    """Settings from plain values, lists made tuples."""
    return LegSettings(**{n: tuple(v) if isinstance(v, list) else v for n, v in given.items()})  # pyright: ignore


@torch.no_grad()
def predicted(network: LegCorrection, body: WornBody) -> Prediction:
    """Corrected angles and their SD over a whole wearing, both legs."""
    was_training = network.training
    network.eval()
    device = next(network.parameters()).device
    angles, sds = {}, {}
    for side in ("r", "l"):
        seen = body.signals.seen_from(side)
        told = (
            torch.from_numpy(np.ascontiguousarray(part, dtype=np.float32))[None].to(device)
            for part in (seen.vectors, seen.angles_rad, seen.worn, seen.glued)
        )
        vectors, given, worn, glued = told
        turns, course, sd = network(vectors, given, worn, glued)
        angles[side] = corrected_angles(given, turns, course)[0].cpu().double().numpy()
        sds[side] = sd[0].cpu().double().numpy()
    network.train(was_training)
    return Prediction(body, angles, sds)
