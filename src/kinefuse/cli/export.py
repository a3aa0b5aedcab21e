"""``kinefuse export``: a result in, files for other programs out."""

from pathlib import Path
from typing import Annotated

import typer


def export(
    result: Annotated[Path, typer.Argument(help="Folder of results, or its estimate.h5.")],
    out: Annotated[Path, typer.Option(help="Folder to write the files into.")],
    to: Annotated[
        str | None,
        typer.Option(help="Formats such as 'mot,c3d,bvh' (docs/export.md); without it all."),
    ] = None,
    height_m: Annotated[
        float | None,
        typer.Option(
            "--height-m", help="The person's height in m, for joint centres and the bones of BVH."
        ),
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace files of these names.")] = False,
) -> None:
    """Write an estimate for OpenSim, Blender, Mokka, tables and programs.

    Formats: mot, sto, sto-orientations, sto-placement, csv, csv-orientations, parquet,
    parquet-long, parquet-orientations, c3d, bvh, json.
    """
    from dataclasses import replace

    from kinefuse.cli.progress import watch
    from kinefuse.exports import EXPORTS, export_estimate, export_format, possible
    from kinefuse.saved_estimate import read_estimate
    from kinefuse.whole_folders import filled_folder, refuse_to_overwrite

    refuse_to_overwrite(out, force=force)
    asked = [export_format(name.strip()).name for name in to.split(",")] if to else None
    estimate = read_estimate(result)
    if height_m is not None:
        estimate = replace(estimate, person=replace(estimate.person, height_m=height_m))
    names = asked or possible(estimate)
    with filled_folder(out, force=force) as folder:
        watch(export_estimate(estimate, names, folder), "Exporting")
    for name in names:
        print(f"{out / EXPORTS[name].file}: {EXPORTS[name].what}.")
    for name in () if asked else [name for name in EXPORTS if name not in names]:
        print(f"Left out '{name}': the estimate has no {EXPORTS[name].lacks(estimate)}.")
