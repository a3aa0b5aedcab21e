"""Curves over time, small enough for a page: whole numbers, thinned, in base64."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.packing import MISSING, STEP_DEG, packed_degrees
from kinefuse.recordings import JointAngles

MOST_VALUES = 1_500_000  # 4 MB of base64: an hour of 18 curves at 23 Hz
MOST_DEVIATIONS = 300_000  # 0.8 MB: they hardly change within a stride


def packed_curves(
    angles: JointAngles,
    contacts_s: Mapping[str, Float[np.ndarray, " contact"]],
    truth: JointAngles | None = None,
    sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] | None = None,
) -> dict[str, object]:
    """What the page's script draws: plain values for JSON.

    ``curves[joint kind][plane][who]`` is base64 of little-endian 16-bit integers, with ``who``
    'r', 'l', 'truth_r' or 'truth_l'; ``deviations`` is the same of one sigma, with 'r' and 'l'.
    """
    shown = {"": angles} | ({"truth_": truth} if truth else {})
    values = sum(3 * len(each.angles_rad) * each.samples for each in shown.values())
    factor = _thinning(values, MOST_VALUES)
    sd_factor = _thinning(3 * len(sd_rad or {}) * angles.samples, MOST_DEVIATIONS)
    shown_deg = {prefix: each.in_degrees() for prefix, each in shown.items()}
    sd_deg = {name: np.rad2deg(sd) for name, sd in (sd_rad or {}).items()}
    curves = _by_joint(shown_deg, factor)
    return {
        "rate_hz": angles.rate_hz / factor,
        "step_deg": STEP_DEG,
        "missing": MISSING,
        "curves": curves,
        "deviations_rate_hz": angles.rate_hz / sd_factor,
        "deviations": _by_joint({"": sd_deg}, sd_factor),
        "contacts_s": {side: np.round(times, 3).tolist() for side, times in contacts_s.items()},
    }


def _by_joint(shown_deg: Mapping[str, Mapping[str, np.ndarray]], factor: int) -> dict:
    """By kind of joint, plane, and prefix with side."""
    packed = {
        kind: {
            plane: {
                f"{prefix}{side}": packed_degrees(degrees[f"{kind}_{side}"][:, i], factor)
                for prefix, degrees in shown_deg.items()
                for side in SIDES
                if f"{kind}_{side}" in degrees
            }
            for i, plane in enumerate(PLANES)
        }
        for kind in JOINT_KINDS
    }
    return {kind: planes for kind, planes in packed.items() if planes[PLANES[0]]}


def _thinning(values: int, most: int) -> int:
    return max(1, -(-values // most))
