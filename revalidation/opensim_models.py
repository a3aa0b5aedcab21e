"""How far OpenSim's IMU inverse kinematics is from our angles, with free joints and with hinges.

    OMP_NUM_THREADS=1 PYTHONPATH=tests python revalidation/opensim_models.py

Orientations go as ``kinefuse export`` writes them through OpenSim's IMU placer and IMU inverse
kinematics (``pip install 'kinefuse[opensim]'``), on the models of the agreement test
(``tests/opensim_legs.py``): bodies, coordinates and axes of Rajagopal 2016, once with joints that
turn freely, once with hinges at knee, ankle and below the talus. Eight seconds each of a made-up
walk with its own truth, of a simulated runner and a simulated walker, and of a real walk, the last
three as estimated by default.

Writes ``results/opensim_models.csv``, a row a walk, model and coordinate: RMS difference of theirs
and ours over both legs, the same with each leg's mean removed, and the largest difference [deg].
"""

import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import opensim
import polars as pl
from optical_walks import gaittech

from kinefuse.anatomy.conventions import from_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.cli.demo import simulated
from kinefuse.estimation import Estimate, estimate
from kinefuse.exports import export_estimate
from kinefuse.formats.angle_files import OPENSIM_COORDINATES
from kinefuse.recordings import JointAngles
from made_up_estimates import made_up_estimate
from opensim_legs import placed, solved, write_model
from walker import Walker

RESULTS = Path(__file__).parent / "results" / "opensim_models.csv"
SECONDS = 8.0
MODELS = {"free": False, "hinges": True}
Coordinates = dict[str, np.ndarray]


def main() -> None:
    """Send every walk through both models, write the table, print it."""
    opensim.Logger.setLevelString("Error")
    rows = [row for name, found in walks() for row in differences(name, found)]
    table = pl.DataFrame(rows)
    table.write_csv(RESULTS, float_precision=3)
    _say(table)
    print(f"written: {RESULTS}")


def walks() -> Iterator[tuple[str, Estimate]]:
    """Each by its name, cut to where somebody walks or runs steadily."""
    yield "made-up walk, its truth", made_up_estimate(Walker(turning_rad=2.5), slice(500, 1300))
    for activity in ("running", "walking"):
        _, session = simulated(activity, seed=0, sensors="consumer")
        yield f"simulated {activity}, estimated", cut(estimate(session, activity), from_s=12.0)
    walk = gaittech()
    begins_s = walk.stretches[0][1].start / walk.whole.rate_hz  # where optical truth begins
    yield "real walk, estimated", cut(estimate(walk.whole, "walking"), begins_s + 1.0)


def cut(found: Estimate, from_s: float) -> Estimate:
    """A few seconds of it, angles and orientations."""
    rate_hz = found.angles.rate_hz
    part = slice(round(from_s * rate_hz), round((from_s + SECONDS) * rate_hz))
    assert found.orientations  # every method has them
    R = {s: turned[part] for s, turned in found.orientations.R_world_segment.items()}
    return replace(
        found,
        angles=JointAngles(
            rate_hz=rate_hz, angles_rad={n: a[part] for n, a in found.angles.angles_rad.items()}
        ),
        angles_sd_rad=None,
        orientations=replace(found.orientations, R_world_segment=R, sd_rad={}),
    )


def differences(walk: str, found: Estimate) -> Iterator[dict[str, object]]:
    """One row a model and coordinate, over both legs."""
    ours = by_coordinate(found.angles)
    for model, knees_bend_only in MODELS.items():
        theirs = through_opensim(found, knees_bend_only)
        for coordinate in dict.fromkeys(name[:-2] for name in ours if name in theirs):
            pairs = [(theirs[name], ours[name]) for name in (f"{coordinate}_{s}" for s in "rl")]
            apart = [a - b[: len(a)] for a, b in pairs]
            yield {
                "walk": walk,
                "model": model,
                "coordinate": coordinate,
                "rms_deg": _rms(apart),
                "rms_mean_removed_deg": _rms([each - each.mean() for each in apart]),
                "largest_deg": float(np.max(np.abs(apart))),
            }


def by_coordinate(angles: JointAngles) -> Coordinates:
    """Our angles [deg] by the model's names."""
    return {
        f"{coordinate}_{JOINTS[name].side}": from_ours(values, name, "rajagopal2016")[:, i]
        for name, values in angles.angles_rad.items()
        for i, coordinate in enumerate(OPENSIM_COORDINATES[JOINTS[name].kind])
    }


def through_opensim(found: Estimate, knees_bend_only: bool) -> Coordinates:
    """What OpenSim makes of the exported orientations."""
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        list(export_estimate(found, ["sto-orientations", "sto-placement"], folder))
        write_model(folder / "legs.osim", knees_bend_only)
        placed(folder / "legs.osim", folder / "orientations_placement.sto", folder / "placed.osim")
        (folder / "solved").mkdir()
        end_s = (found.angles.samples - 1) / found.angles.rate_hz
        sto, out = folder / "orientations.sto", folder / "solved"
        return solved(folder / "placed.osim", sto, out, end_s)


def _rms(parts: list[np.ndarray]) -> float:
    return float(np.sqrt(np.mean(np.square(parts))))


def _say(table: pl.DataFrame) -> None:
    free = table.filter(model="free").group_by("coordinate", maintain_order=True)
    wide = pl.format("{} ({})", *(pl.col(c).round(1) for c in ("rms_deg", "rms_mean_removed_deg")))
    hinges = table.filter(model="hinges").with_columns(rms=wide)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=3, tbl_hide_dataframe_shape=True):
        print(free.agg(pl.col("rms_deg").max(), pl.col("largest_deg").max()))
        print(hinges.pivot(on="walk", index="coordinate", values="rms"))


if __name__ == "__main__":
    main()
