"""``kinefuse simulate``: a store of people who do not exist, to try everything on."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from kinefuse.progress import Progress


def simulate(
    out: Annotated[Path, typer.Option(help="Store to write; it must not exist.")],
    activity: Annotated[str, typer.Option(help="walking or running.")] = "walking",
    people: Annotated[int, typer.Option(min=1, help="How many.")] = 40,
    seconds: Annotated[float, typer.Option(min=5, help="Length of each trial.")] = 30.0,
    rate: Annotated[float, typer.Option(min=20, help="Samples a second.")] = 200.0,
    low_pass: Annotated[
        float | None,
        typer.Option(
            min=1,
            help="Smooth the motion below so many Hz, as laboratories do with filmed markers.",
        ),
    ] = None,
    seed: Annotated[int, typer.Option(min=0, help="Another number draws other people.")] = 0,
) -> None:
    """Draw people, let each walk or run once, and write poses, true angles and ideal sensors.

    Person i depends on the seed and on i alone. Stopped, the same command goes on where it was.
    """
    from kinefuse.cli.progress import show

    wanted = Crowd(activity, people, seconds, rate, low_pass, seed)
    for _ in show(simulated_store(out, wanted), "simulating"):
        pass
    print(f"Store: {out} ({people} people, {activity}, {seconds:g} s each at {rate:g} Hz)")


@dataclass(frozen=True)
class Crowd:
    """Who is to be simulated."""

    activity: str
    people: int
    seconds: float
    rate_hz: float
    low_pass_hz: float | None = None
    seed: int = 0

    @property
    def each(self) -> str:
        """What every one of them depends on, as part of a file name."""
        smooth = "" if self.low_pass_hz is None else f"-below{self.low_pass_hz:g}Hz"
        rate = f"{self.rate_hz:g}Hz"
        return f"{self.activity}-{self.seconds:g}s-{rate}{smooth}-seed{self.seed}"


def simulated_store(out: Path, wanted: Crowd) -> Iterator[Progress]:
    """Write the store; it has its name only once it is whole.

    Raises:
        WouldOverwrite: The store is there.
        UnknownChoice: The activity is neither walking nor running.
    """
    from kinefuse.dataset.store import trial_file, write_trial
    from kinefuse.errors import WouldOverwrite
    from kinefuse.simulation.gait import as_captured, person_name, simulate_one

    if out.exists():
        raise WouldOverwrite(out)
    beside = out.with_name(f"{out.name}.{wanted.people}-{wanted.each}.partial")
    how = {"seconds": wanted.seconds, "rate_hz": wanted.rate_hz}
    for i in range(wanted.people):
        name = person_name(wanted.activity, i)
        if not trial_file(beside, name, wanted.activity).exists():
            trial = simulate_one(i, wanted.activity, wanted.seed, **how)
            smooth = wanted.low_pass_hz
            write_trial(beside, trial if smooth is None else as_captured(trial, smooth))
        yield Progress(i + 1, wanted.people, name)
    beside.replace(out)
