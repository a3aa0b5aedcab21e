"""What healthy people's angles do over a stride, and how much people differ.

The figures are distilled by ``revalidation/distil_gait_curves.py``; each file in ``data`` names
its source and licence. Angles come in degrees, as they were published, and leave in radians.
"""

import json
from functools import cache
from importlib.resources import files

import numpy as np
from jaxtyping import Float

from kinefuse.simulation.periodic import HARMONICS, Series, series_of, values

PELVIS_CURVES = ("pelvis_tilt", "pelvis_obliquity", "pelvis_rotation")
"""Forward tilt, right side up, right side forward; over the right stride."""
LEG_CURVES = tuple(
    f"{joint}_{plane}"
    for joint in ("hip", "knee", "ankle")
    for plane in ("flexion", "adduction", "rotation")
)
"""In the order of ``JOINT_KINDS`` and ``PLANES``, over the stride of that leg."""

# Means of the five groups of Schwartz et al. 2008, as speed over sqrt(gravity * leg length):
# groups are cut at 0.227, 0.363, 0.500 and 0.636.
_GROUP_SPEED = {"VerySlow": 0.16, "Slow": 0.295, "Free": 0.43, "Fast": 0.57, "VeryFast": 0.70}

GROUPS = ("very slow", "slow", "free", "fast", "very fast")
_GROUP_LIMITS = (0.227, 0.363, 0.500, 0.636)

# The clinic's neutral hip is that of standing; ours is that of the bones, whose pelvis is tilted
# forward by this much in standing (Schwartz et al. 2008 in slow gait; the same in both sexes).
_STANDING_TILT_DEG = 11.3

# Schwartz's shank has the axes of the knee and its foot those of heel and toe; ours have those of
# the malleoli, turned outwards by the torsion of the tibia, and of the second metatarsal. Mean
# differences to the headings of shank and foot of seven walkers of biomechZoo in our axes (-18.9
# and -12.6 deg, revalidation/reference_posture.py).
_TORSION_DEG = {"knee_rotation": -17.0, "foot_progression": -4.4}

# How differences between people are shared between a constant and three harmonics of the stride.
# Chosen: in the sagittal plane the joints of a leg that stands cannot differ in shape one without
# the other, so that nearly all is constant there; the rest loses a tenth of its variance.
_OFFSET_SHARE = {"flexion": 0.8, "tilt": 0.8, "else": 0.7}
_SHAPE_SHARE = {"flexion": 0.02, "tilt": 0.02, "else": 0.2}
_DEVIATION_HARMONICS = 3

# Part of the runners' differences in shape that is theirs: the rest, chosen so that the signals
# spread as the clinic's do, is that two laboratories with different markers were pooled.
_RUNNING_SHAPE = 0.4

Curves = dict[str, Series]
Bands = dict[str, tuple[Float[np.ndarray, " phase"], Float[np.ndarray, " phase"]]]
"""Mean and SD over people, by curve."""


def walking_mean(relative_speed: float) -> Curves:
    """Mean curves at a speed given as a fraction of sqrt(gravity * leg length)."""
    curves = {n: series_of(np.deg2rad(m)) for n, (m, _) in _walking_at(relative_speed).items()}
    for name, other_axes_deg in _TORSION_DEG.items():
        curves[name][0] += np.deg2rad(other_axes_deg)
    return curves


def walking_deviation(relative_speed: float, rng: np.random.Generator) -> Curves:
    """How one person differs from the mean, drawn with the published SD at every phase."""
    out = {}
    for name, (_, sd) in _walking_at(relative_speed).items():
        phase = np.arange(len(sd)) / len(sd)
        angle = 2 * np.pi * np.arange(1, _DEVIATION_HARMONICS + 1)[:, None] * phase
        plane = name.split("_")[-1]
        plane = plane if plane in _OFFSET_SHARE else "else"
        share = np.sqrt(_SHAPE_SHARE[plane] / _DEVIATION_HARMONICS)
        offset, (a, b) = rng.normal(), rng.normal(size=(2, _DEVIATION_HARMONICS))
        constant = np.sqrt(_OFFSET_SHARE[plane]) * offset * sd.mean() / sd
        unit = constant + share * (a @ np.cos(angle) + b @ np.sin(angle))
        out[name] = series_of(np.deg2rad(sd * unit))
    return out


def running_mean() -> Curves:
    """Mean curves at 2.5 m/s."""
    data = _data("running")
    legs = {name: _series(c) for name, c in data["mean"].items()}
    legs["hip_flexion"] = legs["hip_flexion"].copy()
    legs["hip_flexion"][0] += np.deg2rad(_STANDING_TILT_DEG)
    return legs | {name: _series(c) for name, c in data["pelvis"]["mean"].items()}


def running_leg_deviation(rng: np.random.Generator) -> Curves:
    """How one leg differs from the mean: one draw of every principal component."""
    components = _data("running")["components"]
    size = rng.normal(size=len(components))
    return {
        name: _drawn(size @ np.array([_series(c[name]) for c in components])) for name in LEG_CURVES
    }


def running_pelvis_deviation(rng: np.random.Generator) -> Curves:
    """How one pelvis differs from the mean, its constant and lower harmonics by their own SD."""
    out = {}
    for name, sd in _data("running")["pelvis"]["sd"].items():
        kept = _series(sd)[: 2 * _DEVIATION_HARMONICS + 1]
        out[name] = _drawn(kept * rng.normal(size=len(kept)))
    return out


def walking_band(relative_speed: float, phase: Float[np.ndarray, " phase"]) -> Bands:
    """Mean and SD over people [rad] at these parts of the stride, 0 to 1, in our axes.

    Of what the published clinic measured: neither inversion nor rotation of the ankle.
    """
    curves = {name: both for name, both in _walking_at(relative_speed).items() if _of_leg(name)}
    return {
        name: (
            np.deg2rad(_on(phase, mean) + _TORSION_DEG.get(name, 0.0)),
            np.deg2rad(_on(phase, sd)),
        )
        for name, (mean, sd) in curves.items()
    }


def running_band(phase: Float[np.ndarray, " phase"]) -> Bands:
    """Mean and SD over people [rad] at 2.5 m/s at these parts of the stride, in our axes."""
    sd_deg = _data("running")["sd"]
    means = running_mean()
    return {
        name: (
            np.asarray(values(means[name], phase)),
            np.deg2rad(_on(phase, np.array(sd[:-1]))),
        )
        for name, sd in sd_deg.items()
    }


def speed_class(relative_speed: float) -> str:
    """The published group that a speed over sqrt(gravity * leg length) falls into."""
    return GROUPS[int(np.searchsorted(_GROUP_LIMITS, relative_speed))]


def _of_leg(name: str) -> bool:
    return name in LEG_CURVES


def _on(phase: Float[np.ndarray, " phase"], closed: np.ndarray) -> Float[np.ndarray, " phase"]:
    """A curve of one stride, given without its last point, between its points."""
    return np.interp(phase % 1.0, np.arange(len(closed)) / len(closed), closed, period=1.0)


def _walking_at(relative_speed: float) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    curves = _data("walking")["curves"]
    speeds = list(_GROUP_SPEED.values())

    def between(name: str, figure: str) -> Float[np.ndarray, " phase"]:
        table = np.array([curves[name][group][figure][:-1] for group in _GROUP_SPEED])
        return np.array([np.interp(relative_speed, speeds, column) for column in table.T])

    return {name: (between(name, "mean"), between(name, "sd")) for name in curves}


def _series(coefficients_deg: list[float]) -> Series:
    return np.deg2rad(np.array(coefficients_deg))


def _drawn(series: Float[np.ndarray, " kept"]) -> Series:
    shape = np.full(len(series), _RUNNING_SHAPE)
    shape[0] = 1.0
    return np.pad(shape * series, (0, 2 * HARMONICS + 1 - len(series)))


@cache
def _data(activity: str) -> dict:
    return json.loads(
        (files("kinefuse.simulation") / "data" / f"{activity}.json").read_text(encoding="utf-8")
    )
