"""The input files of the published system's demo, so that both can be run on equal data.

``<root>/<Hip|Knee|Ankle>/<Left|Right>_seg<1|2>_<acc|gyr>.npy`` (Rapp et al. 2021, J. Biomech.
116:110229), arrays (time, 3 or 4) or (recording, time, 3 or 4) at 200 Hz; a fourth column is the
norm of the other three. Segment 1 is the proximal one of the joint, and every sensor is turned
so that x points forward, y up and z to the right at foot contact.

There the accelerometer of a simulated sensor reads -9.81 on the axis that points up. That is
undone here: where every sensor hangs upside down, all accelerometers change sign. (The published
simulation also turns by the sensor's attitude where its transpose is due; without the attitudes
that cannot be undone. It leaves upright sensors as they are and tilts the others the wrong way.)
"""

import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnreadableFile
from kinefuse.formats.session_format import SessionFormat
from kinefuse.recordings import ImuRecording, ImuSession

PUBLISHED_RATE_HZ = 200.0
_SIDES = {"Left": "l", "Right": "r"}
_FILE = re.compile(r"^(?P<side>Left|Right)_seg(?P<place>[12])_(?P<kind>acc|gyr)\.npy$")
# Cosine between the mean specific force and "up". Segments lean less than 60 deg on average,
# even a running shank; a sensor in axes of its own may point anywhere, and is left alone.
_UPSIDE_DOWN = -0.5

Signal = Float[np.ndarray, "time 3"]


def recognises(path: Path) -> bool:
    """Whether this is one of the demo's files, a joint's directory, or the root of such."""
    return bool(_FILE.match(path.name)) if path.is_file() else bool(_files(path))


def read(path: Path, recording: int = 0) -> ImuSession:
    """Read one recording from the root directory, from a joint's, or from a file in that.

    Args:
        path: Where the files are.
        recording: Which one, counted from zero, if the arrays hold several. The notes of the
            session say so.

    Raises:
        RecordingError: A file is missing or damaged, or two files contradict each other.
    """
    directory = path.parent if path.is_file() else path
    signals: dict[str, dict[str, Signal]] = defaultdict(dict)
    held = 1
    for file, match in _files(directory):
        segment, kind = _meaning(file, match)
        signal, of = _load(file, recording)
        held = max(held, of)
        _keep(signals[segment], kind, signal, file, segment)
    _check_pairs(directory, signals)
    notes = [f"Recording {recording + 1} of {held} in the files."] if held > 1 else []
    if _upside_down(signals):
        for signal in signals.values():
            signal["acc"] = -signal["acc"]
        notes.append("Gravity had the published simulation's sign; all accelerometers are negated.")
    return ImuSession(
        name=directory.resolve().name,
        sensors={
            segment: ImuRecording(
                segment=segment,
                rate_hz=PUBLISHED_RATE_HZ,
                acc_m_s2=signal["acc"],
                gyr_rad_s=signal["gyr"],
            )
            for segment in SEGMENTS
            if (signal := signals.get(segment))
        },
        notes=tuple(notes),
    )


FORMAT = SessionFormat(
    description="a directory Hip, Knee or Ankle with Right_seg1_acc.npy and so on, or its parent",
    recognises=recognises,
    read=read,
    names_its_joints=True,
)


def _files(directory: Path) -> list[tuple[Path, re.Match]]:
    """The demo's files right here, or else one directory below; and the parts of their names."""
    names = ((file, _FILE.match(file.name)) for file in sorted(directory.glob("*.npy")))
    here = [(file, match) for file, match in names if match]
    if here:
        return here
    below = (d for d in sorted(directory.iterdir()) if d.is_dir() and d.name.lower() in JOINT_KINDS)
    return [found for d in below for found in _files(d)]


def _meaning(file: Path, match: re.Match) -> tuple[str, str]:
    """Segment and kind of signal of one file."""
    joint = file.resolve().parent.name
    if joint.lower() not in JOINT_KINDS:
        raise UnreadableFile(
            file, f"its directory is called '{joint}'", "call it Hip, Knee or Ankle"
        )
    pair = JOINTS[f"{joint.lower()}_{_SIDES[match['side']]}"]
    return pair.proximal if match["place"] == "1" else pair.distal, match["kind"]


def _load(file: Path, recording: int) -> tuple[Signal, int]:
    """One recording out of a file, and how many there are."""
    try:
        values = np.load(file, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise UnreadableFile(
            file, "this is no whole array of numbers", "copy or export it again"
        ) from error
    if values.ndim not in (2, 3) or values.shape[-1] not in (3, 4) or values.dtype.kind not in "fi":
        raise UnreadableFile(
            file,
            f"it holds {values.dtype} {values.shape} where numbers (time, 3 or 4) or "
            "(recording, time, 3 or 4) are expected",
            "export it again",
        )
    stack = values.astype(np.float64).reshape(-1, *values.shape[-2:])
    if not 0 <= recording < len(stack):
        raise UnreadableFile(
            file, f"there is no recording {recording} among {len(stack)}", "count from zero"
        )
    vectors, norms = stack[recording, :, :3], stack[recording, :, 3:]
    expected = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if norms.size and not np.allclose(norms, expected, rtol=1e-3, atol=1e-3, equal_nan=True):
        raise UnreadableFile(
            file, "its fourth column is not the norm of the other three", "export x, y and z only"
        )
    return vectors, len(stack)


def _keep(signals: dict[str, Signal], kind: str, new: Signal, file: Path, segment: str) -> None:
    """Add one signal; a segment that belongs to two joints has to be the same in both."""
    old = signals.setdefault(kind, new)
    if old.shape != new.shape or not np.allclose(old, new, atol=1e-6, equal_nan=True):
        raise UnreadableFile(
            file,
            f"it contradicts another file on the same segment, {segment}",
            "read one joint's directory at a time, or one side only",
        )


def _check_pairs(directory: Path, signals: dict[str, dict[str, Signal]]) -> None:
    for segment, kinds in signals.items():
        for kind in ("acc", "gyr"):
            if kind not in kinds:
                raise UnreadableFile(
                    directory, f"the {segment} has no *_{kind}.npy", "put it beside the others"
                )


def _upside_down(signals: dict[str, dict[str, Signal]]) -> bool:
    """Whether every sensor feels its support from above."""
    means = np.array([signal["acc"].mean(axis=0) for signal in signals.values()])
    return bool(np.all(means[:, 1] < _UPSIDE_DOWN * np.linalg.norm(means, axis=-1)))
