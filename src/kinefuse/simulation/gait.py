"""Synthetic people who walk or run on a treadmill: angles, poses, and what sensors would feel.

Joint and pelvis angles repeat with every stride and vary from one to the next. The pelvis moves
as the foot on the ground demands: a carrying sole does not accelerate, and in flight everything
falls. A treadmill's belt moves evenly, so the sensors feel the same as overground.
"""

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.recordings import SegmentPoses, Trial
from kinefuse.simulation.chain import pose
from kinefuse.simulation.ground import (
    SHOCK_REACHES,
    carried,
    pelvis_path_m,
    shock_path_m,
    smooth_step,
)
from kinefuse.simulation.imu import resample_poses, simulate_imus
from kinefuse.simulation.periodic import basis
from kinefuse.simulation.person import Person, draw_person, standing_leg, standing_pelvis
from kinefuse.simulation.placement import PLACEMENT, Place

SOURCE = {
    "walking": "synthetic, after Schwartz et al. 2008 (CC BY-SA 4.0)",
    "running": "synthetic, after running cycles of the Calgary clinic and BMClab and Fukuchi "
    "et al. 2017 (CC BY 4.0)",
}
_START_S = 1.5  # from standing to full speed
_MARGIN_S = 3.0  # simulated before and after, and cut off: filters settle there


@dataclass(frozen=True, kw_only=True)
class GaitVariability:
    """How strides of one person differ, and how hard the foot lands."""

    stride_time: float = 0.02
    """Coefficient of variation: 2 % in walking (Hausdorff 2005, J. NeuroEng. Rehabil. 2:19) and
    1 to 2 % in running (Jordan et al. 2006, Gait & Posture 24:120)."""
    amplitude: float = 0.03
    """SD of each curve's swing about its mean, over strides. Chosen: with the wander it gives
    the 1 to 2 deg within people of Kadaba et al. 1989, J. Orthop. Res. 7:849."""
    wander_deg: tuple[float, float, float] = (1.0, 0.6, 1.0)
    """SD of each joint's slow wander: flexion, adduction, rotation."""
    wander_s: float = 0.7
    """Time between independent values of both: less than a stride."""
    shock_m_s2: float = 45.0
    """Peak of the foot's own acceleration at contact."""
    shock_spread: float = 0.25
    """SD of that over landings, as a fraction."""


VARIABILITY: Mapping[str, GaitVariability] = {
    "walking": GaitVariability(),
    "running": GaitVariability(stride_time=0.015, wander_deg=(1.5, 0.8, 1.2), shock_m_s2=20.0),
}


def simulate_people(
    n: int, activity: str, seed: int, *, seconds: float = 30.0, rate_hz: float = 200.0
) -> Iterator[Trial]:
    """People ``sim-w-000`` (walking) or ``sim-r-000`` (running) onwards.

    Person i depends on the seed and on i alone, not on how many are drawn.
    """
    for i in range(n):
        yield simulate_one(i, activity, seed, seconds=seconds, rate_hz=rate_hz)


def simulate_one(
    i: int, activity: str, seed: int, *, seconds: float = 30.0, rate_hz: float = 200.0
) -> Trial:
    """Person number ``i`` of those that the seed draws.

    Raises:
        UnknownChoice: The activity is neither walking nor running.
    """
    rng = np.random.default_rng([seed, i])
    name = person_name(activity, i)
    return simulate_person(activity, rng, seconds=seconds, rate_hz=rate_hz, name=name)


def as_captured(trial: Trial, cutoff_hz: float) -> Trial:
    """The same trial as a laboratory knows it, which smooths the markers it films.

    The shock of a landing is gone from the poses then, as it is from recorded ones, and with it
    from the sensors that are simulated from them.

    Args:
        trial: Of a person drawn here.
        cutoff_hz: Low-pass of the poses.
    """
    poses = resample_poses(trial.poses, trial.poses.rate_hz, cutoff_hz)
    return replace(
        trial,
        imus=simulate_imus(poses, PLACEMENT, name=trial.imus.name),
        poses=poses,
        angles=poses.joint_angles(),
        provenance={**trial.provenance, "low-pass, Hz": cutoff_hz},
    )


def person_name(activity: str, i: int) -> str:
    """What the i-th synthetic person is called."""
    return f"sim-{activity[0]}-{i:03d}"


def simulate_person(
    activity: str,
    rng: np.random.Generator,
    *,
    seconds: float = 30.0,
    rate_hz: float = 200.0,
    standing_s: float = 0.0,
    name: str = "simulated",
    placement: Mapping[str, Place] = PLACEMENT,
) -> Trial:
    """One person never seen before: ideal sensors, poses and true angles.

    Args:
        activity: 'walking' or 'running'.
        rng: Where the person and every stride are drawn from.
        seconds: Length of the whole recording.
        rate_hz: Of sensors, poses and angles.
        standing_s: How long the person stands still before setting off.
        name: Of the person.
        placement: Where the sensors sit.

    Raises:
        UnknownChoice: The activity is neither walking nor running.
    """
    for_person, for_strides = rng.spawn(2)
    person = draw_person(activity, for_person)
    poses = move(
        person,
        VARIABILITY[activity],
        for_strides,
        seconds=seconds,
        rate_hz=rate_hz,
        standing_s=standing_s,
    )
    return Trial(
        person=name,
        name=activity,
        activity=activity,
        imus=simulate_imus(poses, placement, name=f"{name} {activity}"),
        poses=poses,
        angles=poses.joint_angles(),
        source=SOURCE[activity],
        provenance={
            "height_m": person.body.height_m,
            "speed_m_s": person.speed_m_s,
            "strides_a_second": person.stride_hz,
            "variability": asdict(VARIABILITY[activity]),
        },
    )


def move(
    person: Person,
    variability: GaitVariability,
    rng: np.random.Generator,
    *,
    seconds: float,
    rate_hz: float,
    standing_s: float = 0.0,
) -> SegmentPoses:
    """Where this person's segments are, stride after stride."""
    time_s = np.arange(-_MARGIN_S, seconds + _MARGIN_S, 1 / rate_hz)
    under_way = _under_way(time_s, standing_s)
    phase = _phases(person, variability, rng, time_s)
    pelvis = _varied(person.pelvis, phase["r"], time_s, variability, rng)
    pelvis = _from_standing(pelvis, standing_pelvis(person), under_way)
    joints = {}
    for side, leg in person.legs.items():
        curves = _varied(leg, phase[side], time_s, variability, rng)
        curves = _from_standing(curves, standing_leg(person, side), under_way)
        for i, kind in enumerate(JOINT_KINDS):
            joints[f"{kind}_{side}"] = curves[:, i * len(PLANES) : (i + 1) * len(PLANES)]
    skeleton = pose(pelvis, joints, person.body)
    share = carried(phase, person.contact_fraction, person.activity)
    pelvis_m = pelvis_path_m(skeleton.contacts_m, share, rate_hz, under_way)
    shocks = {side: _landings(p, time_s, under_way, variability, rng) for side, p in phase.items()}
    wanted = slice(*np.searchsorted(time_s, [-1e-9, seconds - 1e-9]))
    return SegmentPoses(
        rate_hz=rate_hz,
        R_world_segment={s: R[wanted] for s, R in skeleton.R_world_segment.items()},
        origin_m={
            segment: (pelvis_m + from_pelvis + _shaken(segment, shocks))[wanted]
            for segment, from_pelvis in skeleton.from_pelvis_m.items()
        },
    )


def _under_way(time_s: np.ndarray, standing_s: float) -> Float[np.ndarray, " time"]:
    """0 while the person stands, 1 when walking or running, smooth between."""
    if standing_s <= 0:
        return np.ones_like(time_s)
    return smooth_step(np.clip((time_s - standing_s) / _START_S, 0, 1))


def _from_standing(
    curves: Float[np.ndarray, "time curve"],
    standing: Float[np.ndarray, " curve"],
    under_way: Float[np.ndarray, " time"],
) -> Float[np.ndarray, "time curve"]:
    return standing + under_way[:, None] * (curves - standing)


def _phases(
    person: Person, variability: GaitVariability, rng: np.random.Generator, time_s: np.ndarray
) -> dict[str, Float[np.ndarray, " time"]]:
    """Strides since some first one, by side; a foot lands where its own is a whole number."""
    strides = int(np.ceil((time_s[-1] - time_s[0]) * person.stride_hz * 1.2)) + 4
    lasting = (1 + variability.stride_time * rng.normal(size=strides)) / person.stride_hz
    landing = time_s[0] + np.cumsum(lasting) - (1 + rng.uniform()) * lasting[0]
    right = CubicSpline(landing, np.arange(strides))(time_s)
    return {"r": right, "l": right + person.lead}


def _varied(
    series: Float[np.ndarray, "curve coefficient"],
    phase: Float[np.ndarray, " time"],
    time_s: np.ndarray,
    variability: GaitVariability,
    rng: np.random.Generator,
) -> Float[np.ndarray, "time curve"]:
    mean, swing = series[:, 0], basis(phase)[:, 1:] @ series[:, 1:].T
    groups = len(series) // len(PLANES)
    wander = np.deg2rad(np.tile(variability.wander_deg, groups))
    larger, off = (_wander(len(series), time_s, variability.wander_s, rng) for _ in range(2))
    return mean + (1 + variability.amplitude * larger) * swing + wander * off


def _wander(
    curves: int, time_s: np.ndarray, knot_s: float, rng: np.random.Generator
) -> Float[np.ndarray, "time curve"]:
    knots = np.arange(time_s[0], time_s[-1] + 3 * knot_s, knot_s)
    return CubicSpline(knots, rng.normal(size=(len(knots), curves)))(time_s)


def _landings(
    phase: Float[np.ndarray, " time"],
    time_s: np.ndarray,
    under_way: Float[np.ndarray, " time"],
    variability: GaitVariability,
    rng: np.random.Generator,
) -> Float[np.ndarray, "time 3"]:
    whole = np.arange(np.ceil(phase[0]), phase[-1])
    peaks = variability.shock_m_s2 * (1 + variability.shock_spread * rng.normal(size=len(whole)))
    landings_s = np.interp(whole, phase, time_s)
    return shock_path_m(landings_s, peaks * np.interp(landings_s, time_s, under_way), time_s)


def _shaken(segment: str, shocks: Mapping[str, Float[np.ndarray, "time 3"]]) -> np.ndarray:
    stem, _, side = segment.partition("_")
    felt = [shocks[side]] if side else list(shocks.values())
    return SHOCK_REACHES[stem] * np.sum(felt, axis=0)
