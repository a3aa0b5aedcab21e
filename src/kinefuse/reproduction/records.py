"""What each stage did, kept so that a reproduction goes on where it was stopped."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from time import monotonic
from types import TracebackType

from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.whole_files import write_json


class OtherReproduction(KinefuseError):
    """The folder holds a reproduction of something else."""

    def __init__(self, folder: Path, differing: list[str]) -> None:
        super().__init__(
            f"{folder} holds a reproduction with another {', '.join(differing)}; repeat its "
            "command to go on with it, choose another --out, or say --force to start afresh."
        )


@dataclass(frozen=True, kw_only=True)
class StageRecord:
    """What is known of a stage, also of one that was stopped."""

    name: str
    seconds: float = 0.0
    """Spent on it, by all runs together."""
    runs: int = 0
    """How often it was begun."""
    done: bool = False
    notes: tuple[str, ...] = ()
    """What a reader has to know: what was left out and why."""


def begin(records: Path, words: Mapping[str, object]) -> None:
    """Note what is asked for, or check that it is what was asked for before.

    Raises:
        OtherReproduction: It is not.
    """
    file = records / "request.json"
    wanted = json.loads(json.dumps(words))
    if file.exists():
        before = _read(file)
        differing = [key for key in wanted if wanted[key] != before.get(key)]
        if differing:
            raise OtherReproduction(records.parent, differing)
        return
    write_json(file, wanted)


def record_of(records: Path, name: str) -> StageRecord:
    """What is known of a stage; a blank record if it was never begun."""
    file = records / f"{name}.json"
    if not file.exists():
        return StageRecord(name=name)
    words = _read(file)
    words["notes"] = tuple(words["notes"])
    return StageRecord(**words)


class Running:
    """A stage while it runs: keeps its time and notes, whichever way it ends."""

    def __init__(self, records: Path, name: str) -> None:
        self.records, self.name = records, name
        self.notes: list[str] = []

    def __enter__(self) -> "Running":
        self.before = record_of(self.records, self.name)
        self.began = monotonic()
        self.keep()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.keep(done=kind is None)

    def keep(self, *, done: bool = False) -> None:
        """Write what is known; a kill then loses little of it."""
        now = replace(
            self.before,
            seconds=self.before.seconds + monotonic() - self.began,
            runs=self.before.runs + 1,
            done=done,
            notes=tuple(dict.fromkeys(self.notes)),
        )
        write_json(self.records / f"{self.name}.json", asdict(now))


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFile(
            file, "this is not JSON", "delete it to run that stage again"
        ) from error
