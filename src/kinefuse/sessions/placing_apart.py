"""Which sensor is on which segment where clocks differ, so that no phase of a stride is shared.

Every sensor is placed by its own stride first. Clocks are then set as if that were right, and if
the motion that neighbours share sets them for certain, all sensors together must say the same
again. That can shake a place, and never makes it surer: set by the foot of the other leg, the clock
of one who walks as evenly as a machine is half a stride late, which is what that foot needs.
"""

from collections.abc import Generator, Mapping
from dataclasses import replace

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import RecordingError
from kinefuse.progress import Progress
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.sensor_streams import SensorStream
from kinefuse.sessions.assembly import recordings_in_steps
from kinefuse.sessions.errors import ClocksUnknown, NoCommonTime, PlacesContradict
from kinefuse.sessions.lags import GRID_HZ
from kinefuse.sessions.placing import Placement, placed_by_motion, placed_one_by_one
from kinefuse.sessions.resampling import on_own_ticks

LEAST_SURE = 0.95
"""Of every sensor, else nothing is proposed; where clocks are set, so that neighbours agree."""
SURE_ALONE = 0.99
"""The same where clocks are not set: of 82 recordings proposed so with 95 % two were wrong
(``revalidation/own_clocks.py``)."""


def placed_apart(
    name: str, streams: Mapping[str, SensorStream], activity: str, said: Mapping[str, str]
) -> Generator[Progress, None, tuple[Placement, RecordingError | None]]:
    """The likeliest segment of every sensor, and why clocks cannot be set, if they cannot.

    Args:
        name: Of the session, for messages.
        streams: By label, on clocks that differ.
        activity: 'walking' or 'running'.
        said: Segments that labels name, by label; judged, not believed.

    Raises:
        TooShort: A sensor felt less than two of the slowest strides.
        PlacesContradict: Once clocks were set, all sensors together said otherwise.
    """
    yield Progress(0, 1, "comparing every sensor's stride")
    felt = {label: _alone(stream) for label, stream in streams.items()}
    alone = placed_one_by_one(felt, activity, said)
    worn = {label: segment for segment, label in alone.label_of().items()}
    if not alone.is_gait or len(worn) < 2:
        return alone, None
    try:
        recordings, _ = yield from recordings_in_steps(
            name, {label: streams[label] for label in worn}, worn, activity
        )
    except (ClocksUnknown, NoCommonTime) as error:
        return alone, error
    together = placed_by_motion(ImuSession(name=name, sensors=recordings), activity)
    if together.segment_of != worn:
        raise PlacesContradict(name, worn, together.segment_of)
    certainty = {
        label: min(sure, together.certainty.get(label, 1.0))
        for label, sure in alone.certainty.items()
    }
    sides = min(alone.sides_certainty, together.sides_certainty)
    return replace(alone, certainty=certainty, sides_certainty=sides), None


def unsure(placement: Placement, *, clocks_set: bool) -> dict[str, float]:
    """Sensors whose place is not told surely enough to go on with, and how sure it is."""
    least = LEAST_SURE if clocks_set else SURE_ALONE
    return {label: sure for label, sure in placement.certainty.items() if sure < least}


def _alone(stream: SensorStream) -> ImuRecording:
    even, _ = on_own_ticks(stream, GRID_HZ)
    return ImuRecording(
        segment=SEGMENTS[0],  # yet to be found
        rate_hz=GRID_HZ,
        acc_m_s2=even.acc_m_s2,
        gyr_rad_s=even.gyr_rad_s,
    )
