"""``kinefuse reproduce``: the whole paper, from extracted markers to one page."""

from pathlib import Path
from typing import Annotated

import typer


def reproduce(
    data: Annotated[
        Path,
        typer.Argument(help="Folder with walking_meta.h5 and running_meta.h5, or one of them."),
    ],
    out: Annotated[Path, typer.Option(help="Folder for everything; new, or one to go on with.")],
    budget: Annotated[
        str, typer.Option(help="small (an hour on two cores), or paper (weeks).")
    ] = "small",
    seed: Annotated[int, typer.Option(help="Of the splits, the searches and the networks.")] = 0,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Processes on this machine; else one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Dask scheduler to use instead, tcp://HOST:PORT.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Start afresh, whatever lies in the folder.")
    ] = False,
) -> None:
    """Run every stage of the paper, and ours beside it, on one's own extracted data.

    Reads DATA (or DATA/1_Extracted). Writes stores, searches, models, estimates, final tables and,
    at the end, reproduction.html, which says what each stage did and shows every number beside the
    published one. Stopped or killed, the same command goes on where it was.
    """
    from kinefuse.cli.extras import needs_extra
    from kinefuse.cli.progress import show

    needs_extra("search")
    from kinefuse.reproduction.budget import budget as budget_named
    from kinefuse.reproduction.job import Job
    from kinefuse.reproduction.places import Places
    from kinefuse.reproduction.records import record_of
    from kinefuse.reproduction.reproduce import finish, opened
    from kinefuse.reproduction.stages import STAGES, run_stage

    job = Job(
        data=data,
        places=Places(out.absolute()),
        budget=budget_named(budget),
        seed=seed,
        workers=workers,
        scheduler=scheduler,
    )
    with opened(job, force=force):
        for number, stage in enumerate(STAGES, start=1):
            for _ in show(run_stage(stage, job), f"{number}/{len(STAGES)} {stage.name}"):
                pass
            record = record_of(job.places.records, stage.name)
            print(f"{number}/{len(STAGES)} {stage.name}: {record.seconds:.0f} s", flush=True)
            for note in record.notes:
                print(f"    {note}", flush=True)
        print(f"Page: {finish(job)}")
