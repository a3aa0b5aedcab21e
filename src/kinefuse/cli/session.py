"""``kinefuse session new``: which sensor is where, proposed and written for a person to look at."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from kinefuse.cli.own_maps import OwnMaps

if TYPE_CHECKING:
    from kinefuse.sessions import Proposal


def new(
    folder: Annotated[Path, typer.Argument(help="Folder, or file, of the sensors' data.")],
    activity: Annotated[str, typer.Option(help="walking or running.")] = "walking",
    height_m: Annotated[
        float | None, typer.Option("--height-m", help="Of the person, in metres.")
    ] = None,
    mass_kg: Annotated[
        float | None, typer.Option("--mass-kg", help="Of the person, in kilograms.")
    ] = None,
    map_file: OwnMaps = None,
    force: Annotated[bool, typer.Option("--force", help="Replace session.toml.")] = False,
) -> None:
    """Propose session.toml: which sensor is on which segment, by its label and by the motion.

    Look at it and change what is wrong; it is read by every command that reads the folder. A map
    that reads the recording is named in it, and need not be said again.
    """
    from kinefuse.cli.progress import PATIENCE_S, watch
    from kinefuse.session_description import Person
    from kinefuse.sessions import FILE_NAME, propose_in_steps, write_description
    from kinefuse.whole_folders import refuse_files

    where = folder if folder.is_dir() else folder.parent
    file = where / FILE_NAME
    refuse_files([file], force=force)
    person = Person(height_m=height_m, mass_kg=mass_kg)
    steps = propose_in_steps(folder, activity.lower(), person, map_file or ())
    proposal = watch(steps, "proposing", after_s=PATIENCE_S)
    write_description(file, proposal, proposal.remarks)
    _tell(proposal)
    print(f"Written, to be looked at: {file}")


def _tell(proposal: "Proposal") -> None:
    longest = max(len(place.label) for place in proposal.sensors.values())
    for segment, place in proposal.sensors.items():
        print(f"{segment:<8} {place.label:<{longest}}  {proposal.evidence[segment].words}")
    for label, why in proposal.left_out.items():
        print(f"Left out, {label}: {why}.")
    for doubt in proposal.doubts:
        print(doubt)
