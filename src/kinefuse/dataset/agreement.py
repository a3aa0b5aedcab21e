"""How our angles compare with those that a laboratory stored beside its markers."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from kinefuse import metrics
from kinefuse.anatomy.conventions import to_ours
from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.recordings import JointAngles


@dataclass(frozen=True)
class Agreement:
    """One plane of one joint in one recording; degrees, since this is for people."""

    joint: str
    plane: str
    offset_deg: float
    """Mean of ours minus theirs: the frames are defined differently."""
    rmse_mean_removed_deg: float
    r: float


def agreement(
    ours: JointAngles, theirs: Mapping[str, np.ndarray], convention: str
) -> tuple[Agreement, ...]:
    """Every joint and plane that both have; frames that the file left at zero do not count."""
    rows = []
    for joint, columns in theirs.items():
        missing = (columns == 0).all(axis=-1, keepdims=True)
        truth = to_ours(np.where(missing, np.nan, columns), joint, convention)
        mine = ours.angles_rad[joint]
        off = np.rad2deg(metrics.bias(mine, truth))
        spread = np.rad2deg(metrics.rmse_mean_removed(mine, truth))
        r = metrics.correlation(mine, truth)
        rows += [
            Agreement(joint, plane, *(round(float(v[i]), 3) for v in (off, spread, r)))
            for i, plane in enumerate(PLANES)
        ]
    return tuple(rows)


def average(rows: Iterable[Agreement]) -> tuple[Agreement, ...]:
    """Mean over recordings and sides: one row a kind of joint and plane."""
    rows = list(rows)
    found = []
    for kind in JOINT_KINDS:
        for plane in PLANES:
            these = [row for row in rows if row.joint.startswith(kind) and row.plane == plane]
            if these:
                values = [(row.offset_deg, row.rmse_mean_removed_deg, row.r) for row in these]
                found.append(Agreement(kind, plane, *np.nanmean(values, axis=0).round(2).tolist()))
    return tuple(found)
