"""What a kind of IMU file has to offer to become a row of ``FORMATS``."""

from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

from kinefuse.progress import Progress
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStreams


@dataclass(frozen=True, kw_only=True)
class SessionFormat:
    """One way in which IMU sessions lie on disk."""

    description: str
    """What a user has to point at; completes the sentence "give ..."."""
    recognises: Callable[[Path], bool]
    """Whether a path claims to be of this format, by its name and, where that says too little, by
    the head of the file; what is damaged below its head counts."""
    read_streams: Callable[[Path], SensorStreams]
    """Every sensor as its file holds it: gaps, uneven stamps and NaN are kept, units as claimed."""
    read: Callable[[Path], ImuSession] | None = None
    """The session, in specific force, SI units and our segment names; nothing may be amiss. None of
    formats that promise neither segments nor even samples: ``kinefuse.sessions`` makes theirs."""
    title: str = ""
    """What people call it; the description if empty."""
    why_not: Callable[[Path], str | None] | None = None
    """Why a path is not recognised, None if it is; without it only the name counts."""
    beliefs: tuple[str, ...] = ()
    """What is taken on trust about units, axes and time, a sentence each."""
    names_its_joints: bool = False
    """Whether a file says which joints it is about, so that the other sensors are not missed."""

    read_in_steps: Callable[[Path], Generator[Progress, None, SensorStreams]] | None = None
    """As ``read_streams``, telling of every file; None of formats whose reading is one step."""

    def reading(self, path: Path) -> Generator[Progress, None, SensorStreams]:
        """Read every sensor, and tell how far that is."""
        if self.read_in_steps is not None:
            return (yield from self.read_in_steps(path))
        yield Progress(0, 1, f"reading {path.name}")
        return self.read_streams(path)

    def refusal(self, path: Path) -> str | None:
        """Why a path is not of this format; None if it claims to be."""
        if self.why_not is not None:
            return self.why_not(path)
        if self.recognises(path):
            return None
        return "no such files are in it" if path.is_dir() else "its name is another"
