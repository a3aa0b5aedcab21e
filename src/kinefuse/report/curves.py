"""Curves over time, small enough for a page: whole numbers, thinned, in base64."""

import base64
from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.recordings import JointAngles

MOST_VALUES = 1_500_000  # 4 MB of base64: an hour of 18 curves at 23 Hz
STEP_DEG = 0.01
"""Resolution of a packed angle; 16 bits of it reach 327 deg either way."""
MISSING = -32768

Curve = Float[np.ndarray, " time"]


def packed_curves(
    angles: JointAngles,
    contacts_s: Mapping[str, Float[np.ndarray, " contact"]],
    truth: JointAngles | None = None,
) -> dict[str, object]:
    """What the page's script draws: plain values for JSON.

    ``curves[joint kind][plane][who]`` is base64 of little-endian 16-bit integers, with ``who``
    'r', 'l', 'truth_r' or 'truth_l'.
    """
    shown = {"": angles} | ({"truth_": truth} if truth else {})
    factor = _thinning(sum(3 * len(each.angles_rad) * each.samples for each in shown.values()))
    shown_deg = {prefix: each.in_degrees() for prefix, each in shown.items()}
    curves = {
        kind: {
            plane: {
                f"{prefix}{side}": _packed(degrees[f"{kind}_{side}"][:, i], factor)
                for prefix, degrees in shown_deg.items()
                for side in SIDES
                if f"{kind}_{side}" in degrees
            }
            for i, plane in enumerate(PLANES)
        }
        for kind in JOINT_KINDS
    }
    return {
        "rate_hz": angles.rate_hz / factor,
        "step_deg": STEP_DEG,
        "missing": MISSING,
        "curves": {kind: planes for kind, planes in curves.items() if planes[PLANES[0]]},
        "contacts_s": {side: np.round(times, 3).tolist() for side, times in contacts_s.items()},
    }


def thin(curve: Curve, factor: int) -> Float[np.ndarray, " fewer"]:
    """Mean of every ``factor`` samples; a block with a gap is a gap."""
    if factor == 1:
        return curve
    return curve[: len(curve) // factor * factor].reshape(-1, factor).mean(axis=1)


def _thinning(values: int) -> int:
    return -(-values // MOST_VALUES)


def _packed(degrees: Curve, factor: int) -> str:
    steps = thin(degrees, factor) / STEP_DEG
    known = np.isfinite(steps)
    whole = np.where(known, np.clip(np.rint(np.where(known, steps, 0)), -32767, 32767), MISSING)
    return base64.b64encode(whole.astype("<i2").tobytes()).decode("ascii")
