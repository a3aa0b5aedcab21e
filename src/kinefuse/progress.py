"""What a long computation tells whoever runs it; the core yields it, the shell shows it."""

from collections.abc import Generator
from dataclasses import dataclass
from typing import Any, TypeVar

Result = TypeVar("Result")


@dataclass(frozen=True)
class Progress:
    """One step of something long."""

    done: int
    total: int
    message: str = ""


def result_of(steps: Generator[Any, None, Result]) -> Result:
    """Run a computation to its end and return what it returns; nobody watches."""
    while True:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
