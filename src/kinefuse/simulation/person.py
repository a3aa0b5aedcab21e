"""One synthetic person: a body, a way of moving, and the curves that repeat with every stride."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.errors import UnknownChoice
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.simulation import normative
from kinefuse.simulation.body import USUAL_HEIGHT_M, Body, draw_body
from kinefuse.simulation.chain import Skeleton, pose
from kinefuse.simulation.ground import sole_path_m
from kinefuse.simulation.normative import LEG_CURVES, PELVIS_CURVES, Curves
from kinefuse.simulation.periodic import Series, series_of, values

# Share of the variance between people that the two legs of one person do not have in common.
# Chosen: side differences of healthy adults are a few degrees where people differ by about five
# (Sadeghi et al. 2000, Gait & Posture 12:34).
_LEG_SHARE = 0.12
# How far each segment's long axis leans forward in standing: mean and SD of 12 runners of Fukuchi
# et al. 2017 and 6 walkers of biomechZoo (revalidation/reference_posture.py). The pelvis stands
# as it moves, but for 2 deg (chosen).
_STANDING_LEAN_DEG = {
    "pelvis": (11.0, 2.0),
    "thigh": (5.5, 2.6),
    "shank": (1.9, 2.5),
    "foot": (0, 2),
}
_GAIT_TILT_DEG = {"walking": 13.1, "running": 14.0}
_GRID = np.arange(96) / 96
_USUAL = Body(height_m=USUAL_HEIGHT_M)
_CORRECTION_HARMONICS = 8
# What a foot strays sideways by the drawn curves, mostly an artefact of where each laboratory
# puts the knee's axis, is taken out by so much: 15 mm stay, as in Fukuchi et al. 2017.
_KEPT_IN_LANE = 0.7

# The foot lies flat on the ground in these parts of the stride, so that the angles above it must
# add up; what an independent draw leaves over is shared out by the variances of the joints.
_FLAT = {"walking": (0.15, 0.35), "running": (0.12, 0.24)}
_PITCH = {"hip_flexion": 1.0, "knee_flexion": -1.0, "ankle_flexion": 1.0}
_PITCH_SD_DEG = {"pelvis_tilt": 5.0, "hip_flexion": 5.5, "knee_flexion": 5.0, "ankle_flexion": 4.0}


@dataclass(frozen=True, kw_only=True)
class Person:
    """What stays the same from stride to stride."""

    activity: str
    body: Body
    speed_m_s: float
    """Of the treadmill."""
    stride_hz: float
    contact_fraction: float
    """Part of its stride for which each foot is on the ground."""
    pelvis: Float[np.ndarray, "curve coefficient"]
    """``PELVIS_CURVES`` over the right stride [rad]."""
    legs: Mapping[str, Float[np.ndarray, "leg_curve coefficient"]]
    """By side: ``LEG_CURVES`` over that leg's own stride [rad]."""
    lead: float
    """Phase of the left leg when the right one's is zero."""
    standing_lean_rad: Mapping[str, float] = field(default_factory=dict)
    """How far pelvis, thighs, shanks and feet lean forward in standing."""


def draw_person(activity: str, rng: np.random.Generator) -> Person:
    """Someone who walks or runs on a treadmill at a comfortable speed.

    Raises:
        UnknownChoice: The activity is neither walking nor running.
    """
    if activity not in _DRAW:
        raise UnknownChoice("activity", activity, known=_DRAW)
    person = _DRAW[activity](rng)
    return replace(person, standing_lean_rad=_draw_standing(person, rng))


def standing_pelvis(person: Person) -> Float[np.ndarray, "3"]:
    """The pelvis while this person stands still [rad]: tilted forward as bones are, level."""
    return np.array([person.standing_lean_rad["pelvis"], 0.0, 0.0])


def standing_leg(person: Person, side: str) -> Float[np.ndarray, " leg_curve"]:
    """Joint angles of one leg while this person stands still [rad].

    Out of the sagittal plane the joints have their mean of gait, which is mostly how this person
    is built.
    """
    lean = person.standing_lean_rad
    flexion = {
        "hip_flexion": lean["pelvis"] - lean["thigh"],
        "knee_flexion": lean["shank"] - lean["thigh"],
        "ankle_flexion": lean["shank"] - lean["foot"],
    }
    means = dict(zip(LEG_CURVES, person.legs[side][:, 0], strict=True))
    return np.array([flexion.get(name, mean) for name, mean in means.items()])


def _draw_standing(person: Person, rng: np.random.Generator) -> dict[str, float]:
    lean_deg = {s: rng.normal(mean, sd) for s, (mean, sd) in _STANDING_LEAN_DEG.items()}
    lean_deg["pelvis"] += np.rad2deg(person.pelvis[0, 0]) - _GAIT_TILT_DEG[person.activity]
    return {segment: float(np.deg2rad(lean)) for segment, lean in lean_deg.items()}


def _draw_walker(rng: np.random.Generator) -> Person:
    body = draw_body(rng)
    speed = float(np.clip(rng.normal(1.30, 0.13), 0.9, 1.8))
    relative = speed / np.sqrt(STANDARD_GRAVITY_M_S2 * body.leg_m)
    # Step length over cadence is nearly the same at all speeds: 0.0064 m min, SD 0.0005
    # (Sekiya & Nagasaki 1998, Gait & Posture 7:225); both grow with the square root of height.
    ratio = rng.normal(0.0064, 0.0005) * body.height_m / USUAL_HEIGHT_M
    steps_a_minute = np.sqrt(60 * speed / ratio)
    mean = normative.walking_mean(relative)
    common = normative.walking_deviation(relative, rng)
    pelvis = {n: mean[n] + common[n] for n in PELVIS_CURVES}
    lead = float(rng.normal(0.5, 0.006))
    legs = {}
    for side in SIDES:
        own = normative.walking_deviation(relative, rng)
        legs[side] = {n: mean[n] + _blend(common[n], own[n]) for n in mean if n not in pelvis}
    pelvis, legs = _feet_flat("walking", pelvis, legs)
    # 62 % at a comfortable speed, less when faster (Murray 1967, Am. J. Phys. Med. 46:290).
    contact = float(np.clip(rng.normal(0.62 - 0.07 * (speed - 1.3), 0.008), 0.56, 0.70))
    legs = {s: _with_foot(s, _steady(s, leg, pelvis, contact), pelvis) for s, leg in legs.items()}
    return Person(
        activity="walking",
        body=body,
        speed_m_s=speed,
        stride_hz=float(steps_a_minute / 120),
        contact_fraction=contact,
        pelvis=_stacked(pelvis, PELVIS_CURVES),
        legs={s: _stacked(_own_ankle(leg, rng), LEG_CURVES) for s, leg in legs.items()},
        lead=lead,
    )


def _draw_runner(rng: np.random.Generator) -> Person:
    body = draw_body(rng)
    speed = float(np.clip(rng.normal(2.65, 0.25), 2.0, 3.6))
    # 163 steps a minute at 2.5 m/s, about 8 more a m/s, SD 8 (Cavagna et al. 1988, J. Physiol.
    # 399:81; van Oeveren et al. 2017, PLoS ONE 12:e0184273); short people step faster.
    steps_a_minute = (rng.normal(163, 8) + 8 * (speed - 2.5)) * np.sqrt(1.75 / body.height_m)
    mean, common = normative.running_mean(), normative.running_leg_deviation(rng)
    turn = normative.running_pelvis_deviation(rng)
    pelvis = {n: mean[n] + turn[n] for n in PELVIS_CURVES}
    larger = (speed / 2.5) ** 0.3  # the swing of every joint; fitted to Fukuchi et al. 2017
    legs = {}
    for side in SIDES:
        own = normative.running_leg_deviation(rng)
        legs[side] = {
            n: _amplified(mean[n] + _blend(common[n], own[n]), larger) for n in LEG_CURVES
        }
    pelvis, legs = _feet_flat("running", pelvis, legs)
    # 0.37 at 2.5 m/s, falling with speed (Cavagna et al. 1988).
    contact = float(np.clip(rng.normal(0.37 - 0.04 * (speed - 2.5), 0.02), 0.28, 0.44))
    legs = {s: _level(s, _steady(s, leg, pelvis, contact), pelvis) for s, leg in legs.items()}
    return Person(
        activity="running",
        body=body,
        speed_m_s=speed,
        stride_hz=float(steps_a_minute / 120),
        contact_fraction=contact,
        pelvis=_stacked(pelvis, PELVIS_CURVES),
        legs={s: _stacked(leg, LEG_CURVES) for s, leg in legs.items()},
        lead=float(rng.normal(0.5, 0.006)),
    )


_DRAW = {"walking": _draw_walker, "running": _draw_runner}


def _blend(common: Series, own: Series) -> Series:
    return np.sqrt(1 - _LEG_SHARE) * common + np.sqrt(_LEG_SHARE) * own


def _amplified(series: Series, factor: float) -> Series:
    out = factor * series
    out[0] = series[0]
    return out


def _stacked(curves: Curves, names: tuple[str, ...]) -> Float[np.ndarray, "curve coefficient"]:
    nothing = np.zeros_like(next(iter(curves.values())))
    return np.stack([curves.get(name, nothing) for name in names])


def _feet_flat(activity: str, pelvis: Curves, legs: Mapping[str, Curves]) -> tuple[Curves, dict]:
    """Constants moved as little as their spread allows, so that both feet lie flat in stance."""
    window = np.linspace(*_FLAT[activity], 20)
    variance = {name: sd**2 for name, sd in _PITCH_SD_DEG.items()}
    total = sum(variance.values())
    pitch = {}
    for side, start in (("r", 0.0), ("l", 0.5)):
        tilt = values(pelvis["pelvis_tilt"], window + start).mean()
        joints = (sign * values(legs[side][n], window).mean() for n, sign in _PITCH.items())
        pitch[side] = sum(joints) - tilt
    forward = (pitch["r"] + pitch["l"]) / 2 * variance["pelvis_tilt"] / total
    rest = total - variance["pelvis_tilt"]
    tilted = {**pelvis, "pelvis_tilt": _moved(pelvis["pelvis_tilt"], forward)}
    mended = {
        side: leg
        | {
            n: _moved(leg[n], -sign * (pitch[side] - forward) * variance[n] / rest)
            for n, sign in _PITCH.items()
        }
        for side, leg in legs.items()
    }
    return tilted, mended


def _moved(series: Series, by: float) -> Series:
    out = series.copy()
    out[0] += by
    return out


def _steady(side: str, leg: Curves, pelvis: Curves, contact_fraction: float) -> Curves:
    """Hip angles such that the feet pass under the pelvis as over a belt.

    While it carries, the sole goes back evenly, but for a little braking and pushing (a cubic);
    over the whole stride it stays in its lane, by adduction and, with the knee bent, by rotation
    about the thigh. Twice, since the way is bent.
    """
    carrying = contact_fraction > _GRID
    for _ in range(2):
        now = _one_leg(side, leg, pelvis)
        path = sole_path_m(now.contacts_m[side], len(_GRID))
        even = np.polynomial.Polynomial.fit(_GRID[carrying], path[carrying, 0], 3)
        ahead = (path[:, 0] - even(_GRID)) / -path[:, 1]
        sole = now.contacts_m[side].mean(axis=1)
        below = -sole[:, 1]
        behind = now.from_pelvis_m[f"shank_{side}"][:, 0] - now.from_pelvis_m[f"foot_{side}"][:, 0]
        inwards = -_side_sign(side) * _KEPT_IN_LANE * (sole[:, 2] - sole[:, 2].mean())
        turn = inwards / (below**2 + behind**2)
        leg = leg | {
            "hip_flexion": leg["hip_flexion"] - _smooth(_only_in_stance(ahead, carrying)),
            "hip_adduction": leg["hip_adduction"] - _smooth(turn * below),
            "hip_rotation": leg["hip_rotation"] + _smooth(turn * behind),
        }
    return leg


def _only_in_stance(
    curve: Float[np.ndarray, " phase"], carrying: Bool[np.ndarray, " phase"]
) -> Float[np.ndarray, " phase"]:
    """The curve while the foot carries, a straight way back in swing."""
    return np.interp(_GRID, np.append(_GRID[carrying], 1.0), np.append(curve[carrying], curve[0]))


def _smooth(curve: Float[np.ndarray, " phase"]) -> Series:
    """Its lower harmonics: a correction must not add corners."""
    series = series_of(curve)
    series[2 * _CORRECTION_HARMONICS + 1 :] = 0
    return series


def _level(side: str, leg: Curves, pelvis: Curves) -> Curves:
    """Ankle inversion moved so that the sole is level from side to side while it is flat."""
    flat = slice(*(int(f * len(_GRID)) for f in _FLAT["running"]))
    R_foot = _one_leg(side, leg, pelvis).R_world_segment[f"foot_{side}"]
    right_side_up = np.arcsin(R_foot[flat, 1, 2]).mean()
    inversion = _moved(leg["ankle_adduction"], _side_sign(side) * right_side_up)
    return {**leg, "ankle_adduction": inversion}


def _with_foot(side: str, leg: Curves, pelvis: Curves) -> Curves:
    """Adds ankle inversion and rotation, which the walking data lack, from where the foot points.

    The sole is level from side to side and the foot points where the published foot progression
    says.
    """
    R = _one_leg(side, leg, pelvis).R_world_segment
    pitch = np.arcsin(np.clip(R[f"foot_{side}"][:, 1, 0], -1, 1))
    inwards = values(leg["foot_progression"], _GRID) * _side_sign(side)
    R_wanted = so3.about_y(inwards) @ so3.exp(pitch[:, None] * np.array([0.0, 0.0, 1.0]))
    R_shank_foot = joint_rotation(R[f"shank_{side}"], R_wanted)
    ankle = series_of(angles_of_rotation(R_shank_foot, JOINTS[f"ankle_{side}"]).T)
    return leg | {f"ankle_{plane}": one for plane, one in zip(PLANES, ankle, strict=True)}


def _own_ankle(leg: Curves, rng: np.random.Generator) -> Curves:
    """The ankle's neutral pose, which differs between people and definitions.

    By 3.5 and 5 deg (SD); chosen so that the whole spread is that of the clinic.
    """
    inversion, rotation = np.deg2rad([3.5, 5.0]) * rng.normal(size=2)
    return leg | {
        "ankle_adduction": _moved(leg["ankle_adduction"], inversion),
        "ankle_rotation": _moved(leg["ankle_rotation"], rotation),
    }


def _one_leg(side: str, leg: Curves, pelvis: Curves) -> Skeleton:
    """A body of usual height over one stride of that leg; the other leg does the same."""
    start = 0.0 if side == "r" else 0.5
    joints = values(_stacked(leg, LEG_CURVES), _GRID).reshape(len(JOINT_KINDS), len(PLANES), -1)
    angles = {f"{k}_{s}": j.T for k, j in zip(JOINT_KINDS, joints, strict=True) for s in SIDES}
    return pose(values(_stacked(pelvis, PELVIS_CURVES), _GRID + start).T, angles, _USUAL)


def _side_sign(side: str) -> int:
    return 1 if side == "r" else -1
