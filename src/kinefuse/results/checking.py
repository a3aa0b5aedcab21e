"""What may be wrong with a recording, before anything is estimated from it."""

from dataclasses import replace
from pathlib import Path

from kinefuse.doctor import Diagnosis, examine
from kinefuse.session_description import SensorPlace, SessionDescription
from kinefuse.sessions import open_session
from kinefuse.sessions.opened import placed


def check(recording: Path | str) -> tuple[Diagnosis, ...]:
    """Examine the sensors of a session as their files hold them.

    Args:
        recording: A session's folder with its ``session.toml``, or a recording whose labels tell
            which segment wears which sensor.

    Returns:
        What each check found on each segment: ``passed``, and in words the evidence, the limit
        and its source, the consequence and the remedy.

    Raises:
        RecordingError: There is no recording, it is damaged, or nothing says which sensor is
            where; the message says the way out.
    """
    opened = open_session(Path(recording))
    streams, _ = placed(opened)
    described = replace(
        opened.description or SessionDescription(name=opened.streams.name),
        sensors={segment: SensorPlace(label=one.label) for segment, one in streams.items()},
    )
    return examine(opened.streams, described)
