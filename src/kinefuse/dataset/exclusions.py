"""Which trials a quality check drops, and why: what ``kinefuse check --out`` leaves for others.

A JSON list, one object a trial: ``{"person": ..., "trial": ..., "reasons": [...]}``.
"""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from kinefuse.errors import UnreadableFile
from kinefuse.whole_files import write_json

_WAY_OUT = "write one with 'kinefuse check STORE --out FILE'"


@dataclass(frozen=True, kw_only=True)
class Exclusion:
    """One trial that is neither trained on nor scored."""

    person: str
    trial: str
    reasons: tuple[str, ...]
    """A sentence each; at least one."""


def write_exclusions(file: Path, exclusions: Iterable[Exclusion]) -> None:
    """Write the list, whole or not at all; nobody dropped is an empty list."""
    write_json(file, [asdict(exclusion) for exclusion in exclusions])


def read_exclusions(file: Path) -> frozenset[tuple[str, str]]:
    """Person and trial of every exclusion, for ``Store.without``.

    Raises:
        UnreadableFile: The file is missing, or no such list.
    """
    return frozenset((e.person, e.trial) for e in read_reasons(file))


def read_reasons(file: Path) -> tuple[Exclusion, ...]:
    """Every exclusion with its reasons.

    Raises:
        UnreadableFile: The file is missing, or no such list.
    """
    try:
        rows = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file, "these exclusions cannot be read", _WAY_OUT) from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(file, "these exclusions are not JSON", _WAY_OUT) from error
    if not isinstance(rows, list):
        raise UnreadableFile(file, "exclusions are a list of trials", _WAY_OUT)
    return tuple(_exclusion(file, row) for row in rows)


def _exclusion(file: Path, row: object) -> Exclusion:
    words = dict(row) if isinstance(row, dict) else {}
    person, trial, reasons = (words.get(key) for key in ("person", "trial", "reasons"))
    if not (isinstance(person, str) and isinstance(trial, str) and isinstance(reasons, list)):
        raise UnreadableFile(
            file, "an exclusion names its person, its trial and the reasons", _WAY_OUT
        )
    return Exclusion(person=person, trial=trial, reasons=tuple(map(str, reasons)))
