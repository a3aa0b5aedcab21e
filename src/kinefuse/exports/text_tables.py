"""Angles and orientations as CSV."""

from pathlib import Path

from kinefuse import so3
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat, known_orientations, orientations
from kinefuse.formats.angle_files import write_angles_csv
from kinefuse.formats.number_table import Columns, write_columns
from kinefuse.segment_orientations import SegmentOrientations


def orientation_columns(known: SegmentOrientations) -> Columns:
    """``time_s`` and four columns a segment: ``pelvis_qw``, ``pelvis_qx``, ..., without unit.

    Quaternions from the segment's axes (x forward, y up, z right) to the world's (y up).
    """
    columns: Columns = {"time_s": known.time_s}
    for segment, R in known.R_world_segment.items():
        columns |= {
            f"{segment}_q{part}": values
            for part, values in zip(
                so3.QUATERNION_PARTS, so3.continuous_quaternions(R).T, strict=True
            )
        }
    return columns


def write_angles(estimate: Estimate, path: Path) -> None:
    """As every folder of results has them: degrees, with their standard deviations."""
    write_angles_csv(path, estimate.angles, estimate.angles_sd_rad)


def write_orientations(estimate: Estimate, path: Path) -> None:
    """Every number exactly."""
    write_columns(path, orientation_columns(known_orientations(estimate)), decimals=None)


FORMATS = (
    ExportFormat(
        name="csv",
        file="angles.csv",
        what="joint angles [deg] and their standard deviations, a column each",
        write=write_angles,
    ),
    ExportFormat(
        name="csv-orientations",
        file="orientations.csv",
        what="orientations of segments as quaternions, scalar first",
        write=write_orientations,
        lacks=orientations,
    ),
)
