"""Frames that are missing or cannot be trusted: which may be bridged, and which cut a trial.

A pose is unknown where it is NaN. Nothing here decides silently: callers write down what came out.
"""

import numpy as np
from jaxtyping import Bool, Float
from scipy.interpolate import CubicSpline

from kinefuse import so3

LONGEST_BRIDGE_S = 0.2
"""A gap of a whole cluster up to this is interpolated, a longer one cuts the trial."""

FASTEST_TURN_RAD_S = 70.0
"""A cluster that turns faster between two frames has jumped: 4000 deg/s, two and a half times the
fastest foot in running at 4.5 m/s (1580 deg/s)."""

_NEIGHBOURS = 30

Frames = Bool[np.ndarray, " time"]


def runs(wanted: Frames) -> list[tuple[int, int]]:
    """First frame, and the one after the last, of every unbroken stretch that is wanted."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], wanted, [False]]).astype(int)))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def bridgeable(known: Frames, rate_hz: float) -> Frames:
    """Frames in gaps that are short enough, and known on both sides, to be interpolated."""
    longest = round(LONGEST_BRIDGE_S * rate_hz)
    short = np.zeros_like(known)
    for start, stop in runs(~known):
        if stop - start <= longest and start > 0 and stop < len(known):
            short[start:stop] = True
    return short


def jumps(R: so3.Rotations, rate_hz: float) -> tuple[Frames, Frames]:
    """Frames whose attitude cannot belong to the ones around them.

    Returns:
        Frames between two jumps less than ``LONGEST_BRIDGE_S`` apart, where markers were mistaken
        for a moment; and frames at jumps that do not come back so soon, where the trial has to end.
    """
    known = np.isfinite(R[:, 0, 0])
    at = np.flatnonzero(known)
    R = R if known.all() else R[known]
    cosine = (np.einsum("tij,tij->t", R[:-1], R[1:]) - 1) / 2  # of the turn between neighbours
    allowed = np.minimum(FASTEST_TURN_RAD_S * np.diff(at) / rate_hz, np.pi)
    jump = cosine < np.cos(allowed)
    stray, broken = np.zeros_like(known), np.zeros_like(known)
    starts = np.concatenate([[0], np.flatnonzero(jump) + 1, [len(at)]])
    longest = round(LONGEST_BRIDGE_S * rate_hz)
    long_enough = np.diff(starts) > longest
    for start, stop, keep in zip(starts[:-1], starts[1:], long_enough, strict=True):
        if not keep:
            stray[at[start:stop]] = True
    for start in starts[1:-1][long_enough[:-1] & long_enough[1:]]:
        broken[at[start]] = True
    return stray, broken


def longest_run(good: Frames) -> slice:
    """The longest unbroken stretch; empty if there is none."""
    found = runs(good)
    return slice(*max(found, key=lambda run: run[1] - run[0])) if found else slice(0, 0)


def bridge(
    R: so3.Rotations, origin_m: Float[np.ndarray, "time 3"]
) -> tuple[so3.Rotations, Float[np.ndarray, "time 3"]]:
    """Unknown poses from cubic splines through the known ones, made rotations again."""
    known = np.isfinite(R[:, 0, 0])
    if known.all():
        return R, origin_m
    wanted = np.flatnonzero(~known)
    around = wanted[:, None] + np.arange(-_NEIGHBOURS, _NEIGHBOURS + 1)
    near = np.unique(np.clip(around, 0, len(R) - 1))
    times = near[known[near]]  # a spline feels what is farther away by less than rounding
    R, origin_m = R.copy(), origin_m.copy()
    R[wanted] = so3.nearest(CubicSpline(times, R[times])(wanted))
    origin_m[wanted] = CubicSpline(times, origin_m[times])(wanted)
    return R, origin_m


def in_seconds(wanted: Frames, rate_hz: float) -> list[str]:
    """Stretches of time, for people."""
    return [f"{start / rate_hz:.3f} s to {stop / rate_hz:.3f} s" for start, stop in runs(wanted)]
