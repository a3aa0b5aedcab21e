"""Whether a gyroscope's axes are those of its accelerometer: permuted, mirrored, of the wrong sign.

Every signed permutation of a gyroscope's axes is tried, in two ways that need no mounting: how far
the stride is then from the usual one of that segment (``alignment.stride_patterns``), and how well
the sensor then agrees with its neighbours at the joints. No other axes fit a sound sensor much
better than its own.

An accelerometer of the wrong sign is what a sound sensor in the mirror has, and so are both sensors
in left-handed axes: nothing shows but that the sensor moves as on the other leg.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import permutations, product

import numpy as np
from jaxtyping import Float

from kinefuse.alignment.stride_patterns import delayed, mirrored, stride_patterns
from kinefuse.alignment.stride_signature import Signature, Strides, level, signature
from kinefuse.doctor.joints import Joined, Matrix, with_axes
from kinefuse.recordings import ImuRecording, ImuSession

WAYS: tuple[Matrix, ...] = tuple(
    np.eye(3)[list(order)] * np.array(signs)[:, None]
    for order in permutations(range(3))
    for signs in product([1.0, -1.0], repeat=3)
)
"""All 48 signed permutations; the first is none."""
_PHASES_RAD = 2 * np.pi * np.arange(64) / 64
_JOINTS = 0.5
"""What a joint's logarithm of disagreement is worth in units of misfit: from a quarter to one, it
makes no difference to limbs; less says too little of a pelvis (measured on seven real walks)."""
_UNLIKELY = 1.0  # more misfit than this is not made good by any agreement
FITTING = 2.0
"""Misfit under the best axes, beyond which axes explain nothing: sound sensors have up to 1.6."""
SOUND_GAIN = {"pelvis": 0.5, "thigh": 0.35, "shank": 0.35, "foot": 0.35}
"""What other axes may gain for a sound sensor: none gains more than 0.77 of it, of 300 simulated
people and seven real walks. A pelvis turns little, and in a way of its own."""
_JOINTS_OF = {"pelvis": 2, "thigh": 2, "shank": 2, "foot": 1}


@dataclass(frozen=True)
class OtherAxes:
    """Axes under which a sensor would fit better than under its own."""

    axes: Matrix
    """What the gyroscope's readings would have to be multiplied by."""
    taken_away: float
    """Misfit and disagreement that are then gone."""
    agreement: float
    """Of that, by how much the logarithms of disagreement at its joints fall."""
    gain: float
    """The first in units of what may be gained for a sound sensor."""
    margin: float
    """By how much better than under any third axes, in the same units."""

    def __str__(self) -> str:
        """For instance ``x, -z, y``: what should be read for x, y and z."""
        signs = self.axes.sum(axis=1)
        letters = ("xyz"[int(i)] for i in np.abs(self.axes).argmax(axis=1))
        return ", ".join(("-" if s < 0 else "") + c for s, c in zip(signs, letters, strict=True))


def phases_of_the_others(session: ImuSession, strides: Strides, activity: str) -> dict[str, float]:
    """Phase [rad] where all sensors but that one fit usual gait best in their own axes."""
    misfits = {
        s: _misfits(imu, strides, s, activity, _PHASES_RAD, WAYS[:1])[0]
        for s, imu in session.sensors.items()
    }
    together = np.sum(list(misfits.values()), axis=0)
    return {s: _PHASES_RAD[np.argmin(together - own)] for s, own in misfits.items()}


def better_axes(
    session: ImuSession,
    strides: Strides,
    activity: str,
    phases_rad: Mapping[str, float],
    joined: Joined | None,
) -> Mapping[str, OtherAxes]:
    """The best axes of every sensor, its own among them; nothing of one that fits no axes."""
    best = {}
    for segment, imu in session.sensors.items():
        misfits = _misfits(imu, strides, segment, activity, phases_rad[segment], WAYS)
        best[segment] = _best(segment, misfits, None if joined is None else joined.thinned)
    return {s: axes for s, axes in best.items() if axes is not None}


def nearer_in_mirror(
    session: ImuSession, strides: Strides, activity: str, phases_rad: Mapping[str, float]
) -> dict[str, float]:
    """By how much nearer each sensor is to usual gait with its accelerometer's sign changed."""
    gains = {}
    for segment, imu in session.sensors.items():
        other = replace(imu, acc_m_s2=-imu.acc_m_s2)
        own, turned = (
            _misfits(one, strides, segment, activity, phases_rad[segment], WAYS[:1])[0]
            for one in (imu, other)
        )
        gains[segment] = float(own - turned)
    return gains


def _best(segment: str, misfit: Float[np.ndarray, "48"], joined: Joined | None) -> OtherAxes | None:
    likely = np.union1d(0, np.flatnonzero(misfit < misfit.min() + _UNLIKELY))
    score = np.full(len(WAYS), np.inf)
    score[likely] = misfit[likely]
    apart = np.zeros(len(WAYS))
    if joined is not None:
        apart[likely] = [_disagreement(joined, segment, WAYS[way]) for way in likely]
    score += _JOINTS * apart
    best = int(np.argmin(score))
    if misfit[best] > FITTING:
        return None
    stem = segment.partition("_")[0]
    told = 0 if joined is None else len(joined.neighbours(segment))
    doubtful = 1 + _JOINTS_OF[stem] - told  # less is known where a neighbour is missing or faulty
    unit = SOUND_GAIN[stem] * doubtful
    above = score - score[best]
    return OtherAxes(
        axes=WAYS[best],
        taken_away=float(above[0]),
        agreement=float(apart[0] - apart[best]),
        gain=float(above[0] / unit),
        margin=float(np.delete(above, best).min() / unit),
    )


def _disagreement(joined: Joined, segment: str, axes: Matrix) -> float:
    if segment not in joined.parts:
        return 0.0
    part = with_axes(joined.parts[segment], axes)
    return sum(joined.disagreement(part, joined.parts[n]) for n in joined.neighbours(segment))


def _misfits(
    imu: ImuRecording,
    strides: Strides,
    segment: str,
    activity: str,
    phase_rad: Float[np.ndarray, "..."] | float,
    ways: Sequence[Matrix],
) -> Float[np.ndarray, "way ..."]:
    """Deviation from the segment's usual stride under other axes, at some phases of the stride."""
    stem, _, side = segment.partition("_")
    up = imu.acc_m_s2[strides.samples].mean(axis=0)  # not by the gyroscope, which is in question
    felt = _in_axes(ways, signature(imu, strides, up), level(up))
    seen = np.stack([delayed(one, phase_rad) for one in felt])
    return stride_patterns(activity)[stem].misfit(mirrored(seen) if side == "l" else seen)


def _in_axes(ways: Sequence[Matrix], own: Signature, R_level_sensor: Matrix) -> list[Signature]:
    """Signatures are linear: harmonics once, then axes."""
    gyr = own[:, :3] @ R_level_sensor
    return [np.concatenate([gyr @ way.T @ R_level_sensor.T, own[:, 3:]], axis=1) for way in ways]
