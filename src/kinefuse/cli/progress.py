"""Shows what long computations yield."""

import sys
from collections.abc import Generator, Iterable
from time import monotonic
from typing import Any, TypeVar

from kinefuse.progress import Progress

Step = TypeVar("Step", bound=Progress)
Result = TypeVar("Result")

LINE_EVERY_S = 10.0
"""Between lines where no bar can be drawn: often enough to see that it lives."""


def show(steps: Iterable[Step], title: str) -> Generator[Step, None, Any]:
    """Hand on every step, and draw a progress bar meanwhile.

    The bar goes to stderr; where that is no terminal, a line is written there now and then.
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
    said = monotonic()
    with Bar(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task(title, total=None, message="")
        while True:
            try:
                step = next(remaining)
            except StopIteration as end:
                return end.value
            bar.update(task, completed=step.done, total=step.total, message=step.message)
            if not console.is_terminal and monotonic() - said > LINE_EVERY_S:
                said = monotonic()
                print(f"{title}: {step.done}/{step.total} {step.message}", file=sys.stderr)
            yield step


def watch(steps: Generator[Progress, None, Result], title: str) -> Result:
    """Run a computation to its end behind a progress bar, and return what it returns."""
    shown = show(steps, title)
    while True:
        try:
            next(shown)
        except StopIteration as end:
            return end.value
