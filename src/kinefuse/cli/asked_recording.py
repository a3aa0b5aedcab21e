"""What ``kinefuse estimate`` was asked to look at: a recording, or the published demo's files."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kinefuse.errors import KinefuseError

if TYPE_CHECKING:
    from kinefuse.alignment import SegmentAlignment
    from kinefuse.recordings import ImuSession, JointAngles


class OneRecording(KinefuseError):
    """Neither or both kinds of recordings are named."""

    def __init__(self) -> None:
        super().__init__(
            "one recording is needed: name a directory or file of sensor signals, "
            "or --published-root ROOT with the published demo's files."
        )


class MapForDemo(KinefuseError):
    """A format map is given for files that nobody reads by one."""

    def __init__(self) -> None:
        super().__init__(
            "--map says how to read a recording of your own, and --published-root names the "
            "published demo's files, which are read without; leave one of them out."
        )


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A recording with what is known beside it."""

    path: Path
    session: "ImuSession"
    activity: str = "walking"
    """As somebody said beside the recording."""
    truth: "JointAngles | None" = None
    alignment: "Mapping[str, SegmentAlignment] | None" = field(default=None)


def asked_recording(
    recording: Path | None,
    published_root: Path | None,
    joint: str | None,
    joints: str | None,
    model: Path | None,
    maps: Sequence[Path],
) -> Asked:
    """Read what was named; a published model hears the demo's files as the demo would let it.

    Raises:
        OneRecording: Not exactly one recording is named.
        MapForDemo: The demo's files need no map.
        RecordingError: It is damaged or incomplete.
    """
    from kinefuse.cli.progress import PATIENCE_S, watch
    from kinefuse.cli.published_demo import read_demo
    from kinefuse.formats.published_model import is_published_model
    from kinefuse.results import activity_said, read_in_steps

    published = model is not None and is_published_model(model)
    if published_root is not None and recording is None:
        if maps:
            raise MapForDemo
        demo = read_demo(published_root, joint, as_published=published)
        return Asked(
            path=published_root,
            session=demo.session,
            truth=demo.truth,
            alignment=demo.alignment,
        )
    if recording is None or published_root is not None:
        raise OneRecording
    steps = read_in_steps(recording, joints.split(",") if joints else None, maps)
    return Asked(
        path=recording,
        session=watch(steps, "reading", after_s=PATIENCE_S),
        activity=activity_said(recording, maps) or "walking",
    )
