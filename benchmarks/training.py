"""Training speed against the published loop: same network, batches, windows, iterations, thread.

    OMP_NUM_THREADS=1 python benchmarks/training.py                # short form, about two minutes
    OMP_NUM_THREADS=1 python benchmarks/training.py --full         # every iteration of both
    OMP_NUM_THREADS=1 python benchmarks/training.py --space        # small networks of the search

The orientation network (bidirectional LSTM 70-70-70) and a convolutional one, 1,000 iterations at
200 samples of 8 people's two legs, then 1,000 at 400 of 16's, on simulated walking of 30 s at
200 Hz. Both loops take turns of a few iterations, so that a busy machine slows both; processor
time counts and the wall clock is shown beside it. The short form takes the median iteration of
each stage and of a validation and adds up what 2,000 iterations would cost; ``--full`` runs them.

Three ratios: iterations alone; with a validation every 100 iterations in both, as published; and
with each program's own habit (ours: 250). With 40 people 4 are for validation; the published data
had 883 walkers, thus 88, and each of its validations cost 22 times as much.

What limits ours. An iteration of the LSTM 70-70-70 is 5.4 GFLOP at 200 samples and 21.5 at 400, so
2,000 of them are 26.9 TFLOP: at the 117 GFLOP/s that a large matrix product reaches here on one
thread (2.5 GHz, AVX-512, no half-precision units) 230 s is the least, whoever computes it. Our
steps' products alone run at 115 to 135 GFLOP/s; tanh, gates, weights' gradients in chunks and 46 kB
of states written and read again a step bring a layer to 75. Against oneDNN's layer, which the
published loop uses, three times would need what a large matrix product alone reaches: no code that
also does the rest can have it while its products are in single precision. In small networks what
is left is around them: rotations from six numbers and their gradients, strap-on rotations, noise.
"""

import argparse
import platform
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import torch
from torch import nn
from training_published import VALIDATE_EVERY, Leg, PublishedCnn, PublishedLoop, PublishedLstm

from kinefuse.dataset.windows import Limb
from kinefuse.networks.features import features
from kinefuse.simulation.gait import simulate_people
from kinefuse.training.config import Stage, TrainingConfig, recipe
from kinefuse.training.data import limbs_of
from kinefuse.training.loop import Training
from kinefuse.training.scores import validation_scores

RATE_HZ, TRIAL_S, SEED, LEGS = 200.0, 30.0, 20, 2
STAGES = ((8, 200), (16, 400))  # people and samples
FULL_ITERATIONS, VALIDATION_SHARE = 1_000, 0.1
TURN = 2  # iterations before the other loop has its turn
Clocks = tuple[float, float]  # wall and processor [s]


@dataclass(frozen=True)
class Case:
    """One network, as both programs call it."""

    name: str
    network: str
    settings: dict[str, object]

    def published(self) -> nn.Module:
        """Theirs."""
        chosen = {k: v for k, v in self.settings.items() if k != "dropout"}
        return (PublishedLstm if self.network == "recurrent" else PublishedCnn)(**chosen)

    def config(self, iterations: int) -> TrainingConfig:
        """Ours, as the published recipe has it."""
        stages = tuple(
            Stage(window_s=samples / RATE_HZ, batch=LEGS * people, iterations=iterations)
            for people, samples in STAGES
        )
        published = recipe("published-lstm")["orientation"]
        return replace(published, network=self.network, settings=self.settings, stages=stages)


def lstm(width: int, layers: int, bidirectional: bool = True) -> Case:
    """A recurrent network of the published search space."""
    chosen = {"width": width, "layers": layers, "bidirectional": bidirectional}
    ways = "bidirectional" if bidirectional else "one-directional"
    name = f"{ways} LSTM {'-'.join([str(width)] * layers)}"
    return Case(name, "recurrent", {**chosen, "dropout": 0.0})


def cnn(width: int, layers: int, window: int) -> Case:
    """A convolutional network of the published search space."""
    chosen = {"width": width, "layers": layers, "window": window}
    return Case(f"CNN {layers} x {width}, window {window}", "convolutional", chosen)


CASES = (lstm(70, 3), cnn(50, 2, 31))
SPACE = (
    lstm(10, 1), lstm(10, 1, False), lstm(40, 1), lstm(40, 2), lstm(40, 3, False), lstm(70, 1),
    lstm(70, 3, False), cnn(10, 1, 11), cnn(40, 2, 31), cnn(70, 3, 51),
)  # fmt: skip


@dataclass
class Spent:
    """What one loop's parts have cost, one entry a measurement."""

    stages: list[list[Clocks]] = field(default_factory=lambda: [[], []])
    validations: list[Clocks] = field(default_factory=list)

    def total(self, clock: int, every: int | None) -> float:
        """Seconds of 2 x 1,000 iterations with a validation ``every`` so many, or with none."""
        seconds = sum(FULL_ITERATIONS * _median(stage, clock) for stage in self.stages)
        if every is None:
            return seconds
        return seconds + len(STAGES) * FULL_ITERATIONS / every * _median(self.validations, clock)


def people(count: int) -> tuple[list[Limb], list[Limb]]:
    """Knees of simulated people: to train on, and the tenth that is for validation."""
    trials = list(simulate_people(count, "walking", SEED, seconds=TRIAL_S, rate_hz=RATE_HZ))
    held = max(1, round(VALIDATION_SHARE * count))
    parts = trials[held:], trials[:held]
    train, validation = (limbs_of(part, ["knee"], RATE_HZ)["knee"] for part in parts)
    return train, validation


def as_published(limbs: list[Limb]) -> list[Leg]:
    """The same legs as sixteen channels and two matrices."""
    return [
        Leg(
            limb.person,
            torch.from_numpy(features(limb.signals).astype(np.float32)),
            torch.from_numpy(limb.R_travel_segment.astype(np.float32)),
        )
        for limb in limbs
    ]


def loops(
    case: Case, limbs: tuple[list[Limb], list[Limb]], folder: Path, iterations: int
) -> tuple[PublishedLoop, Training]:
    """Both programs, ready."""
    train, validation = limbs
    config = replace(case.config(iterations), seed=SEED)
    ours = Training("orientation", train, validation, config, folder / f"{case.name}.safetensors")
    legs = as_published(train), as_published(validation)
    return PublishedLoop(case.published(), *legs, config.learning_rate), ours


def clocked(work: Callable[[], object], times: int = 1) -> Clocks:
    """Wall-clock and processor seconds, once."""
    wall, processor = time.perf_counter(), time.process_time()
    for _ in range(times):
        work()
    spent = time.perf_counter() - wall, time.process_time() - processor
    return spent[0] / times, spent[1] / times


def short(case: Case, limbs: tuple[list[Limb], list[Limb]], iterations: int) -> dict[str, Spent]:
    """Some iterations of each stage and some validations, taking turns."""
    told = {"published": Spent(), "ours": Spent()}
    with tempfile.TemporaryDirectory() as folder:
        published, ours = loops(case, limbs, Path(folder), iterations)
        steps = (s for s in _without_validation(ours))
        for stage, (count, samples) in enumerate(STAGES):
            for turn in range(iterations // TURN):
                theirs = clocked(lambda: published.iterate(count, samples), TURN)  # noqa: B023
                own = clocked(lambda: next(steps), TURN)
                if turn or not stage:  # the first turn of a stage fills caches
                    told["published"].stages[stage].append(theirs)
                    told["ours"].stages[stage].append(own)
        for _ in range(3):
            told["published"].validations.append(clocked(published.validate))
            told["ours"].validations.append(
                clocked(lambda: validation_scores(ours.estimator, limbs[1], ours.device))
            )
    return told


def full(case: Case, limbs: tuple[list[Limb], list[Limb]], every: int) -> dict[str, Clocks]:
    """Every iteration of both, validations and checkpoints included, taking turns."""
    spent = {"published": [0.0, 0.0], "ours": [0.0, 0.0]}
    with tempfile.TemporaryDirectory() as folder:
        published, ours = loops(case, limbs, Path(folder), FULL_ITERATIONS)
        ours.config = replace(ours.config, validate_every=every)
        steps = {
            "published": (
                loss for stage in STAGES for loss in published.run(*stage, FULL_ITERATIONS)
            ),
            "ours": ours.run(),
        }
        for _ in range(len(STAGES) * FULL_ITERATIONS // TURN):
            for name, loop in steps.items():
                wall, processor = clocked(lambda: next(loop), TURN)  # noqa: B023
                spent[name][0] += TURN * wall
                spent[name][1] += TURN * processor
    return {name: (wall, processor) for name, (wall, processor) in spent.items()}


def sgemm_gflops() -> float:
    """What one thread reaches in a large matrix product: the bound of everything here."""
    a, b = torch.randn(1024, 1024), torch.randn(1024, 1024)
    return max(2 * 1024**3 / clocked(lambda: a @ b)[1] for _ in range(10)) / 1e9


def lstm_gflop(case: Case) -> float:
    """Of all 2 x 1,000 iterations: forward, and twice that backward (least: no input gradient)."""
    width, layers = int(str(case.settings["width"])), int(str(case.settings["layers"]))
    ways = 2 if case.settings["bidirectional"] else 1
    inputs = [16] + (layers - 1) * [ways * width]
    forward = sum(4 * width * (i + width) for i in inputs)
    once = ways * (3 * forward - 4 * width * 16)
    samples = sum(LEGS * count * window for count, window in STAGES)
    return 2 * once * samples * FULL_ITERATIONS / 1e9


def report(case: Case, told: dict[str, Spent], own_every: int) -> None:
    """Milliseconds a part, and the three ratios."""
    print(f"\n{case.name}")
    for name, spent in told.items():
        parts = "  ".join(
            f"{what} {1e3 * _median(part, 1):7.1f} ({1e3 * _median(part, 0):.1f})"
            for what, part in zip(
                ("stage 1", "stage 2", "validation"),
                (*spent.stages, spent.validations),
                strict=True,
            )
        )
        print(f"  {name:10s} ms processor (wall): {parts}")
    for what, theirs, own in (
        ("iterations alone", None, None),
        ("validation every 100 in both", VALIDATE_EVERY, VALIDATE_EVERY),
        (f"own habits (100 and {own_every})", VALIDATE_EVERY, own_every),
    ):
        seconds = [(told["published"].total(c, theirs), told["ours"].total(c, own)) for c in (1, 0)]
        (published, ours), (published_wall, ours_wall) = seconds
        print(
            f"  {what:30s} 2,000 iterations: {published:6.1f} s and {ours:6.1f} s, ratio "
            f"{published / ours:.2f} (wall {published_wall / ours_wall:.2f})"
        )
    if case.network == "recurrent":
        rates = [lstm_gflop(case) / told[name].total(1, None) for name in ("published", "ours")]
        print(f"  GFLOP/s in its products: published {rates[0]:.0f}, ours {rates[1]:.0f}")


def _median(clocks: list[Clocks], clock: int) -> float:
    return statistics.median(c[clock] for c in clocks)


def main() -> None:
    """Measure what was asked for."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--people", type=int, default=40, help="at least 18: 16 to draw from")
    parser.add_argument("--iterations", type=int, default=20, help="of each stage, short form")
    parser.add_argument("--full", action="store_true", help="all 2,000 iterations of both")
    parser.add_argument("--space", action="store_true", help="networks of the search space")
    parser.add_argument("--only", default="", help="networks whose name holds this")
    asked = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(SEED)
    limbs = people(asked.people)
    print(f"{platform.processor() or platform.machine()}, torch {torch.__version__}, one thread")
    print(f"a product of 1024 x 1024 matrices: {sgemm_gflops():.0f} GFLOP/s")
    print(f"{asked.people} people, {len(limbs[1]) // LEGS} of them for validation")
    for case in (c for c in (SPACE if asked.space else CASES) if asked.only in c.name):
        own_every = case.config(1).validate_every
        if not asked.full:
            report(case, short(case, limbs, asked.iterations), own_every)
            continue
        for every in (VALIDATE_EVERY, own_every):
            told = full(case, limbs, every)
            (wall, processor), (own_wall, own) = told["published"], told["ours"]
            print(
                f"{case.name}, ours validates every {every}: {processor:.0f} and {own:.0f} s of "
                f"processor, ratio {processor / own:.2f}; wall {wall:.0f} and {own_wall:.0f} s, "
                f"{wall / own_wall:.2f}"
            )


def _without_validation(ours: Training):
    """Our iterations alone: validations are timed apart, the last one must not be drawn."""
    ours.config = replace(ours.config, validate_every=10**9)
    return ours.run()


if __name__ == "__main__":
    main()
