"""Streams that leave no question open are a session: segments as labels, one rate, no gap."""

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.recordings import ImuRecording, ImuSession
from kinefuse.sensor_streams import SensorStreams


def strict_session(streams: SensorStreams, rate_hz: float) -> ImuSession:
    """The session of the streams labelled with a segment; the others are named in a note.

    Args:
        streams: Of equal length, with even stamps of one clock.
        rate_hz: What the stamps stand for.

    Raises:
        RecordingError: A sample is missing, a unit cannot be right, or nothing is on a segment.
    """
    left_out = [label for label in streams.streams if label not in SEGMENTS]
    note = f"Not used, as it belongs to no leg: {', '.join(left_out)}."
    return ImuSession(
        name=streams.name,
        sensors={
            label: ImuRecording(
                segment=label,
                rate_hz=rate_hz,
                acc_m_s2=stream.acc_m_s2,
                gyr_rad_s=stream.gyr_rad_s,
            )
            for label, stream in streams.streams.items()
            if label not in left_out
        },
        notes=(*streams.notes, note) if left_out else streams.notes,
    )
