"""``kinefuse estimate``: a real recording in, joint angles out."""

from pathlib import Path
from typing import Annotated

import typer


def estimate(
    recording: Annotated[
        Path, typer.Argument(help="Directory or file of IMU signals (see docs/files.md).")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write the results into.")],
    model: Annotated[
        Path | None, typer.Option(help="Model folder; without it the packaged one.")
    ] = None,
    activity: Annotated[str, typer.Option(help="walking or running.")] = "walking",
    method: Annotated[
        str | None, typer.Option(help="map (default), optimiser, fused, classical, ...")
    ] = None,
    joints: Annotated[
        str | None, typer.Option(help="Only these joints, such as 'knee_r,ankle_r'.")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace the files of results.")] = False,
) -> None:
    """Estimate hip, knee and ankle angles from a recording of inertial sensors.

    Writes angles.csv, angles.mot (OpenSim), summary.json and report.html.
    """
    from kinefuse import estimation
    from kinefuse.cli.result_files import write_results
    from kinefuse.cli.result_folder import filled_folder, refuse_to_overwrite
    from kinefuse.cli.wanted_sensors import wanted_joints, with_sensors_for
    from kinefuse.formats import format_of

    refuse_to_overwrite(out, force=force)
    session_format = format_of(recording)
    session = session_format.read(recording)
    wanted = wanted_joints(session, joints, named_by_file=session_format.names_its_joints)
    session = with_sensors_for(session, wanted)
    for note in session.notes:
        print(note)
    found = estimation.estimate(session, activity=activity, model=model, method=method)
    with filled_folder(out, force=force) as folder:
        write_results(folder, found, recording=recording, notes=session.notes)
    print(f"{session.name}: {session.samples / session.rate_hz:.1f} s at {session.rate_hz:g} Hz.")
    for finding in found.findings:
        if not finding.passed:
            print(f"Doubtful, {finding.subject} ({finding.check}): {finding.message}.")
    print(f"Angles by the method '{found.method}' for {found.activity}: {out / 'report.html'}")
