"""``kinefuse estimate``: real recordings in, joint angles out."""

from pathlib import Path
from typing import Annotated

import typer

from kinefuse.cli.own_maps import OwnMaps


def estimate(
    out: Annotated[Path, typer.Option(help="Folder to write the results into.")],
    recordings: Annotated[
        list[Path] | None,
        typer.Argument(
            help="Directory or file of IMU signals (see docs/files.md); several, or a folder of "
            "several, become a study."
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Model folder, ours or published; without it the packaged one."),
    ] = None,
    activity: Annotated[
        str | None,
        typer.Option(help="walking or running; else what session.toml says, else walking."),
    ] = None,
    method: Annotated[
        str | None, typer.Option(help="map (default), optimiser, fused, classical, ...")
    ] = None,
    joints: Annotated[
        str | None, typer.Option(help="Only these joints, such as 'knee_r,ankle_r'.")
    ] = None,
    published_root: Annotated[
        Path | None,
        typer.Option(help="Instead of a recording: the published demo's tree of .npy files."),
    ] = None,
    joint: Annotated[
        str | None, typer.Option(help="With --published-root: hip, knee or ankle; else all there.")
    ] = None,
    workers: Annotated[
        int | None, typer.Option(min=1, help="Of a study: processes here; else one a core.")
    ] = None,
    scheduler: Annotated[
        str | None, typer.Option(help="Of a study: Dask scheduler to use, tcp://HOST:PORT.")
    ] = None,
    map_file: OwnMaps = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Estimate hip, knee and ankle angles from recordings of inertial sensors.

    Writes angles.csv, angles.mot (OpenSim), estimate.h5, summary.json, report.html and view.html.
    With the true angles beside the demo's .npy files, the errors are printed and stand in
    summary.json.

    Of several recordings, each gets a folder of these; study.csv and study.xlsx are one table of
    all, failures.csv says which failed and why (exit code 1), and the same command goes on after
    an interruption.
    """
    from kinefuse.cli.estimate_study import estimate_study
    from kinefuse.study.request import StudyRequest
    from kinefuse.study.sessions import is_study

    activity = activity.lower() if activity else None
    maps = tuple(file.absolute() for file in map_file or ())
    if recordings and not published_root and is_study(recordings, maps):
        names = tuple(joints.split(",")) if joints else None
        request = StudyRequest(
            activity=activity, model=model, method=method, joints=names, maps=maps
        )
        estimate_study(recordings, out, request, workers, scheduler, force=force)
        return
    recording = recordings[0] if recordings else None
    from kinefuse import results
    from kinefuse.cli.asked_recording import asked_recording
    from kinefuse.cli.published_demo import print_scores, scores_deg
    from kinefuse.whole_folders import refuse_to_overwrite

    refuse_to_overwrite(out, force=force)
    asked = asked_recording(recording, published_root, joint, joints, model, maps)
    for note in asked.session.notes:
        print(note)
    found = results.estimate(
        asked.session, activity or asked.activity, model, method, asked.alignment, joint=joint
    )
    rows = scores_deg(found.angles, asked.truth) if asked.truth else []
    found.save(
        out,
        recording=asked.path,
        truth=asked.truth,
        told={"scores": rows} if rows else None,
        force=force,
    )
    session = asked.session
    print(f"{session.name}: {session.samples / session.rate_hz:.1f} s at {session.rate_hz:g} Hz.")
    for finding in found.findings:
        if not finding.passed:
            print(f"Doubtful, {finding.subject} ({finding.check}): {finding.message}.")
    if rows:
        print_scores(rows)
    print(f"Angles by the method '{found.method}' for {found.activity}: {out / 'report.html'}")
