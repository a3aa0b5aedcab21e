"""What a kind of IMU file has to offer to become a row of ``FORMATS``."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStreams


@dataclass(frozen=True, kw_only=True)
class SessionFormat:
    """One way in which IMU sessions lie on disk."""

    description: str
    """What a user has to point at; completes the sentence "give ..."."""
    recognises: Callable[[Path], bool]
    """Whether a path claims to be of this format; by names only, so damaged files count."""
    read_streams: Callable[[Path], SensorStreams]
    """Every sensor as its file holds it: gaps, uneven stamps and NaN are kept, units as claimed."""
    read: Callable[[Path], ImuSession]
    """The session, in specific force, SI units and our segment names; nothing may be amiss."""
    names_its_joints: bool = False
    """Whether a file says which joints it is about, so that the other sensors are not missed."""
