"""What a long computation tells whoever runs it; the core yields it, the shell shows it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Progress:
    """One step of something long."""

    done: int
    total: int
    message: str = ""
