"""Angles and orientations as Parquet: a column or a row an angle, with units in the names.

What a table cannot say stands in the file's metadata: session, method, unit and axes.
"""

from pathlib import Path

import polars as pl

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat, known_orientations, orientations
from kinefuse.exports.text_tables import orientation_columns
from kinefuse.formats.angle_files import angle_columns
from kinefuse.whole_files import written_whole

ANGLES = (
    "deg; flexion (dorsiflexion), adduction (inversion), internal rotation positive on both sides; "
    "Grood & Suntay 1983"
)
ORIENTATIONS = (
    "unit quaternions, scalar first, from segment axes (x forward, y up, z right) to a world with "
    "y up and an arbitrary north"
)


def wide(estimate: Estimate) -> pl.DataFrame:
    """A row a sample, a column an angle: ``knee_flexion_r_deg``, ``knee_flexion_r_sd_deg``."""
    return pl.DataFrame(angle_columns(estimate.angles, estimate.angles_sd_rad))


def long(estimate: Estimate) -> pl.DataFrame:
    """A row a sample and angle: ``time_s, joint, side, plane, angle_deg, sd_deg``."""
    columns, parts = angle_columns(estimate.angles, estimate.angles_sd_rad), []
    for name in (name for name in JOINTS if name in estimate.angles.angles_rad):
        joint = JOINTS[name]
        for plane in PLANES:
            stem = f"{joint.kind}_{plane}_{joint.side}"
            parts.append(
                pl.DataFrame({"time_s": columns["time_s"]}).with_columns(
                    joint=pl.lit(joint.kind),
                    side=pl.lit(joint.side),
                    plane=pl.lit(plane),
                    angle_deg=pl.Series(columns[f"{stem}_deg"]),
                    sd_deg=pl.Series(columns[f"{stem}_sd_deg"])
                    if f"{stem}_sd_deg" in columns
                    else pl.lit(None, dtype=pl.Float64),
                )
            )
    return pl.concat(parts)


def write_wide(estimate: Estimate, path: Path) -> None:
    """Write ``wide``."""
    _write(wide(estimate), path, estimate, ANGLES)


def write_long(estimate: Estimate, path: Path) -> None:
    """Write ``long``."""
    _write(long(estimate), path, estimate, ANGLES)


def write_orientations(estimate: Estimate, path: Path) -> None:
    """Write the columns of ``orientations.csv``."""
    table = pl.DataFrame(orientation_columns(known_orientations(estimate)))
    _write(table, path, estimate, ORIENTATIONS)


def _write(table: pl.DataFrame, path: Path, estimate: Estimate, units: str) -> None:
    words = {
        "session": estimate.session_name,
        "activity": estimate.activity,
        "method": estimate.method,
        "model": estimate.model_name or "",
        "rate_hz": repr(float(estimate.angles.rate_hz)),
        "units": units,
    }
    with written_whole(path) as beside:
        table.write_parquet(
            beside, metadata={f"kinefuse.{key}": value for key, value in words.items()}
        )


FORMATS = (
    ExportFormat(
        name="parquet",
        file="angles.parquet",
        what="joint angles [deg], a column each",
        write=write_wide,
    ),
    ExportFormat(
        name="parquet-long",
        file="angles_long.parquet",
        what="joint angles [deg], a row each",
        write=write_long,
    ),
    ExportFormat(
        name="parquet-orientations",
        file="orientations.parquet",
        what="orientations of segments as quaternions, scalar first",
        write=write_orientations,
        lacks=orientations,
    ),
)
