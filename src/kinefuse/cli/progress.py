"""Shows what long computations yield."""

import sys
from collections.abc import Generator, Iterable, Iterator
from contextlib import contextmanager
from threading import Timer
from time import monotonic
from typing import TYPE_CHECKING, Any, TypeVar

from kinefuse.progress import Progress

if TYPE_CHECKING:
    from rich.progress import Progress as Bar

Step = TypeVar("Step", bound=Progress)
Result = TypeVar("Result")

LINE_EVERY_S = 10.0
"""Between lines where no bar can be drawn: often enough to see that it lives."""
PATIENCE_S = 2.0
"""For what is mostly done at once: a bar that flashes up tells nothing."""


def show(steps: Iterable[Step], title: str, *, after_s: float = 0.0) -> Generator[Step, None, Any]:
    """Hand on every step, and draw a progress bar meanwhile.

    The bar goes to stderr; where that is no terminal, a line is written there now and then.

    Args:
        steps: The computation.
        title: Of the bar.
        after_s: What is done sooner shows no bar; one that was shown goes away at the end.
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
    bar = Bar(*columns, console=console, disable=not console.is_terminal, transient=after_s > 0)
    with _drawn(bar, after_s):
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


@contextmanager
def _drawn(bar: "Bar", after_s: float) -> Iterator[None]:
    """A bar that appears after a time, also in the middle of a long step."""
    later = Timer(after_s, bar.start)
    later.daemon = True
    if after_s > 0:
        later.start()
    else:
        bar.start()
    try:
        yield
    finally:
        later.cancel()
        if later.ident is not None:
            later.join()
        if bar.live.is_started:
            bar.stop()


def watch(steps: Generator[Progress, None, Result], title: str, *, after_s: float = 0.0) -> Result:
    """Run a computation to its end behind a progress bar, and return what it returns."""
    shown = show(steps, title, after_s=after_s)
    while True:
        try:
            next(shown)
        except StopIteration as end:
            return end.value
