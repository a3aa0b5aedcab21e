"""What a vendor's file holds, before anything of it is believed: a stream a sensor, in SI units.

Between a file and an ``ImuSession`` lie questions that a file cannot answer: which sensor is on
which segment, whether the clocks agree, what to do about lost packets. A stream is what there is
before they are answered: samples that may be missing, stamps that may jump, units as claimed.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.errors import InconsistentClock, MissingSensor, TooShort, UnequalLengths

SHARED_CLOCK = "shared"


# '_time' is not compared between fields: unequal lengths get an error with a way out below.
Times = Float[np.ndarray, " _time"]
Vectors = Float[np.ndarray, "_time 3"]


@dataclass(frozen=True, kw_only=True)
class SensorStream:
    """One sensor as its file holds it, in its own right-handed axes."""

    label: str
    """What the file calls it: a serial number, or a place such as 'RightThigh'."""
    time_s: Times
    """When each sample was taken, by ``clock``; increasing, with gaps and jitter as they are."""
    acc_m_s2: Vectors
    """Specific force as the file claims it (rest: +9.81 upwards); NaN where a sample is missing."""
    gyr_rad_s: Vectors
    """Angular velocity as the file claims it; NaN where a sample is missing."""
    clock: str = SHARED_CLOCK
    """Whose clock wrote the stamps. Stamps of streams with the same clock may be compared; a sensor
    with a clock of its own has its label here."""
    temperature_c: Times | None = None
    """Of the sensor's chip, where the file tells [degrees Celsius]."""

    def __post_init__(self) -> None:
        lengths = {
            "time stamps": len(self.time_s),
            "accelerometer": len(self.acc_m_s2),
            "gyroscope": len(self.gyr_rad_s),
        }
        if len(set(lengths.values())) > 1:
            raise UnequalLengths(self.label, lengths)
        if self.samples < 3:
            raise TooShort(self.label, needed=3, got=self.samples)
        steps = np.diff(self.time_s)
        if not (steps > 0).all():
            first = int(np.argmin(steps > 0))
            raise InconsistentClock(
                self.label, f"the time stamps do not increase after sample {first}"
            )

    @property
    def samples(self) -> int:
        """Number of samples that the file holds."""
        return len(self.time_s)

    @property
    def rate_hz(self) -> float:
        """Samples a second while it recorded: the usual step counts, gaps do not."""
        return float(1 / np.median(np.diff(self.time_s)))


@dataclass(frozen=True, kw_only=True)
class SensorStreams:
    """All sensors of one recording, by label."""

    name: str
    streams: Mapping[str, SensorStream]
    format_name: str
    """Row of ``FORMATS`` that read them."""
    notes: tuple[str, ...] = ()
    """What reading left out or converted, a sentence each; shown wherever results are."""

    def __post_init__(self) -> None:
        if not self.streams:
            raise MissingSensor(missing=["any segment"], present=())
