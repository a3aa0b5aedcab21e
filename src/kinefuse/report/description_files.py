"""The files that a description of a store becomes: Markdown, CSV and a drawing."""

import csv
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np

from kinefuse.dataset.description import (
    MEASURES,
    GroupFacts,
    Spread,
    TrialFacts,
    groups,
    lengths_s,
)
from kinefuse.report.length_figure import length_figure
from kinefuse.whole_files import write_text

FIGURE = "lengths.svg"
_DIGITS = {"height_m": 2, "mass_kg": 1, "speed_m_s": 2}
_MOST_LENGTHS = 12  # rows; more are in trials.csv and in the drawing


def write_description(folder: Path, name: str, facts: Sequence[TrialFacts]) -> None:
    """Write ``description.md``, ``people.csv``, ``trials.csv`` and ``lengths.svg``."""
    write_text(folder / "description.md", "\n".join(_page(name, facts)) + "\n")
    write_text(folder / FIGURE, length_figure(facts))
    _write_csv(folder / "people.csv", (dict(_people_row(g)) for g in groups(facts)))
    _write_csv(folder / "trials.csv", (dict(_trial_row(f)) for f in facts))


def people_table(facts: Sequence[TrialFacts]) -> tuple[list[str], list[list[str]]]:
    """Headings, and a row a group of people."""
    headings = ["activity", "who", "people", "trials", *MEASURES.values()]
    rows = [
        [
            group.activity,
            group.who,
            str(group.people),
            str(group.trials),
            *(told(group.measures[m], group.people, _DIGITS[m]) for m in MEASURES),
        ]
        for group in groups(facts)
    ]
    return headings, rows


def length_table(facts: Sequence[TrialFacts]) -> tuple[list[str], list[list[str]]]:
    """Headings, and a row a length that several trials share; the others in one row."""
    rows = []
    for activity in sorted({fact.activity for fact in facts}):
        counts = lengths_s(fact for fact in facts if fact.activity == activity)
        commonest = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
        shared = [(s, n) for s, n in commonest if n > 1][:_MOST_LENGTHS]
        rows += [[activity, f"{s:g}", str(n)] for s, n in shared]
        others = commonest[len(shared) :]
        if others:
            seconds = [s for s, _ in others]
            ends = f"{min(seconds):g}" + f" to {max(seconds):g}" * (len(others) > 1)
            rows.append([activity, ends, str(sum(n for _, n in others))])
    return ["activity", "length, s", "trials"], rows


def dropped_lines(facts: Sequence[TrialFacts]) -> Iterator[str]:
    """Whatever is not used, with its reasons; a line each."""
    for fact in facts:
        if fact.reasons:
            yield f"{fact.person} {fact.name}: {'; '.join(fact.reasons)}"


def missing_lines(facts: Sequence[TrialFacts]) -> Iterator[str]:
    """Trials that are used as far as they go."""
    for fact in facts:
        if fact.kept and fact.missing:
            yield f"{fact.person} {fact.name}: without {', '.join(fact.missing)}"


def told(spread: Spread, people: int, digits: int) -> str:
    """Mean ± SD, and of how many where that is not everybody."""
    if not spread.known:
        return "unknown"
    words = f"{spread.mean:.{digits}f}"
    if np.isfinite(spread.sd):
        words += f" ± {spread.sd:.{digits}f}"
    return words if spread.known == people else f"{words} (of {spread.known})"


def _page(name: str, facts: Sequence[TrialFacts]) -> Iterator[str]:
    kept = [fact for fact in facts if fact.kept]
    rates = sorted({fact.rate_hz for fact in kept})
    yield f"# {name}\n"
    yield (
        f"{len({f.person for f in kept})} people, {len(kept)} trials"
        + (f" at {' and '.join(f'{rate:g}' for rate in rates)} Hz" if rates else "")
        + f", {sum(f.seconds for f in kept) / 60:.1f} minutes; "
        f"{len(facts) - len(kept)} recordings dropped. Mean ± SD over people.\n"
    )
    yield from _markdown(*people_table(facts))
    yield "\n## Lengths\n"
    yield from _markdown(*length_table(facts))
    yield f"\n![How many trials are how long]({FIGURE})"
    for title, lines in (("Dropped", dropped_lines(facts)), ("Incomplete", missing_lines(facts))):
        yield f"\n## {title}\n"
        listed = [f"- {line}" for line in lines]
        yield from listed or ["Nothing."]
    yield "\n## Sources\n"
    yield from (f"- {source}" for source in sorted({f.source for f in kept}))


def _markdown(headings: list[str], rows: list[list[str]]) -> Iterator[str]:
    yield f"| {' | '.join(headings)} |"
    yield f"|{'---|' * len(headings)}"
    yield from (f"| {' | '.join(row)} |" for row in rows)


def _people_row(group: GroupFacts) -> Iterator[tuple[str, object]]:
    yield from (("activity", group.activity), ("who", group.who))
    yield from (("people", group.people), ("trials", group.trials))
    for measure, spread in group.measures.items():
        yield measure, _number(spread.mean)
        yield f"{measure}_sd", _number(spread.sd)
        yield f"{measure}_known", spread.known


def _trial_row(fact: TrialFacts) -> Iterator[tuple[str, object]]:
    yield from (("person", fact.person), ("trial", fact.name), ("activity", fact.activity))
    yield from (("seconds", _number(fact.seconds)), ("rate_hz", _number(fact.rate_hz)))
    yield "sex", fact.sex
    yield from ((m, _number(fact.measures.get(m, np.nan))) for m in MEASURES)
    yield "kept", "yes" if fact.kept else "no"
    yield from (("reasons", "; ".join(fact.reasons)), ("missing", ", ".join(fact.missing)))
    yield "source", fact.source


def _number(value: float) -> str:
    """An empty cell for what is not known."""
    return f"{value:.6g}" if np.isfinite(value) else ""


def _write_csv(file: Path, rows: Iterable[dict[str, object]]) -> None:
    rows = list(rows)
    with file.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]) if rows else ["activity"], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
