"""Sensors with clocks of their own, set by the motion before anything is asked of them together."""

from collections.abc import Mapping

from kinefuse.doctor.diagnosis import Diagnosis
from kinefuse.doctor.wearing import EVERYBODY
from kinefuse.sensor_streams import SensorStream
from kinefuse.session_description import SessionDescription
from kinefuse.sessions.errors import ClocksUnknown
from kinefuse.sessions.one_clock import LOOSEST_S, SURE, fitted_clocks, set_by

OWN_CLOCKS = "own clocks"
"""Check of the whole recording, only where sensors have clocks of their own."""


def with_clocks_set(
    by_segment: Mapping[str, SensorStream], description: SessionDescription
) -> tuple[dict[str, SensorStream], tuple[Diagnosis, ...]]:
    """Streams on one clock as a session will have them, and whether that is sure.

    Where it is not, streams stay as they are and are counted from their first samples.
    """
    streams = dict(by_segment)
    if len({stream.clock for stream in streams.values()}) <= 1:
        return streams, ()
    places = {segment: segment for segment in streams}
    try:
        fits = fitted_clocks(description.name, streams, places, description.activity)
    except ClocksUnknown as error:
        return streams, (_diagnosis(error.what, error.way_out, passed=False),)
    worst_s = max(fit.sd_s for fit in fits.values())
    words = f"the motion sets all clocks, the least sure to {1000 * worst_s:.0f} ms"
    return set_by(fits, streams), (_diagnosis(words, "", passed=True),)


def _diagnosis(evidence: str, remedy: str, *, passed: bool) -> Diagnosis:
    return Diagnosis(
        check=OWN_CLOCKS,
        subject=EVERYBODY,
        passed=passed,
        severity="fault",
        evidence=evidence,
        limit=f"at least {100 * SURE:.0f} % sure to the stride, at most {1000 * LOOSEST_S:.0f} ms",
        source="a stride off is another stride's angle, and at 6 rad/s, a knee's fastest, 30 ms "
        "are 10 deg",
        consequence="joint angles are between segments at different times, so none are estimated",
        remedy=remedy,
    )
