"""The nouns: what was recorded and what was found. Frozen, checked when made, units in names.

Time is always the first axis. A noun that exists is consistent; no function checks it again.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.joints import joint as joint_named
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import (
    Impossible,
    LooksLikeDegrees,
    MissingSensor,
    NotFinite,
    TooShort,
    UnequalLengths,
    UnequalRates,
    UnknownChoice,
    WrongAccelerationUnit,
)
from kinefuse.session_description import Person

FASTEST_GYROSCOPE_RAD_S = 70.0  # 4000 deg/s: beyond the widest wearable gyroscope
# Median over a recording, not a sample: impacts pass, a file in g (1) or without gravity (0-3)
# does not. Feet of runners at 4.5 m/s have the highest median found, 43 m/s2.
PLAUSIBLE_MEDIAN_ACCELERATION_M_S2 = (5.0, 60.0)

# '_time' is not compared between fields: unequal lengths get an error with a way out below.
Vectors = Float[np.ndarray, "_time 3"]


@dataclass(frozen=True, kw_only=True)
class ImuRecording:
    """What one inertial sensor felt, in its own frame."""

    segment: str
    rate_hz: float
    acc_m_s2: Vectors
    """Specific force: a still sensor reads +9.81 along whichever axis points up."""
    gyr_rad_s: Vectors
    """Angular velocity of the sensor, right-handed, about its own axes."""

    def __post_init__(self) -> None:
        if self.segment not in SEGMENTS:
            raise UnknownChoice("segment", self.segment, known=SEGMENTS)
        _check_rate(self.rate_hz)
        lengths = {"accelerometer": len(self.acc_m_s2), "gyroscope": len(self.gyr_rad_s)}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths(self.segment, lengths)
        if self.samples < 3:
            raise TooShort(self.segment, needed=3, got=self.samples)
        _check_finite(f"{self.segment} accelerometer", self.acc_m_s2)
        _check_finite(f"{self.segment} gyroscope", self.gyr_rad_s)
        fastest = float(np.abs(self.gyr_rad_s).max())
        if fastest > FASTEST_GYROSCOPE_RAD_S:
            raise LooksLikeDegrees(self.segment, fastest)
        median = float(np.median(np.linalg.norm(self.acc_m_s2, axis=-1)))
        low, high = PLAUSIBLE_MEDIAN_ACCELERATION_M_S2
        if not low < median < high:
            raise WrongAccelerationUnit(self.segment, median)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(self.acc_m_s2)

    def turned(self, R_new_sensor: Float[np.ndarray, "3 3"]) -> "ImuRecording":
        """The same recording in other axes, for instance those of the segment."""
        return replace(
            self,
            acc_m_s2=self.acc_m_s2 @ R_new_sensor.T,
            gyr_rad_s=self.gyr_rad_s @ R_new_sensor.T,
        )


@dataclass(frozen=True, kw_only=True)
class ImuSession:
    """Several sensors worn by one person at one time, at one rate and of one length."""

    name: str
    sensors: Mapping[str, ImuRecording]
    """By segment name, one of ``SEGMENTS``."""
    notes: tuple[str, ...] = ()
    """What reading left out or converted, a sentence each; shown wherever results are."""
    person: Person = Person()
    """Who wore them, as far as somebody said."""
    mountings: Mapping[str, Float[np.ndarray, "3 3"]] = field(default_factory=dict)
    """``R_segment_sensor`` of the sensors whose mounting somebody knows, by segment."""

    def __post_init__(self) -> None:
        if not self.sensors:
            raise MissingSensor(missing=SEGMENTS, present=())
        lengths = {segment: imu.samples for segment, imu in self.sensors.items()}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths(self.name, lengths)
        rates = {imu.rate_hz for imu in self.sensors.values()}
        if len(rates) > 1:
            raise UnequalRates(self.name, rates)

    @property
    def rate_hz(self) -> float:
        """Samples a second, the same for every sensor."""
        return next(iter(self.sensors.values())).rate_hz

    @property
    def samples(self) -> int:
        """Number of samples of every sensor."""
        return next(iter(self.sensors.values())).samples

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Time of every sample since the first."""
        return np.arange(self.samples) / self.rate_hz

    def __getitem__(self, segment: str) -> ImuRecording:
        """The sensor on that segment.

        Raises:
            MissingSensor: Nothing is worn there.
        """
        if segment not in self.sensors:
            raise MissingSensor(missing=[segment], present=self.sensors)
        return self.sensors[segment]

    def joints(self) -> Iterator[str]:
        """Names of the joints with a sensor on both sides."""
        for name, joint in JOINTS.items():
            if joint.proximal in self.sensors and joint.distal in self.sensors:
                yield name


@dataclass(frozen=True, kw_only=True)
class MarkerRecording:
    """Paths of named markers; what was not seen is NaN. World: y up, right-handed."""

    name: str
    rate_hz: float
    markers: tuple[str, ...]
    positions_m: Float[np.ndarray, "time marker 3"]

    def __post_init__(self) -> None:
        _check_rate(self.rate_hz)
        if self.positions_m.shape[1] != len(self.markers):
            raise UnequalLengths(
                self.name, {"names": len(self.markers), "paths": self.positions_m.shape[1]}
            )

    def __getitem__(self, marker: str) -> Vectors:
        """Path of one marker.

        Raises:
            UnknownChoice: There is no marker of that name.
        """
        if marker not in self.markers:
            raise UnknownChoice("marker", marker, known=self.markers)
        return self.positions_m[:, self.markers.index(marker)]

    @property
    def seen(self) -> Bool[np.ndarray, "time marker"]:
        """Whether each marker was seen in each frame."""
        return np.asarray(np.isfinite(self.positions_m).all(axis=-1))


@dataclass(frozen=True, kw_only=True)
class SegmentPoses:
    """Where each segment's anatomical frame was; the world's y axis points up."""

    rate_hz: float
    R_world_segment: Mapping[str, Float[np.ndarray, "_time 3 3"]]
    origin_m: Mapping[str, Vectors]
    """Proximal joint centre of each segment (pelvis: midpoint between the hip joints)."""

    def __post_init__(self) -> None:
        _check_rate(self.rate_hz)
        lengths = {s: len(R) for s, R in self.R_world_segment.items()}
        lengths |= {f"{s} origin": len(p) for s, p in self.origin_m.items()}
        if len(set(lengths.values())) != 1:
            raise UnequalLengths("segment poses", lengths)
        for segment, R in self.R_world_segment.items():
            _check_finite(f"{segment} orientation", R)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(next(iter(self.R_world_segment.values())))

    def joint_angles(self) -> "JointAngles":
        """Angles of every joint both of whose segments are known."""
        R = self.R_world_segment
        return JointAngles(
            rate_hz=self.rate_hz,
            angles_rad={
                name: angles_of_rotation(joint_rotation(R[joint.proximal], R[joint.distal]), joint)
                for name, joint in JOINTS.items()
                if joint.proximal in R and joint.distal in R
            },
        )


@dataclass(frozen=True, kw_only=True)
class JointAngles:
    """Clinical angles of each joint over time."""

    rate_hz: float
    angles_rad: Mapping[str, Vectors]
    """By joint name (``knee_r``): flexion, adduction, internal rotation; see ``PLANES``."""

    def __post_init__(self) -> None:
        _check_rate(self.rate_hz)
        if not self.angles_rad:
            raise MissingSensor(missing=["two neighbouring segments"], present=())
        for name in self.angles_rad:
            joint_named(name)
        lengths = {name: len(angles) for name, angles in self.angles_rad.items()}
        if len(set(lengths.values())) > 1:
            raise UnequalLengths("joint angles", lengths)

    @property
    def samples(self) -> int:
        """Number of samples."""
        return len(next(iter(self.angles_rad.values())))

    @property
    def time_s(self) -> Float[np.ndarray, " time"]:
        """Time of every sample since the first."""
        return np.arange(self.samples) / self.rate_hz

    def at_samples_of(self, other: "JointAngles") -> "JointAngles":
        """On the straight lines between the samples, at the rate and of the length of another.

        Both begin at the same instant; what comes after the end of these is unknown (NaN).
        """
        at_s, time_s = other.time_s, self.time_s
        return JointAngles(
            rate_hz=other.rate_hz,
            angles_rad={
                name: np.stack([np.interp(at_s, time_s, p, right=np.nan) for p in planes.T], axis=1)
                for name, planes in self.angles_rad.items()
            },
        )

    def in_degrees(self) -> dict[str, Vectors]:
        """For people; nothing may be computed from the result."""
        return {name: np.rad2deg(angles) for name, angles in self.angles_rad.items()}


@dataclass(frozen=True, kw_only=True)
class Trial:
    """One recording with its truth: what training, fitting and scoring are made of."""

    person: str
    """As the source names them (``RBDS011``, ``s12``); splits are by this."""
    name: str
    activity: str
    """'walking' or 'running'."""
    imus: ImuSession
    """Simulated or real sensors, one a segment, in the segments' axes (aligned)."""
    poses: SegmentPoses
    """At the sensors' rate and of their length."""
    angles: JointAngles
    """At the sensors' rate and of their length."""
    source: str
    """Data set, and its licence."""
    faults: tuple[str, ...] = ()
    """Why the trial is kept out of training; empty if it is sound."""
    provenance: Mapping[str, object] = field(default_factory=dict)
    """What was bridged, cut, smoothed and simulated; plain JSON values."""

    def __post_init__(self) -> None:
        if self.activity not in ("walking", "running"):
            raise UnknownChoice("activity", self.activity, known=("walking", "running"))
        lengths = {
            "sensors": self.imus.samples,
            "poses": self.poses.samples,
            "angles": self.angles.samples,
        }
        if len(set(lengths.values())) > 1:
            raise UnequalLengths(f"{self.person} {self.name}", lengths)


def _check_rate(rate_hz: float) -> None:
    if not 1 <= rate_hz <= 10_000:
        raise Impossible(
            f"a rate of {rate_hz:g} Hz", "is no sensor's", "give one from 1 to 10,000 Hz"
        )


def _check_finite(what: str, values: np.ndarray) -> None:
    bad = ~np.isfinite(values).reshape(len(values), -1).all(axis=-1)
    if bad.any():
        raise NotFinite(what, first_sample=int(np.argmax(bad)), count=int(bad.sum()))
