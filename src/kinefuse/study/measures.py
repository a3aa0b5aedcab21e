"""What a study's table says of one session: a row a joint, side and plane."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from kinefuse import gait_events
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.estimation import Estimate
from kinefuse.report.cycles import cut_cycles
from kinefuse.report.figures import PLANE_WORDS
from kinefuse.report.measures import movement_rows, timing_rows
from kinefuse.report.timing import toe_offs_percent
from kinefuse.report.verdict import verdict

SCHEMA = {
    "session": pl.String,
    "joint": pl.String,
    "side": pl.String,
    "plane": pl.String,
    "strides": pl.Int64,
    "range_deg": pl.Float64,
    "range_sd_deg": pl.Float64,
    "highest_deg": pl.Float64,
    "highest_at_percent": pl.Float64,
    "lowest_deg": pl.Float64,
    "lowest_at_percent": pl.Float64,
    "uncertainty_sd_deg": pl.Float64,
    "stride_time_s": pl.Float64,
    "stride_time_sd_s": pl.Float64,
    "cadence_steps_min": pl.Float64,
    "stance_percent": pl.Float64,
    "verdict": pl.String,
    "checks_failed": pl.Int64,
    "doubts": pl.String,
    "duration_s": pl.Float64,
    "rate_hz": pl.Float64,
    "activity": pl.String,
    "method": pl.String,
    "model": pl.String,
}
"""Columns of the table, in order; ranges, peaks and when they are in the stride are means."""


def measures(session: str, found: Estimate) -> pl.DataFrame:
    """The rows of one session; what is not known (no strides, no standard deviation) is null."""
    return pl.DataFrame(list(_rows(session, found)), schema=SCHEMA)


def _rows(session: str, found: Estimate) -> Iterator[dict[str, object]]:
    cycles = cut_cycles(found.angles, found.contacts_s, found.angles_sd_rad)
    stance = toe_offs_percent(gait_events.phases_by_side(found.contacts_s, found.toe_offs_s))
    timing = {row.side: row for row in timing_rows(found.contacts_s)}
    movement = {
        (row.joint, PLANE_WORDS[row.joint].index(row.plane)): row.sides
        for row in movement_rows(cycles)
    }
    whole = _of_all_joints(session, found, verdict(found, cycles).level)
    for name in (name for name in JOINTS if name in found.angles.angles_rad):
        joint = JOINTS[name]
        steps = timing.get(joint.side)
        of_side: dict[str, object] = (
            {}
            if steps is None
            else {
                "strides": steps.strides,
                "stride_time_s": _known(steps.stride_time_s),
                "stride_time_sd_s": _known(steps.stride_time_sd_s),
                "cadence_steps_min": _known(steps.cadence_steps_min),
                "stance_percent": stance.get(joint.side),
            }
        )
        for i, plane in enumerate(PLANES):
            moved = movement.get((joint.kind, i), {}).get(joint.side)
            of_plane = (
                {}
                if moved is None
                else {
                    "range_deg": moved.range_deg,
                    "range_sd_deg": moved.range_sd_deg,
                    "highest_deg": moved.highest_deg,
                    "lowest_deg": moved.lowest_deg,
                }
            )
            where = {"joint": joint.kind, "side": joint.side, "plane": plane}
            yield whole | where | of_side | of_plane | {"uncertainty_sd_deg": _sd(found, name, i)}


def _of_all_joints(session: str, found: Estimate, level: str) -> dict[str, object]:
    failed = [finding for finding in found.findings if not finding.passed]
    return dict.fromkeys(SCHEMA) | {
        "session": session,
        "verdict": level,
        "checks_failed": len(failed),
        "doubts": "; ".join(f"{f.subject} ({f.check}): {f.message}" for f in failed),
        "duration_s": found.angles.samples / found.angles.rate_hz,
        "rate_hz": found.angles.rate_hz,
        "activity": found.activity,
        "method": found.method,
        "model": found.model_name,
    }


def _sd(found: Estimate, joint: str, plane: int) -> float | None:
    """Median over time of one sigma [deg]."""
    if found.angles_sd_rad is None or joint not in found.angles_sd_rad:
        return None
    return _known(float(np.rad2deg(np.nanmedian(found.angles_sd_rad[joint][:, plane]))))


def _known(value: float) -> float | None:
    return value if np.isfinite(value) else None
