"""What a person says about a recording: which sensor is where, on whom, doing what."""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import Impossible, UnknownChoice

CLOCKS = ("shared", "own")
R_LIMIT = 1e-3  # entries rounded to three places in a hand-written file


@dataclass(frozen=True, kw_only=True)
class SensorPlace:
    """A sensor and the segment that wears it."""

    label: str
    """As the recording names the sensor."""
    R_segment_sensor: Float[np.ndarray, "3 3"] | None = None
    """How it is mounted, where that is known; None: found from the movement."""

    def __post_init__(self) -> None:
        R = self.R_segment_sensor
        if R is None:
            return
        if not np.allclose(R.T @ R, np.eye(3), atol=R_LIMIT) or np.linalg.det(R) < 0:
            raise Impossible(
                f"the mounting of {self.label}",
                "is no rotation",
                "give a right-handed rotation matrix",
            )


@dataclass(frozen=True, kw_only=True)
class Person:
    """Who wore the sensors, as far as results depend on it."""

    height_m: float | None = None
    mass_kg: float | None = None

    def __post_init__(self) -> None:
        if self.height_m is not None and not 0.4 <= self.height_m <= 2.6:
            raise Impossible(
                f"a height of {self.height_m:g} m", "is nobody's", "give one from 0.4 to 2.6 m"
            )
        if self.mass_kg is not None and not 2 <= self.mass_kg <= 400:
            raise Impossible(
                f"a mass of {self.mass_kg:g} kg", "is nobody's", "give one from 2 to 400 kg"
            )


@dataclass(frozen=True, kw_only=True)
class SessionDescription:
    """What ``session.toml`` holds."""

    name: str
    recording: str = "."
    """Where the sensors' data are: a file or folder, seen from the folder of ``session.toml``."""
    map: str | None = None
    """Format map of one's own that reads the recording, a file seen from the same folder."""
    clock: str | None = None
    """Whose the time stamps are: 'shared' by all sensors, or each its 'own', and then the motion
    sets them; None: as the recording says."""
    activity: str = "walking"
    sensors: Mapping[str, SensorPlace] = field(default_factory=dict)
    """By segment, one of ``SEGMENTS``; sensors of the recording not named here are not used."""
    person: Person = Person()

    @property
    def mountings(self) -> dict[str, Float[np.ndarray, "3 3"]]:
        """``R_segment_sensor`` of every sensor whose mounting is known, by segment."""
        known = ((s, place.R_segment_sensor) for s, place in self.sensors.items())
        return {segment: R for segment, R in known if R is not None}

    def __post_init__(self) -> None:
        if self.activity not in ("walking", "running"):
            raise UnknownChoice("activity", self.activity, known=("walking", "running"))
        if self.clock not in (None, *CLOCKS):
            raise UnknownChoice("clock", str(self.clock), known=CLOCKS)
        for segment in self.sensors:
            if segment not in SEGMENTS:
                raise UnknownChoice("segment", segment, known=SEGMENTS)
        labels = [place.label for place in self.sensors.values()]
        for label in labels:
            if labels.count(label) > 1:
                raise Impossible(
                    f"sensor {label}", "cannot be on two segments", "give each a sensor of its own"
                )
