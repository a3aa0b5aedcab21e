"""``kinefuse simulate``: a store of people who do not exist, to try everything on."""

from collections.abc import Iterator
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
    seed: Annotated[int, typer.Option(min=0, help="Another number draws other people.")] = 0,
) -> None:
    """Draw people, let each walk or run once, and write poses, true angles and ideal sensors.

    Person i depends on the seed and on i alone. Stopped, the same command goes on where it was.
    """
    from kinefuse.cli.progress import show

    for _ in show(simulated_store(out, activity, people, seconds, rate, seed), "simulating"):
        pass
    print(f"Store: {out} ({people} people, {activity}, {seconds:g} s each at {rate:g} Hz)")


def simulated_store(
    out: Path, activity: str, people: int, seconds: float, rate_hz: float, seed: int
) -> Iterator[Progress]:
    """Write the store; it has its name only once it is whole.

    Raises:
        WouldOverwrite: The store is there.
        UnknownChoice: The activity is neither walking nor running.
    """
    from kinefuse.dataset.store import trial_file, write_trial
    from kinefuse.errors import WouldOverwrite
    from kinefuse.simulation.gait import person_name, simulate_one

    if out.exists():
        raise WouldOverwrite(out)
    words = f"{activity}-{seconds:g}s-{rate_hz:g}Hz-seed{seed}"  # others do not mix with these
    beside = out.with_name(f"{out.name}.{words}.partial")
    for i in range(people):
        name = person_name(activity, i)
        if not trial_file(beside, name, activity).exists():
            write_trial(beside, simulate_one(i, activity, seed, seconds=seconds, rate_hz=rate_hz))
        yield Progress(i + 1, people, name)
    beside.replace(out)
