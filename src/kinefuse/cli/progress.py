"""Shows what long computations yield."""

from collections.abc import Generator, Iterable
from typing import Any, TypeVar

from kinefuse.progress import Progress

Step = TypeVar("Step", bound=Progress)
Result = TypeVar("Result")


def show(steps: Iterable[Step], title: str) -> Generator[Step, None, Any]:
    """Hand on every step, and draw a progress bar meanwhile.

    The bar goes to stderr; where that is no terminal, nothing is drawn.
    """
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        TextColumn("{task.fields[message]}"),
    )
    console = Console(stderr=True)
    remaining = iter(steps)
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None, message="")
        while True:
            try:
                step = next(remaining)
            except StopIteration as end:
                return end.value
            bar.update(task, completed=step.done, total=step.total, message=step.message)
            yield step


def watch(steps: Generator[Progress, None, Result], title: str) -> Result:
    """Run a computation to its end behind a progress bar, and return what it returns."""
    shown = show(steps, title)
    while True:
        try:
            next(shown)
        except StopIteration as end:
            return end.value
