"""What the motion says about places, or in a sentence why it says nothing."""

from collections.abc import Generator, Mapping

from kinefuse.errors import KinefuseError
from kinefuse.progress import Progress
from kinefuse.recordings import ImuSession
from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions.assembly import recordings_in_steps
from kinefuse.sessions.placing import Placement, placed_by_motion
from kinefuse.sessions.placing_apart import placed_apart, unsure
from kinefuse.sessions.told import percent


def what_moved(
    name: str, streams: Mapping[str, SensorStream], named: Mapping[str, str], activity: str
) -> Generator[Progress, None, tuple[Placement | None, list[str]]]:
    """Where the motion puts sensors; None and why, where it says nothing. Also what to look at.

    Args:
        name: Of the session, for messages.
        streams: By label.
        named: Segments that labels name, by label.
        activity: 'walking' or 'running'.
    """
    if len(streams) < 2:
        return None, ["One sensor alone does not tell by its motion where it is."]
    if len({stream.clock for stream in streams.values()}) > 1 and not set(streams) <= set(named):
        return (yield from _moved_apart(name, streams, named, activity))
    try:
        recordings, _ = yield from recordings_in_steps(name, streams, named, activity)
        yield Progress(0, 1, "comparing every sensor's stride")
        session = ImuSession(name=name, sensors=recordings)
        found = placed_by_motion(session, activity, named)
    except KinefuseError as error:
        return None, [f"The motion tells nothing about places, since {error}"]
    return (found, []) if found.is_gait else (None, [_no_gait(found, activity)])


def _moved_apart(
    name: str, streams: Mapping[str, SensorStream], named: Mapping[str, str], activity: str
) -> Generator[Progress, None, tuple[Placement | None, list[str]]]:
    """The same where clocks differ, and not every label names a segment."""
    try:
        found, off = yield from placed_apart(name, streams, activity, named)
    except KinefuseError as error:
        return None, [f"The motion tells nothing about places, since {error}"]
    if not found.is_gait:
        return None, [_no_gait(found, activity)]
    doubtful = unsure(found, clocks_set=off is None)
    if doubtful:
        likeliest = ", ".join(
            f"{label} on {found.segment_of[label] or 'none'}, {percent(sure)} sure"
            for label, sure in doubtful.items()
        )
        return None, [
            "Clocks differ, and by the shapes of strides alone places are not sure enough "
            f"(likeliest: {likeliest})."
        ]
    return found, [f"Clocks are not known yet: {off}"] if off else []


def _no_gait(found: Placement, activity: str) -> str:
    return (
        f"The motion tells nothing about places, since it is unlike usual {activity} "
        f"(misfit {found.misfit:.1f}, repetition {found.regularity:.2f})."
    )
