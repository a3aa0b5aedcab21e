"""What became of every file that was to be prepared; kept in the store, beside its trials."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from kinefuse.dataset.agreement import Agreement
from kinefuse.whole_files import write_json

REPORT = "prepared.json"
"""In the store: what became of every file, also of those that gave no trial."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    file: str
    person: str
    name: str
    activity: str
    seconds: float
    recipe: str = "ours"
    rate_hz: float = 200.0
    faults: tuple[str, ...] = ()
    """Why it is kept out of training."""
    mended: tuple[str, ...] = ()
    """What was wrong with the recording and is not any more."""
    missing: tuple[str, ...] = ()
    """Segments and joints that the recording lacks."""
    left_out: str = ""
    """Why there is no trial at all."""
    agreement: tuple[Agreement, ...] = ()
    """With the file's own angles, if it has any."""

    @property
    def verdict(self) -> str:
        """One word for a table."""
        return "left out" if self.left_out else "failed" if self.faults else "sound"


def write_report(store: Path, outcomes: Iterable[Outcome]) -> None:
    """Add what became of these files to the store's report; those of earlier runs stay."""
    file = store / REPORT
    known = {(row["file"], row["person"]): row for row in _rows(file)}
    known |= {(o.file, o.person): asdict(o) for o in outcomes}
    write_json(file, list(known.values()))


def read_report(store: Path) -> tuple[Outcome, ...]:
    """What became of every file; nothing where nothing was prepared (a simulated store)."""
    return tuple(_outcome(row) for row in _rows(store / REPORT))


def _outcome(row: dict) -> Outcome:
    words: dict[str, Any] = {n: row[n] for n in Outcome.__dataclass_fields__ if n in row}
    for name in ("faults", "mended", "missing"):
        words[name] = tuple(words.get(name, ()))
    words["agreement"] = tuple(Agreement(**pair) for pair in row.get("agreement", ()))
    return Outcome(**words)


def _rows(file: Path) -> list[dict]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return []
