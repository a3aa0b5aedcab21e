"""``kinefuse check SESSION``: what the doctor found, in words, as JSON, and mended in a copy."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kinefuse.errors import KinefuseError

if TYPE_CHECKING:
    from kinefuse.doctor import Diagnosis, Fixed
    from kinefuse.results.checking import Examined

FAULTS_FOUND = 1
"""Exit code: it could be examined, and something is faulty."""
LOG_FILE = "log.md"
_WIDTH = 80
_WORST_FIRST = ("fault", "doubt", "information")


class CopyWithoutPlace(KinefuseError):
    """A copy is to be written and nobody said where, or the other way round."""

    def __init__(self) -> None:
        super().__init__(
            "a mended copy of a recording needs both --fix and --out FOLDER; give both, or neither."
        )


def check_recording(recording: Path, json: Path | None, out: Path | None, *, force: bool) -> None:
    """Examine a recording and say what was found; with ``out``, mend it in a copy there.

    Raises:
        Exit: With ``FAULTS_FOUND``, at the end, where there are faults.
        KinefuseError: It could not be examined, or something lies where files are to go.
    """
    from kinefuse.results.checking import examined
    from kinefuse.whole_files import write_json
    from kinefuse.whole_folders import refuse_files, refuse_to_overwrite

    if json is not None:
        refuse_files([json], force=force)
    if out is not None:
        refuse_to_overwrite(out, force=force)
    found = examined(recording)
    _tell(recording, found.diagnoses)
    if json is not None:
        write_json(json, [asdict(one) for one in found.diagnoses])
        print(f"All findings: {json}")
    if out is not None:
        _mend(recording, found, out, force=force)
    if any(one.is_fault for one in found.diagnoses):
        raise typer.Exit(FAULTS_FOUND)


def _tell(recording: Path, diagnoses: Sequence["Diagnosis"]) -> None:
    failed = sorted(
        (one for one in diagnoses if not one.passed),
        key=lambda one: _WORST_FIRST.index(one.severity),
    )
    print(f"{recording}: {_verdict(failed, len(diagnoses))}")
    for one in failed:
        print(f"\n{one.severity.upper()}  {one.check}: {one.subject}")
        for head, words in (
            ("seen", one.evidence),
            ("allowed", f"{one.limit} ({one.source})"),
            ("so", one.consequence),
            ("do", one.remedy),
        ):
            print(_paragraph(head, words))


def _verdict(failed: Sequence["Diagnosis"], checks: int) -> str:
    counts = [
        (sum(one.severity == severity for one in failed), singular, plural)
        for severity, singular, plural in (
            ("fault", "fault", "faults"),
            ("doubt", "doubt", "doubts"),
        )
    ]
    said = [f"{n} {singular if n == 1 else plural}" for n, singular, plural in counts if n]
    return f"{', '.join(said) or 'nothing faulty'} in {checks} checks."


def _paragraph(head: str, words: str) -> str:
    return textwrap.fill(words, _WIDTH, initial_indent=f"  {head:<8} ", subsequent_indent=" " * 11)


def _mend(recording: Path, found: "Examined", out: Path, *, force: bool) -> None:
    from kinefuse.doctor import fixed

    copy = fixed(found.streams, found.description, found.diagnoses)
    if not copy.log:
        print("\nNothing of this can be mended without guessing, so no copy was written.")
        return
    _write_copy(recording, copy, out, force=force)
    print(f"\nMended in the copy {out}; {recording} is as it was:")
    for words in copy.log:
        print(textwrap.fill(words, _WIDTH, initial_indent="  - ", subsequent_indent="    "))


def _write_copy(recording: Path, copy: "Fixed", out: Path, *, force: bool) -> None:
    """Streams, ``session.toml`` where places are known, and what was done."""
    from kinefuse.formats.streams_folder import write_streams
    from kinefuse.sessions import FILE_NAME, write_description
    from kinefuse.whole_files import write_text
    from kinefuse.whole_folders import filled_folder

    streams = replace(copy.streams, notes=(*copy.streams.notes, *copy.log))
    with filled_folder(out, force=force) as folder:
        write_streams(folder, streams)
        if copy.description.sensors:
            description = replace(copy.description, recording=".")
            write_description(folder / FILE_NAME, description)
        lines = "".join(f"- {words}\n" for words in copy.log)
        write_text(
            folder / LOG_FILE,
            f"# What was mended in this copy\n\nOf `{recording}`, which is as it was:\n\n{lines}",
        )
