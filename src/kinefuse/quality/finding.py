"""The verdict of one check on one subject: evidence, limit and source in one place."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Finding:
    """What a check measured, what it allows, and what follows."""

    check: str
    subject: str
    """The sensor, joint or trial that was looked at."""
    passed: bool
    value: float
    limit: float
    unit: str
    message: str
    """One plain sentence: what was seen and what it means."""
    source: str
    """Where the limit comes from."""
