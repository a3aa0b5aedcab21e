"""``kinefuse check``: a recording examined for faults, or a store held to limits."""

from pathlib import Path
from typing import Annotated

import typer


def check(
    what: Annotated[
        Path,
        typer.Argument(
            metavar="SESSION|STORE",
            help="A session's folder or a recording's file; or a store that 'kinefuse prepare' "
            "wrote.",
        ),
    ],
    json: Annotated[
        Path | None, typer.Option(help="SESSION: also write all findings to this JSON file.")
    ] = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="SESSION: mend what can be mended, in a copy at --out.")
    ] = False,
    limits: Annotated[
        str, typer.Option(help="STORE: ours, or published (Rapp et al. 2021, at any rate).")
    ] = "ours",
    skip: Annotated[
        str, typer.Option(help="STORE: checks to leave out, by names in the table, with commas.")
    ] = "",
    split: Annotated[
        Path | None,
        typer.Option(
            help="STORE: JSON with train, validation and test lists of people; else 80/10/10."
        ),
    ] = None,
    seed: Annotated[
        int, typer.Option(help="STORE: of the split; that of the training to come.")
    ] = 0,
    out: Annotated[
        Path | None,
        typer.Option(
            help="STORE: JSON of what to leave out, for --without of train. SESSION: the folder "
            "of the mended copy, with --fix."
        ),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace earlier files of --out and --json.")
    ] = False,
) -> None:
    """Say what is wrong with a recording of sensors, or whom to leave out of a store of trials.

    SESSION, whatever 'kinefuse estimate' reads: every sensor is examined before anything is
    estimated. One line says how it looks; then each finding with what was seen, what is allowed,
    what follows and what to do, the worst first. Exit code 0: nothing faulty; 1: faults were
    found; 2: it could not be examined. The recording is never changed; --fix writes a copy.

    STORE, a folder of trials: each is held to a set of limits; a table says who fails what. With
    --out it writes a JSON list of the trials to leave out, each with its reasons, for
    'train --without'. Ranges of motion (published limits) are compared among the training people
    of the split alone.
    """
    if (what / "trials").is_dir():
        from kinefuse.cli.check_store import check_store_of_trials

        check_store_of_trials(what, limits, skip, split, seed, out, force=force)
        return
    from kinefuse.cli.check_recording import CopyWithoutPlace, check_recording

    if fix != (out is not None):
        raise CopyWithoutPlace
    check_recording(what, json, out, force=force)
