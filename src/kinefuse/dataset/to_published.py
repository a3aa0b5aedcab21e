"""A trial of ours -> what the published system's files hold of a person.

They know one trial a person, at 200 Hz. Sensors are where the mean of three markers is: so that a
file says where they sat, the markers stand around that point, found from what the sensor felt.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.anatomy.conventions import from_ours
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.dataset.store import Store, StoreEntry
from kinefuse.errors import KinefuseError, TooShort
from kinefuse.formats.data_h5 import DataRecording
from kinefuse.formats.meta_h5 import ANGLE_CONVENTION, MetaRecording
from kinefuse.formats.published_lab import CUT_FRAMES, RATE_HZ, About, published_names
from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.recordings import ImuSession, JointAngles, MarkerRecording, SegmentPoses, Trial
from kinefuse.simulation.imu import derivative, resample_poses

CUT = "cut at each end, s"
"""In a trial's provenance where the ends are cut already, as the published preprocessing does."""

# Markers from their mean [m]: no two alike in any coordinate, as the published preprocessing asks;
# the first low and behind, so that the foot's is lowest when the heel touches down.
_AROUND_M = np.array([[-0.06, -0.04, -0.02], [0.05, -0.01, -0.03], [0.01, 0.05, 0.05]])
_SHORTEST = 2 * CUT_FRAMES + 200  # a second is left of it


class NoOrigins(KinefuseError):
    """A trial that knows attitudes only cannot have markers."""

    def __init__(self, trial: Trial) -> None:
        super().__init__(
            f"{trial.person} {trial.name}: where its segments were is not known (it comes from a "
            "processed file), so there are no markers to write; convert the extracted file instead."
        )


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """The trials of a store that go into published files, and those that cannot."""

    entries: dict[str, StoreEntry]
    """By published name."""
    left_out: tuple[str, ...]
    """A sentence each."""


def one_trial_a_person(store: Store, activity: str) -> Chosen:
    """The first sound trial of everybody, by name; published files hold one a person."""
    first: dict[str, StoreEntry] = {}
    left_out = []
    of_activity = [entry for entry in store.entries if entry.activity == activity]
    for entry in sorted(of_activity, key=lambda entry: (entry.person, entry.name)):
        who = f"{entry.person} {entry.name}"
        if not entry.sound:
            left_out.append(f"{who}: {'; '.join(entry.faults)}.")
        elif entry.person in first:
            left_out.append(f"{who}: {entry.person} is there with {first[entry.person].name}.")
        else:
            first[entry.person] = entry
    names = published_names(list(first))
    return Chosen(
        entries={names[person]: entry for person, entry in first.items()}, left_out=tuple(left_out)
    )


def meta_recording(trial: Trial, name: str) -> MetaRecording:
    """Markers around every sensor, and the angles in the clinic's columns.

    Raises:
        NoOrigins: Where the segments were is not known.
        TooShort: The sensors' places cannot be found from fewer than seven samples.
    """
    if any(np.isnan(origin).any() for origin in trial.poses.origin_m.values()):
        raise NoOrigins(trial)
    trial = _at_their_rate(trial)
    markers: dict[str, np.ndarray] = {}
    for segment, R in trial.poses.R_world_segment.items():
        origin = trial.poses.origin_m[segment]
        place = sensor_place_m(trial, segment)
        for i, around in enumerate(_AROUND_M - _AROUND_M.mean(axis=0), start=1):
            markers[f"{segment}_{i}"] = origin + R @ (place + around)
    return MetaRecording(
        person=name,
        markers=MarkerRecording(
            name=name,
            rate_hz=RATE_HZ,
            markers=tuple(markers),
            positions_m=np.stack(list(markers.values()), axis=1),
        ),
        angles={
            joint: from_ours(angles, joint, ANGLE_CONVENTION)
            for joint, angles in trial.angles.angles_rad.items()
        },
        about=replace(About.from_words(trial.provenance), source=trial.source),
    )


def data_recording(trial: Trial, name: str) -> DataRecording:
    """Sensors, attitudes and angles, without the 200 frames at either end that they cut.

    Raises:
        TooShort: Nothing would be left.
    """
    trial = _at_their_rate(trial)
    if CUT not in trial.provenance:
        if trial.imus.samples < _SHORTEST:
            raise TooShort(f"{trial.person} {trial.name}", _SHORTEST, trial.imus.samples)
        trial = _cut(trial, slice(CUT_FRAMES, -CUT_FRAMES))
    return DataRecording(
        person=name,
        imus=trial.imus,
        # A store has single precision; what undoes their acceleration has to be a rotation.
        R_world_sensor={
            s: so3.polished(trial.poses.R_world_segment[s]) for s in trial.imus.sensors
        },
        angles=trial.angles,
        about=replace(About.from_words(trial.provenance), source=trial.source),
        checks_passed=not trial.faults,
    )


def sensor_place_m(trial: Trial, segment: str) -> Float[np.ndarray, "3"]:
    """Where a trial's sensor sat, from its segment's origin and in its axes.

    A point at ``r`` feels ``R^T (a + g) + (skew(alpha) + skew(omega)^2) r`` where the origin would
    feel the first part: linear in r, hence least squares over all samples. No sensor, no motion to
    tell it by, or no known origin: the origin itself.
    """
    origin = trial.poses.origin_m[segment]
    if segment not in trial.imus.sensors or not np.isfinite(origin).all():
        return np.zeros(3)
    imu, R = trial.imus[segment], trial.poses.R_world_segment[segment]
    felt = derivative(origin.T, imu.rate_hz, order=2).T
    felt[:, 1] += STANDARD_GRAVITY_M_S2
    missing = imu.acc_m_s2 - np.einsum("tji,tj->ti", R, felt)
    spin = so3.skew(derivative(imu.gyr_rad_s.T, imu.rate_hz, order=1).T)
    turning = so3.skew(imu.gyr_rad_s)
    lever = (spin + turning @ turning).reshape(-1, 3)
    return np.linalg.lstsq(lever, missing.reshape(-1), rcond=None)[0]


def activities_in(entries: Iterable[StoreEntry]) -> tuple[str, ...]:
    """Those a store holds, walking first."""
    held = {entry.activity for entry in entries}
    return tuple(activity for activity in ("walking", "running") if activity in held)


def _at_their_rate(trial: Trial) -> Trial:
    if trial.imus.rate_hz == RATE_HZ:
        return trial
    poses = resample_poses(trial.poses, RATE_HZ)
    return replace(_as_long(resampled_trial(trial, RATE_HZ), poses.samples), poses=poses)


def _as_long(trial: Trial, samples: int) -> Trial:
    """Cut to a length; the two ways of resampling differ by a sample at the end."""
    return _cut(trial, slice(0, min(samples, trial.imus.samples)))


def _cut(trial: Trial, kept: slice) -> Trial:
    poses, angles = trial.poses, trial.angles
    sensors = {
        s: replace(imu, acc_m_s2=imu.acc_m_s2[kept], gyr_rad_s=imu.gyr_rad_s[kept])
        for s, imu in trial.imus.sensors.items()
    }
    return replace(
        trial,
        imus=ImuSession(name=trial.imus.name, sensors=sensors, notes=trial.imus.notes),
        poses=SegmentPoses(
            rate_hz=poses.rate_hz,
            R_world_segment={s: R[kept] for s, R in poses.R_world_segment.items()},
            origin_m={s: origin[kept] for s, origin in poses.origin_m.items()},
        ),
        angles=JointAngles(
            rate_hz=angles.rate_hz,
            angles_rad={name: a[kept] for name, a in angles.angles_rad.items()},
        ),
    )
