"""``kinefuse view``: a result in, the page to watch out."""

from pathlib import Path
from typing import Annotated

import typer


def view(
    result: Annotated[Path, typer.Argument(help="Folder of results, or its estimate.h5.")],
    out: Annotated[
        Path | None, typer.Option(help="The page to write; by default view.html in the folder.")
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="True angles, shown as a ghost: .csv like ours, or .mot.")
    ] = None,
    height_m: Annotated[
        float | None,
        typer.Option("--height-m", help="The person's height in m, for the lengths of bones."),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier page.")] = False,
) -> None:
    """Write the page that shows a result as a moving body with its curves.

    The truth begins with the recording; another rate is interpolated.
    """
    from kinefuse.formats.angle_tables import read_angles
    from kinefuse.saved_estimate import read_estimate
    from kinefuse.session_description import Person
    from kinefuse.viewer import write_view
    from kinefuse.whole_folders import refuse_files

    page = out or (result if result.is_dir() else result.parent) / "view.html"
    refuse_files([page], force=force)
    estimate = read_estimate(result)
    person = estimate.person if height_m is None else Person(height_m=height_m)
    known = read_angles(truth)[0].at_samples_of(estimate.angles) if truth else None
    write_view(estimate, page, known, person.height_m)
    print(f"Page: {page}")
