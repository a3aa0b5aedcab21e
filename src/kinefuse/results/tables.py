"""Angles as tables in degrees, since a table is for people and for other programs."""

from collections.abc import Callable, Mapping

import numpy as np
import polars as pl

from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.errors import UnknownChoice
from kinefuse.estimation import Estimate
from kinefuse.formats.angle_files import angle_columns


def wide_table(found: Estimate) -> pl.DataFrame:
    """A column an angle [deg] and standard deviation, named as in angles.csv; a row a time."""
    return pl.DataFrame(dict(angle_columns(found.angles, found.angles_sd_rad)))


def long_table(found: Estimate) -> pl.DataFrame:
    """A row a time, joint, side and plane; joints in the order of ``JOINTS``."""
    degrees, sd_rad = found.angles.in_degrees(), found.angles_sd_rad
    parts = [
        pl.DataFrame(
            {
                "time_s": found.angles.time_s,
                "joint": joint.kind,
                "side": joint.side,
                "plane": plane,
                "angle_deg": degrees[name][:, i],
                **({} if sd_rad is None else {"sd_deg": np.rad2deg(sd_rad[name][:, i])}),
            }
        )
        for name, joint in JOINTS.items()
        if name in degrees
        for i, plane in enumerate(PLANES)
    ]
    return pl.concat(parts)


LAYOUTS: Mapping[str, Callable[[Estimate], pl.DataFrame]] = {
    "long": long_table,
    "wide": wide_table,
}


def layout_named(name: str) -> Callable[[Estimate], pl.DataFrame]:
    """The layout of that name.

    Raises:
        UnknownChoice: There is none.
    """
    if name not in LAYOUTS:
        raise UnknownChoice("layout", name, known=LAYOUTS)
    return LAYOUTS[name]
