"""What can go wrong in a user's hands; each message says what, where, and the way out."""

from collections.abc import Iterable
from pathlib import Path


class KinefuseError(Exception):
    """Root of every error a user can cause; the command line prints it and exits with 2."""


class RecordingError(KinefuseError):
    """A recording, or a file that should hold one, is not what it claims to be."""


class UnreadableFile(RecordingError):
    """A file is missing, empty, truncated or of an unknown format."""

    def __init__(self, path: object, what: str, way_out: str) -> None:
        super().__init__(f"{path}: {what}; {way_out}.")


class NotARecording(UnreadableFile):
    """A path holds nothing that any format knows."""

    def __init__(self, path: object, what: str) -> None:
        self.what = what
        way_out = "'kinefuse formats' lists what can be read, 'kinefuse formats --explain' says why"
        super().__init__(path, what, f"{way_out} not")


class MissingSensor(RecordingError):
    """A segment that the task needs carries no sensor."""

    def __init__(
        self, missing: Iterable[str], present: Iterable[str], or_else: str | None = None
    ) -> None:
        way_out = or_else or "or name its columns so that the segment is recognised"
        super().__init__(
            f"no sensor on {', '.join(missing)} (found: {', '.join(present) or 'none'}); "
            f"add that sensor's file, {way_out}."
        )


class UnequalLengths(RecordingError):
    """Signals that belong together differ in their number of samples."""

    def __init__(self, what: str, lengths: dict[str, int]) -> None:
        listed = ", ".join(f"{name} {n}" for name, n in lengths.items())
        super().__init__(
            f"{what}: unequal numbers of samples ({listed}); cut all signals to the common time."
        )


class UnequalRates(RecordingError):
    """Sensors of one session have different sampling rates."""

    def __init__(self, what: str, rates_hz: Iterable[float]) -> None:
        listed = ", ".join(f"{rate:g}" for rate in sorted(rates_hz))
        super().__init__(
            f"{what}: the sensors run at different rates ({listed} Hz); resample them to one rate."
        )


class InconsistentClock(RecordingError):
    """Time stamps are uneven, or contradict the rate that the file states."""

    def __init__(self, path: object, what: str) -> None:
        super().__init__(
            f"{path}: {what}; correct the rate or the time stamps, or resample to even steps first."
        )


class UnevenSteps(InconsistentClock):
    """Time stamps run at a rate that can be, but not evenly: samples may be missing."""


class NotFinite(RecordingError):
    """A signal holds NaN or infinity where none is allowed."""

    def __init__(self, what: str, first_sample: int, count: int) -> None:
        super().__init__(
            f"{what}: sample {first_sample} is NaN or infinite; fill or cut it first."
            if count == 1
            else f"{what}: {count} samples are NaN or infinite, the first at sample "
            f"{first_sample}; fill or cut these samples first."
        )


class NotRotations(RecordingError):
    """Matrices that should turn a segment also stretch or mirror it."""

    def __init__(self, what: str, first_sample: int, count: int) -> None:
        super().__init__(
            f"{what}: {count} orientations are no rotations, the first at sample {first_sample}; "
            "give right-handed orthonormal matrices, for instance by kinefuse.so3.nearest."
        )


class LooksLikeDegrees(RecordingError):
    """A gyroscope turns faster than any wearable sensor can measure."""

    def __init__(self, segment: str, fastest: float) -> None:
        super().__init__(
            f"{segment}: the gyroscope peaks at {fastest:.0f} rad/s, beyond any sensor's range; "
            "the file is probably in deg/s, so name that unit in its header or convert it with "
            "np.deg2rad first."
        )


class WrongAccelerationUnit(RecordingError):
    """The accelerometer's magnitude is not that of gravity."""

    def __init__(self, segment: str, median_m_s2: float) -> None:
        super().__init__(
            f"{segment}: the accelerometer's median magnitude is {median_m_s2:.2f} m/s2 where "
            "gravity makes it about 9.81; the file is probably in g or has gravity removed, so "
            "name the unit in its header or multiply by 9.80665 first."
        )


class TooShort(RecordingError):
    """There are fewer samples than the computation needs."""

    def __init__(self, what: str, needed: int, got: int) -> None:
        super().__init__(
            f"{what}: {got} samples, but at least {needed} are needed; use a longer recording."
        )


class BadMarkerSet(KinefuseError):
    """A description of a laboratory's markers is incomplete or contradicts itself."""

    def __init__(self, name: object, what: str) -> None:
        sound = Path(__file__).parent / "formats" / "markersets"
        super().__init__(f"marker set {name}: {what}; compare it with those in {sound}.")


class MissingMarkers(RecordingError):
    """A file lacks markers that its marker set names."""

    def __init__(self, path: object, missing: Iterable[str], markerset: str) -> None:
        super().__init__(
            f"{path}: it lacks the markers {', '.join(missing)} of the marker set '{markerset}'; "
            "name the right set with --markerset, or describe your own in a .toml."
        )


class UnknownChoice(KinefuseError):
    """A name is not a row of the table it was looked up in."""

    def __init__(self, kind: str, name: str, known: Iterable[str]) -> None:
        super().__init__(f"unknown {kind} '{name}'; choose one of: {', '.join(known)}.")


class Impossible(KinefuseError):
    """A value that cannot be, or several that contradict each other."""

    def __init__(self, what: str, why: str, way_out: str) -> None:
        super().__init__(f"{what} {why}; {way_out}.")


class NoPlace(KinefuseError):
    """Nothing can be written where a result should go."""

    def __init__(self, path: object, why: str) -> None:
        super().__init__(
            f"{path}: nothing can be written there ({why}); choose a folder that is there "
            "and that you may write to."
        )


class WouldOverwrite(KinefuseError):
    """A result already lies where the new one should go."""

    def __init__(self, path: object) -> None:
        super().__init__(
            f"{path} already exists and is not overwritten; choose another place, "
            "or say --force to replace it."
        )


class NoModel(KinefuseError):
    """A method needs networks, and none is at hand."""

    def __init__(self, activity: str) -> None:
        super().__init__(
            f"no packaged model for {activity}; name a model folder with --model, "
            "or use --method classical, which needs none."
        )


class TooManySensors(RecordingError):
    """There are more sensors than places for them."""

    def __init__(self, sensors: Iterable[str], segments: Iterable[str]) -> None:
        super().__init__(
            f"the sensors {', '.join(sensors)} are more than the segments that they may be on "
            f"({', '.join(segments)}); leave out those worn elsewhere, or name more segments."
        )


class BadStreamMap(KinefuseError):
    """A description of how somebody's sensor files are laid out is incomplete or wrong."""

    def __init__(self, name: object, what: str, way_out: str | None = None) -> None:
        sound = Path(__file__).parent / "formats" / "maps"
        way_out = way_out or f"compare it with those in {sound}"
        super().__init__(f"format map {name}: {what}; {way_out}.")
