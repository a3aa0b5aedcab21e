"""``kinefuse convert``: the published system's files into ours, and ours into theirs."""

from pathlib import Path
from typing import Annotated

import typer


def convert(
    source: Annotated[
        Path,
        typer.Argument(
            help="Store, *_meta.h5, *_data.h5, recording, model folder or predictions; or a folder "
            "of such."
        ),
    ],
    to: Annotated[str, typer.Option(help="published or kinefuse.")],
    out: Annotated[Path, typer.Option(help="What to write: a folder.")],
    joint: Annotated[
        str | None, typer.Option(help="hip, knee or ankle, where no name says it.")
    ] = None,
    activity: Annotated[
        str | None, typer.Option(help="walking or running, where no name says it.")
    ] = None,
    store: Annotated[
        Path | None,
        typer.Option(help="With a model --to published: trials of its people, for predictions/."),
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Replace files of the same names.")
    ] = False,
) -> None:
    """Convert between the published system's files and this program's.

    A store becomes a Data tree: 1_Extracted/<activity>_meta.h5 and 2_Processed/<activity>_data.h5.
    Those become a store, model folders the other kind of model folder, recordings of sensors the
    demo's .npy tree or csv files. Says what it wrote, and what the other side cannot hold.
    """
    from kinefuse.cli.conversions import conversion_for
    from kinefuse.cli.convert_types import Told
    from kinefuse.cli.progress import show
    from kinefuse.whole_folders import added_to_folder, refuse_files, refuse_to_overwrite

    chosen, told = conversion_for(source, to), Told(joint=joint, activity=activity, store=store)
    if chosen.files is None:
        refuse_to_overwrite(out, force=force)
    else:
        refuse_files([out / name for name in chosen.files(source, told)], force=force)
    print(f"{source}: {chosen.what}.")
    sentences: list[str] = []
    with added_to_folder(out) as folder:
        for step in show(chosen.run(source, folder, told), "converting"):
            sentences += [step.message] if step.message else []
        written = sorted(p.relative_to(folder) for p in folder.rglob("*") if p.is_file())
    for sentence in dict.fromkeys(sentences):
        print(sentence)
    for file in written[:_LISTED]:
        print(f"  {out / file}")
    if len(written) > _LISTED:
        print(f"  and {len(written) - _LISTED} more files")


_LISTED = 12
"""More files than this are counted, not listed."""
