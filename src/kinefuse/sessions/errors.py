"""What can go wrong between a folder of files and a session."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from kinefuse.errors import RecordingError


class BadDescription(RecordingError):
    """A ``session.toml`` cannot be read, or says something that cannot be."""

    def __init__(self, path: Path, key: str, what: str, way_out: str) -> None:
        super().__init__(f"{path}: {key} {what}; {way_out}.")


class UnknownPlaces(RecordingError):
    """Nothing says which sensor is on which segment."""

    def __init__(self, path: Path, labels: Iterable[str]) -> None:
        super().__init__(
            f"{path}: the labels {', '.join(labels)} do not say which segment each sensor is on; "
            f"run 'kinefuse session new {path}', look at the session.toml that it proposes, and "
            "try again."
        )


class NoProposal(UnknownPlaces):
    """Nothing can be proposed either, so that somebody has to say it."""

    def __init__(self, path: Path, labels: Iterable[str], why: str, file: Path) -> None:
        first, *others = labels
        RecordingError.__init__(
            self,
            f"{path}: the labels {', '.join([first, *others])} name no segments, and {why}; write "
            f"{file} by hand, for every sensor two lines such as [sensors.shank_r] and label = "
            f'"{first}", and try again.',
        )


class PlacesContradict(RecordingError):
    """Sensors say other places together, on clocks that were set, than each by itself."""

    def __init__(
        self, name: str, alone: Mapping[str, str], together: Mapping[str, str | None]
    ) -> None:
        differ = [
            f"{label} moves as {segment} does by itself and as {together[label] or 'none'} does "
            "together with the others"
            for label, segment in alone.items()
            if together[label] != segment
        ]
        super().__init__(f"{name}: {', '.join(differ)}; write session.toml by hand.")


class NoCommonTime(RecordingError):
    """Sensors did not record at the same time, or not without a gap."""

    def __init__(self, name: str, what: str, way_out: str) -> None:
        super().__init__(f"{name}: {what}; {way_out}.")


class NotEven(RecordingError):
    """A recording without ``session.toml`` is not as even and whole as its format promises."""

    def __init__(self, path: object, error: RecordingError) -> None:
        super().__init__(
            f"{str(error).rstrip('.')}, or run 'kinefuse session new {path}': with a session.toml "
            "short gaps are bridged and uneven stamps made even."
        )


class ClocksUnknown(RecordingError):
    """Sensors with clocks of their own cannot be brought to one time with certainty."""

    def __init__(self, label: str, what: str, way_out: str) -> None:
        super().__init__(f"{label}: {what}; {way_out}.")
        self.what, self.way_out = what, way_out
