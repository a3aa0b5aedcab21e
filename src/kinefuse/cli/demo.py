"""``kinefuse demo``: a person made up on the spot, estimated, and compared with the truth."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from kinefuse.estimation import Estimate
    from kinefuse.recordings import ImuSession, JointAngles, Trial

SECONDS, STANDING_S = 24.0, 4.0
RATE_HZ = 100.0  # of most wearable sensors
SETTLED_S = 2.0  # from standing to full speed; scored from here on
NEVER_TRAINED_ON = 1_000_000  # first seed of people that no training draws


def demo(
    activity: Annotated[str, typer.Option(help="walking or running.")] = "walking",
    seed: Annotated[int, typer.Option(min=0, help="Another number is another person.")] = 0,
    out: Annotated[Path, typer.Option(help="Folder to write the report into.")] = Path(
        "demo-report"
    ),
    sensors: Annotated[str, typer.Option(help="How good: ideal, research, consumer.")] = "consumer",
    method: Annotated[
        str | None, typer.Option(help="map (default), optimiser, fused, classical, ...")
    ] = None,
    force: Annotated[bool, typer.Option("--force", help="Replace an earlier report.")] = False,
) -> None:
    """Simulate a person nobody was trained on, estimate, and compare with the known truth.

    Writes what ``kinefuse estimate`` writes; the report shows the truth beside.
    """
    from kinefuse.results import estimate
    from kinefuse.whole_folders import refuse_to_overwrite

    refuse_to_overwrite(out, force=force)
    trial, session = simulated(activity, seed, sensors)
    print(
        f"Simulated {activity}: {trial.provenance['speed_m_s']:.1f} m/s, "
        f"{trial.provenance['height_m']:.2f} m tall, {session.samples / session.rate_hz:.0f} s "
        f"of {len(session.sensors)} '{sensors}' sensors, strapped on askew."
    )
    found = estimate(session, activity=activity, method=method)
    found.save(out, recording=f"simulated-{activity}-{seed}", truth=trial.angles, force=force)
    _show_errors(found, trial.angles)
    print(f"Report: {(out / 'report.html').resolve()}")


def simulated(activity: str, seed: int, sensors: str) -> "tuple[Trial, ImuSession]":
    """Somebody who stands, then moves; and what such sensors would have recorded."""
    from dataclasses import replace

    import numpy as np

    from kinefuse.session_description import Person
    from kinefuse.simulation.gait import simulate_person
    from kinefuse.simulation.sensor_models import degrade, sensor_model

    model = sensor_model(sensors)
    for_person, for_sensors = np.random.default_rng([NEVER_TRAINED_ON, seed]).spawn(2)
    trial = simulate_person(
        activity,
        for_person,
        seconds=SECONDS,
        rate_hz=RATE_HZ,
        standing_s=STANDING_S,
        name=f"demo-{seed}",
    )
    session = degrade(trial.imus, model, for_sensors)
    height_m = trial.provenance["height_m"]
    assert isinstance(height_m, float)  # of every simulated person
    return trial, replace(session, person=Person(height_m=height_m))


def errors_deg(found: "Estimate", truth: "JointAngles") -> dict[str, tuple[list, list]]:
    """By kind of joint: RMSE and mean-removed RMSE of each plane [deg], mean of both sides."""
    import numpy as np

    from kinefuse import metrics
    from kinefuse.anatomy.joints import JOINT_KINDS
    from kinefuse.anatomy.segments import SIDES

    start = round((STANDING_S + SETTLED_S) * truth.rate_hz)
    estimated, true = found.angles.in_degrees(), truth.in_degrees()
    table = {}
    for kind in JOINT_KINDS:
        pairs = [(estimated[f"{kind}_{s}"][start:], true[f"{kind}_{s}"][start:]) for s in SIDES]
        table[kind] = tuple(
            np.mean([score(*pair) for pair in pairs], axis=0).tolist()
            for score in (metrics.rmse, metrics.rmse_mean_removed)
        )
    return table


def _show_errors(found: "Estimate", truth: "JointAngles") -> None:
    from rich.console import Console
    from rich.table import Table

    from kinefuse.anatomy.joints import PLANES

    table = Table(title=f"Method '{found.method}' against the truth: RMSE in degrees, both sides")
    table.add_column("joint")
    for score in ("", "\nmean removed"):
        for plane in PLANES:
            table.add_column(f"{plane}{score}", justify="right")
    for kind, scores in errors_deg(found, truth).items():
        table.add_row(kind, *(f"{value:.1f}" for score in scores for value in score))
    Console().print(table)
