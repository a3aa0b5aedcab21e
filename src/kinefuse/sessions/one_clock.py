"""Streams whose clocks are their own, brought to one."""

from collections.abc import Mapping

from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions.errors import ClocksUnknown


def on_one_clock(
    name: str, streams: Mapping[str, SensorStream], places: Mapping[str, str], activity: str
) -> tuple[dict[str, SensorStream], list[str]]:
    """The same streams with stamps of one clock, and notes on how that was found.

    Raises:
        ClocksUnknown: It cannot be found with certainty.
    """
    clocks = {stream.clock for stream in streams.values()}
    if len(clocks) == 1:
        return dict(streams), []
    raise ClocksUnknown(
        name,
        f"its sensors run on {len(clocks)} clocks, on {', '.join(places.values())} in {activity}",
        "give recordings of one clock",
    )
