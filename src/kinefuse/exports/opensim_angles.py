"""Joint angles as OpenSim motions, ``.mot`` or ``.sto``: the same table under both names."""

from pathlib import Path

from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat
from kinefuse.formats.angle_files import write_angles_mot


def write(estimate: Estimate, path: Path) -> None:
    """Coordinates of the model of Rajagopal et al. (2016), in degrees."""
    write_angles_mot(path, estimate.angles)


FORMATS = tuple(
    ExportFormat(
        name=suffix,
        file=f"angles.{suffix}",
        what="joint angles [deg] for OpenSim, with Rajagopal 2016's coordinates",
        write=write,
    )
    for suffix in ("mot", "sto")
)
