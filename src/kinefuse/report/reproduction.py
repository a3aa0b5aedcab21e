"""What a reproduction of the whole paper has to tell, as plain data."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import polars as pl


@dataclass(frozen=True, kw_only=True)
class Stage:
    """One step of the paper and what it did to the disk."""

    name: str
    command: str
    """As a user would type it."""
    seconds: float
    """Of all runs together, if it was interrupted and gone on with."""
    reads: Sequence[str] = ()
    writes: Sequence[str] = ()
    """Files and folders, relative to the page."""
    note: str = ""
    """For instance that it was gone on with."""


@dataclass(frozen=True, kw_only=True)
class Search:
    """What a search over hyper-parameters came to."""

    activity: str
    joint: str
    network: str
    """'cnn' or 'lstm'."""
    trials: Mapping[str, int]
    """How many ended how, for instance complete 20, pruned 40."""
    best: str
    """Name of the model of the lowest score; empty if none was finished."""
    score_deg: float | None
    """Its mean RMSE over planes and validation people, means not removed."""
    test_deg: float | None
    """The same over test people, at whom the search did not look."""
    settings: Mapping[str, float | int | bool]
    iterations: int
    """Trained by all trials together."""
    seconds: float
    """Worked by all trials together."""


@dataclass(frozen=True, kw_only=True)
class WordTable:
    """A table that is ready to be read, such as a description of the people."""

    title: str
    headings: Sequence[str]
    rows: Sequence[Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class Dropped:
    """A trial that was left out."""

    activity: str
    person: str
    trial: str
    reason: str


@dataclass(frozen=True, kw_only=True)
class Picture:
    """A drawing that one of the stages made."""

    title: str
    path: str
    """Relative to the page, to be opened by itself."""
    svg: str = ""
    """The drawing, which the page then carries with it; without it there is only a link."""


@dataclass(frozen=True, kw_only=True)
class Reproduction:
    """Everything on the page."""

    title: str
    data: str
    """One sentence on whose recordings these are."""
    budget: str
    """Its name, and what it allowed."""
    started: str
    """Date and time, for people."""
    final: pl.DataFrame
    """As of ``final_table.final_table``: every activity, joint and method."""
    stages: Sequence[Stage] = ()
    searches: Sequence[Search] = ()
    people: Sequence[WordTable] = ()
    dropped: Sequence[Dropped] = ()
    pictures: Sequence[Picture] = ()
    notes: Sequence[str] = field(default_factory=tuple)
    """What a reader has to know: what was left out and why, what went another way."""

    @property
    def seconds(self) -> float:
        """Of all stages."""
        return sum(stage.seconds for stage in self.stages)
