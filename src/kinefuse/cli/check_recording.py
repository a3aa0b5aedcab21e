"""``kinefuse check SESSION``: what the doctor found, in words, as JSON, and mended in a copy."""

import textwrap
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from kinefuse.cli.mended_copy import refuse_place_of_copy, write_copy

if TYPE_CHECKING:
    from kinefuse.doctor import Diagnosis
    from kinefuse.results.checking import Examined

FAULTS_FOUND = 1
"""Exit code: it could be examined, and something is faulty."""
_WIDTH = 80
_WORST_FIRST = ("fault", "doubt", "information")


def check_recording(
    recording: Path, maps: Sequence[Path], json: Path | None, out: Path | None, *, force: bool
) -> None:
    """Examine a recording and say what was found; with ``out``, mend it in a copy there.

    Args:
        recording: What is examined.
        maps: Format maps to try first.
        json: Where all findings go as well.
        out: Where the copy goes.
        force: Replace an earlier file of findings and an earlier copy.

    Raises:
        Exit: With ``FAULTS_FOUND``, at the end, where there are faults.
        KinefuseError: It could not be examined, or something lies where files are to go.
    """
    from kinefuse.cli.progress import PATIENCE_S, watch
    from kinefuse.results.checking import examined
    from kinefuse.whole_files import write_json
    from kinefuse.whole_folders import refuse_files

    if json is not None:
        refuse_files([json], force=force)
    if out is not None:
        refuse_place_of_copy(out, recording, maps, json, force=force)
    found = watch(examined(recording, maps), "examining", after_s=PATIENCE_S)
    _tell(recording, found.diagnoses)
    if out is not None:
        _mend(recording, found, out)
    if json is not None:  # perhaps into the copy's folder
        write_json(json, [asdict(one) for one in found.diagnoses])
        print(f"All findings: {json}")
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


def _mend(recording: Path, found: "Examined", out: Path) -> None:
    from kinefuse.doctor import fixed

    copy = fixed(found.streams, found.description, found.diagnoses)
    if not copy.log:
        print("\nNothing of this can be mended without guessing, so no copy was written.")
        return
    write_copy(recording, copy, out)
    print(f"\nMended in the copy {out}; {recording} is as it was:")
    for words in copy.log:
        print(textwrap.fill(words, _WIDTH, initial_indent="  - ", subsequent_indent="    "))
    left = [f"{one.check}: {one.subject}" for one in copy.diagnoses if one.is_fault]
    if left:
        print(textwrap.fill(f"Still at fault there: {'; '.join(left)}.", _WIDTH))
