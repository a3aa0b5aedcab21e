"""``kinefuse check STORE``: trials held to limits; whom to leave out, and why."""

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from kinefuse.dataset.store import Store
    from kinefuse.dataset.store_check import StoreVerdict
    from kinefuse.quality.checks import Check
    from kinefuse.quality.finding import Finding
    from kinefuse.quality.limits import LimitSet

_NAMED = 4  # people in a line
_MOST = 0.5  # of all trials; a limit that they fail says little of any one of them
_TOLD = 20  # dropped trials, each with its reasons
_WIDTH = 100  # of the table; a narrower terminal wraps it rather than losing digits


def check_store_of_trials(
    store: Path,
    limits: str,
    skip: str,
    split: Path | None,
    seed: int,
    out: Path | None,
    *,
    force: bool,
) -> None:
    """Hold every trial of a store to a set of limits, and say who fails what and is left out."""
    from kinefuse.cli.progress import watch
    from kinefuse.dataset.exclusions import write_exclusions
    from kinefuse.dataset.store import open_store
    from kinefuse.dataset.store_check import check_store
    from kinefuse.errors import WouldOverwrite
    from kinefuse.quality.limits import limits as limits_named

    skipped = tuple(name.strip() for name in skip.split(",") if name.strip())
    chosen = limits_named(limits).without(skipped)
    if out is not None and out.exists() and not force:
        raise WouldOverwrite(out)
    opened = open_store(store)
    training, said = _training_people(opened, split, seed)
    verdict = watch(check_store(opened, chosen, training), "checking")
    print(
        f"{store}: {len(opened.sound)} sound trials held to the limits '{limits}'"
        + (f" but {', '.join(skipped)}." if skipped else ".")
    )
    _show_limits(verdict, chosen)
    _show_ranges(verdict, chosen, said)
    _show_dropped(verdict)
    if out is not None:
        write_exclusions(out, verdict.exclusions())
        print(f"To leave them out: kinefuse train {store} --without {out} ...")


def _training_people(store: "Store", file: Path | None, seed: int) -> tuple[tuple[str, ...], str]:
    """Who may be compared, and where that comes from; nobody where nobody can be split off."""
    from kinefuse.dataset.splits import people_split

    if file is None and len(store.people) < 3:
        return (), f"the {len(store.people)} people, who are too few to be split"
    found = people_split(store.people, file, seed)
    origin = f"drawn with seed {seed}" if file is None else f"of {file}"
    return found.train, f"the {len(found.train)} training people of the split {origin}"


def _show_limits(verdict: "StoreVerdict", limits: "LimitSet") -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="Limits, and the worst trial of each")
    for heading in ("check", "allowed", "worst", "trials that fail"):
        table.add_column(heading, overflow="fold")
    unmeasured, shares = [], {}
    for check in limits.checks:
        found = _of_check(verdict, check)
        if not found:
            unmeasured.append(check.name)
            continue
        failing = [person for person, finding in found if not finding.passed]
        shares[check.name] = len(failing) / len(found)
        person, worst = max(found, key=lambda pair: check.excess(pair[1].value))
        table.add_row(
            check.name,
            check.allowed,
            f"{worst.value:.4g} ({person}, {worst.subject})",
            f"{len(failing)} of {len(found)}{_listed(failing)}",
        )
    console = Console()
    console.width = max(console.width, _WIDTH)
    console.print(table)
    for name in sorted(name for name, share in shares.items() if share > _MOST):
        print(
            f"More than half of all trials fail '{name}': it may be unfit for how these were "
            f"recorded; --skip '{name}' leaves it out."
        )
    if unmeasured:
        print(f"Not measured in any trial: {', '.join(unmeasured)}.")


def _of_check(verdict: "StoreVerdict", check: "Check") -> list[tuple[str, "Finding"]]:
    """Person and finding of every trial that the check applies to."""
    return [
        (trial.entry.person, finding)
        for trial in verdict.trials
        for finding in trial.findings
        if finding.check == check.name
    ]


def _show_ranges(verdict: "StoreVerdict", limits: "LimitSet", said: str) -> None:
    if not limits.extreme_share:
        return
    share = f"the extreme {limits.extreme_share:.1%} at either end of every range of motion"
    if not verdict.compared:
        print(f"Ranges of motion were not compared: nobody is left of {said}.")
        return
    out = [trial for trial in verdict.trials if trial.outliers]
    print(
        f"Ranges of motion: {share} among {verdict.compared} trials of {said}: "
        f"{len(out)} dropped{_listed(trial.entry.person for trial in out)}."
    )
    fewest = round(1 / limits.extreme_share)
    if verdict.compared < fewest:
        print(f"    Of fewer than {fewest} trials this share is nobody.")


def _show_dropped(verdict: "StoreVerdict") -> None:
    for entry in verdict.unsound:
        print(f"Kept out since it was prepared: {entry.person} {entry.name}")
        for fault in entry.faults:
            print(f"    {fault}")
    for trial in verdict.dropped[:_TOLD]:
        every = bool(trial.findings) and len(trial.failed) == len(trial.findings)
        print(f"Dropped: {trial.entry.person} {trial.entry.name}{' (fails every check)' * every}")
        for reason in trial.reasons:
            print(f"    {reason}")
    if len(verdict.dropped) > _TOLD:
        print(f"... and {len(verdict.dropped) - _TOLD} more; --out FILE lists all, with reasons.")
    kept = {t.entry.person for t in verdict.trials if not t.reasons}
    gone = {t.entry.person for t in verdict.dropped} - kept
    print(
        f"{len(verdict.trials) - len(verdict.dropped)} trials of {len(kept)} people pass, "
        f"{len(verdict.dropped)} trials are dropped"
        + (f"; nothing is left of {len(gone)} people{_listed(gone)}." if gone else ".")
    )


def _listed(people: "Iterable[str]") -> str:
    names = sorted(set(people))
    if not names:
        return ""
    return f": {', '.join(names[:_NAMED])}" + (" ..." if len(names) > _NAMED else "")
