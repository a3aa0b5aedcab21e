"""What the optimiser found, as plain values for a file: degrees, since people read it."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.whole_body.answer import BodyAnswer

PerKnot = Float[np.ndarray, "_knot 3"]


def told(answer: BodyAnswer) -> dict[str, object]:
    """Terms, biases, alignment, joint centres, steps: everything but the curves."""
    body = answer.body
    words: dict[str, object] = {
        "steps": body.steps,
        "converged": body.converged,
        "terms": {
            name: {
                "rows": term.rows,
                "rms_sigmas": term.rms_sigmas,
                "down_weighted_percent": 100 * term.down_weighted,
            }
            for name, term in body.terms.items()
        },
        "gyroscope_bias_deg_s": {
            s: over_time(bias, body.gyr_bias_sd_rad_s[s]) for s, bias in body.gyr_bias_rad_s.items()
        },
        "alignment_correction_deg": {
            s: over_time(turn, body.alignment_sd_rad[s]) for s, turn in body.alignment_rad.items()
        },
        "joint_centres_m": {
            name: {
                "in_proximal_sensor_axes": centres[0].tolist(),
                "in_distal_sensor_axes": centres[1].tolist(),
            }
            for name, centres in body.joint_centres_m.items()
        },
        "angles_sd_deg": {name: typical(sd) for name, sd in answer.angles_sd_rad.items()},
    }
    if answer.corrected:
        words["correction_turns_deg"] = {
            s: np.rad2deg(turn).tolist() for s, turn in answer.corrected.turns_rad.items()
        }
    return words


def over_time(values_rad: PerKnot, sd_rad: PerKnot) -> dict[str, list[float]]:
    """Mean over the recording, its standard deviation, and how much it changed, by axis x, y, z.

    The errors of neighbouring knots are nearly the same one, so the mean is no surer than the
    surest knot.
    """
    return {
        "mean": np.rad2deg(values_rad.mean(axis=0)).tolist(),
        "sd": np.rad2deg(sd_rad.min(axis=0)).tolist(),
        "change": np.rad2deg(values_rad[-1] - values_rad[0]).tolist(),
    }


def typical(sd_rad: Float[np.ndarray, "_time 3"]) -> list[float]:
    """Median over time [deg], by plane."""
    return np.rad2deg(np.median(sd_rad, axis=0)).tolist()


def axes(words: Mapping[str, list[float]]) -> list[tuple[float, float]]:
    """Mean and standard deviation of each axis."""
    return list(zip(words["mean"], words["sd"], strict=True))
