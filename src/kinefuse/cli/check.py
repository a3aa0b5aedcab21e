"""``kinefuse check``: a recording examined for faults, or a store held to limits."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated

import typer

from kinefuse.cli.own_maps import OwnMaps
from kinefuse.errors import KinefuseError


class OptionOfTheOtherKind(KinefuseError):
    """An option is given that means nothing for what is checked."""

    def __init__(self, path: Path, kind: str, other: str, options: Sequence[str]) -> None:
        super().__init__(
            f"{path} is a {kind}, and {' and '.join(options)} can only be said of a {other}; "
            "leave that out."
        )


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
    map_file: OwnMaps = None,
    fix: Annotated[
        bool, typer.Option("--fix", help="SESSION: mend what can be mended, in a copy at --out.")
    ] = False,
    limits: Annotated[
        str | None,
        typer.Option(help="STORE: ours (default), or published (Rapp et al. 2021, at any rate)."),
    ] = None,
    skip: Annotated[
        str | None,
        typer.Option(help="STORE: checks to leave out, by names in the table, with commas."),
    ] = None,
    split: Annotated[
        Path | None,
        typer.Option(
            help="STORE: JSON with train, validation and test lists of people; else 80/10/10."
        ),
    ] = None,
    seed: Annotated[
        int | None,
        typer.Option(help="STORE: of the split; that of the training to come, else 0."),
    ] = None,
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
    is_store = (what / "trials").is_dir()
    of_stores = {"--limits": limits, "--skip": skip, "--split": split, "--seed": seed}
    of_recordings = {"--json": json, "--fix": fix or None, "--map": map_file or None}
    if what.exists():
        _refuse_options_of_the_other_kind(what, of_stores, of_recordings, is_store=is_store)
    if is_store:
        from kinefuse.cli.check_store import check_store_of_trials

        check_store_of_trials(
            what, limits or "ours", skip or "", split, seed or 0, out, force=force
        )
        return
    from kinefuse.cli.check_recording import check_recording
    from kinefuse.cli.mended_copy import CopyWithoutPlace

    if fix != (out is not None):
        raise CopyWithoutPlace
    check_recording(what, map_file or (), json, out, force=force)


def _refuse_options_of_the_other_kind(
    path: Path,
    of_stores: Mapping[str, object],
    of_recordings: Mapping[str, object],
    *,
    is_store: bool,
) -> None:
    kinds = ("store of trials", "recording")
    kind, other = kinds if is_store else kinds[::-1]
    foreign = of_recordings if is_store else of_stores
    given = [option for option, value in foreign.items() if value is not None]
    if given:
        raise OptionOfTheOtherKind(path, kind, other, given)
