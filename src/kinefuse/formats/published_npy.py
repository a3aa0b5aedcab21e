"""The input files of the published system's demo, so that both can be run on equal data.

``<root>/<Hip|Knee|Ankle>/<Left|Right>_seg<1|2>_<acc|gyr>.npy`` (Rapp et al. 2021, J. Biomech.
116:110229), arrays (time, 3 or 4) or (recording, time, 3 or 4) at 200 Hz; a fourth column is the
norm of the other three. Segment 1 is the proximal one of the joint, and every sensor is turned
so that x points forward, y up and z to the right at foot contact.

There the accelerometer of a simulated sensor reads -9.81 on the axis that points up. That is
undone here: where every sensor hangs upside down, all accelerometers change sign, as of a device
that reports gravity and not support. What ``write`` wrote says in ``axes.json`` which signs it
changed, and comes back as it was.

(The published simulation, ``formats.data_h5``, is another matter: it also turns by the sensor's
attitude where its transpose is due. Of an upright sensor only the up axis then has the wrong sign,
``SIMULATED``; leaning ones lean the wrong way, which cannot be undone without the attitudes.)
"""

import json
import re
from collections import defaultdict
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.conventions import from_ours, to_ours
from kinefuse.anatomy.joints import JOINT_KINDS, JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import UnequalRates, UnreadableFile
from kinefuse.formats.session_format import SessionFormat
from kinefuse.formats.strict_session import strict_session
from kinefuse.recordings import ImuSession, JointAngles
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.whole_files import write_text

PUBLISHED_RATE_HZ = 200.0
ANGLE_CONVENTION = "published"
NEGATED, SIMULATED = (-1.0, -1.0, -1.0), (1.0, -1.0, 1.0)
"""Signs that turn accelerometers right: of devices that report gravity; of simulated, upright."""
AXES_FILE = "axes.json"
"""Beside the joints' directories: which signs of the accelerometers were changed on writing."""
_SIDES = {"Left": "l", "Right": "r"}
_FILE = re.compile(r"^(?P<side>Left|Right)_seg(?P<place>[12])_(?P<kind>acc|gyr)\.npy$")
_TRUTH = re.compile(r"^(?P<side>Left|Right)_mocap_ang(le)?\.npy$")
# Cosine between the mean specific force and "up". Segments lean less than 60 deg on average,
# even a running shank; a sensor in axes of its own may point anywhere, and is left alone.
_UPSIDE_DOWN = -0.5

Signal = Float[np.ndarray, "time 3"]


def recognises(path: Path) -> bool:
    """Whether this is one of the demo's files, a joint's directory, or the root of such."""
    return bool(_FILE.match(path.name)) if path.is_file() else bool(_files(path))


def read(
    path: Path, recording: int = 0, upside_down: tuple[float, float, float] = NEGATED
) -> ImuSession:
    """Read one recording from the root directory, from a joint's, or from a file in that.

    Args:
        path: Where the files are.
        recording: Which one, counted from zero, if the arrays hold several. The notes of the
            session say so.
        upside_down: Signs of x, y and z to give accelerometers that all hang upside down, where
            no ``axes.json`` tells them.

    Raises:
        RecordingError: A file is missing or damaged, or two files contradict each other.
    """
    streams = read_streams(path, recording, upside_down)
    return strict_session(streams, PUBLISHED_RATE_HZ)


def read_streams(
    path: Path, recording: int = 0, upside_down: tuple[float, float, float] = NEGATED
) -> SensorStreams:
    """The same as streams, labelled with their segments; arguments and errors as of ``read``."""
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
    signs = _told_signs(directory) or (upside_down if _upside_down(signals) else None)
    if signs and min(signs) < 0:
        for signal in signals.values():
            signal["acc"] = signal["acc"] * np.array(signs)
        notes.append(_note(signs))
    return SensorStreams(
        name=directory.resolve().name,
        streams={
            segment: SensorStream(
                label=segment,
                time_s=np.arange(len(signal["acc"])) / PUBLISHED_RATE_HZ,
                acc_m_s2=signal["acc"],
                gyr_rad_s=signal["gyr"],
            )
            for segment in SEGMENTS
            if (signal := signals.get(segment))
        },
        format_name="published_npy",
        notes=tuple(notes),
    )


def read_truth(path: Path, recording: int = 0) -> JointAngles | None:
    """The true angles beside the signals, in ours; None if there are none.

    ``<Side>_mocap_ang.npy``, or ``<Side>_mocap_angle.npy`` as the demo's description calls it, in
    degrees and the columns of ``ANGLE_CONVENTION``.

    Raises:
        UnreadableFile: A file is damaged, or holds no such recording.
    """
    directory = path.parent if path.is_file() else path
    angles = {}
    for file, side in _truths(directory):
        joint = f"{_kind(file)}_{_SIDES[side]}"
        columns, _ = _stack(file, recording, (3,))
        angles[joint] = to_ours(columns, joint, ANGLE_CONVENTION)
    return JointAngles(rate_hz=PUBLISHED_RATE_HZ, angles_rad=angles) if angles else None


def write(
    root: Path,
    session: ImuSession,
    truth: JointAngles | None = None,
    signs: tuple[float, float, float] = SIMULATED,
) -> None:
    """Write the demo's tree: ``<root>/<Joint>/...``, and ``axes.json``.

    Args:
        root: An existing folder.
        session: At 200 Hz, sensors in segment axes.
        truth: Of the same rate and length.
        signs: Given to the accelerometers, so that they hang as the published networks expect.

    Raises:
        UnequalRates: The rate is another.
    """
    if session.rate_hz != PUBLISHED_RATE_HZ:
        raise UnequalRates(session.name, {session.rate_hz, PUBLISHED_RATE_HZ})
    sides = {ours: theirs for theirs, ours in _SIDES.items()}
    for name in session.joints():
        joint = JOINTS[name]
        folder = root / joint.kind.capitalize()
        folder.mkdir(exist_ok=True)
        for place, segment in enumerate((joint.proximal, joint.distal), start=1):
            stem = f"{sides[joint.side]}_seg{place}"
            np.save(folder / f"{stem}_acc.npy", _with_norm(session[segment].acc_m_s2 * signs))
            np.save(folder / f"{stem}_gyr.npy", _with_norm(session[segment].gyr_rad_s))
        if truth is not None and name in truth.angles_rad:
            columns = from_ours(truth.angles_rad[name], name, ANGLE_CONVENTION)
            np.save(folder / f"{sides[joint.side]}_mocap_ang.npy", columns)
    write_text(root / AXES_FILE, json.dumps({"acc_signs": list(signs)}) + "\n")


FORMAT = SessionFormat(
    description="a directory Hip, Knee or Ankle with Right_seg1_acc.npy and so on, or its parent",
    recognises=recognises,
    read_streams=read_streams,
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
    pair = JOINTS[f"{_kind(file)}_{_SIDES[match['side']]}"]
    return pair.proximal if match["place"] == "1" else pair.distal, match["kind"]


def _kind(file: Path) -> str:
    """Of joint, as the directory's name says."""
    joint = file.resolve().parent.name
    if joint.lower() not in JOINT_KINDS:
        raise UnreadableFile(
            file, f"its directory is called '{joint}'", "call it Hip, Knee or Ankle"
        )
    return joint.lower()


def _truths(directory: Path) -> list[tuple[Path, str]]:
    """Files of true angles right here, or else one directory below; one a joint and side."""
    names = ((file, _TRUTH.match(file.name)) for file in sorted(directory.glob("*.npy")))
    here = {match["side"]: file for file, match in names if match}
    if here:
        return [(file, side) for side, file in here.items()]
    below = (d for d in sorted(directory.iterdir()) if d.is_dir() and d.name.lower() in JOINT_KINDS)
    return [found for d in below for found in _truths(d)]


def _with_norm(vectors: Signal) -> Float[np.ndarray, "time 4"]:
    return np.hstack([vectors, np.linalg.norm(vectors, axis=-1, keepdims=True)])


def _told_signs(directory: Path) -> tuple[float, ...] | None:
    """What ``axes.json`` here or one directory above says; None without it."""
    for folder in (directory, directory.resolve().parent):
        file = folder / AXES_FILE
        if not file.is_file():
            continue
        try:
            signs = tuple(
                float(sign) for sign in json.loads(file.read_text(encoding="utf-8"))["acc_signs"]
            )
        except (ValueError, KeyError, TypeError) as error:
            raise UnreadableFile(
                file, "it names no signs", "write it again or remove it"
            ) from error
        if len(signs) != 3 or any(abs(sign) != 1 for sign in signs):
            raise UnreadableFile(file, f"signs are {signs}", "each of three has to be 1 or -1")
        return signs
    return None


def _note(signs: tuple[float, ...]) -> str:
    if tuple(signs) == NEGATED:
        return "Gravity had the published simulation's sign; all accelerometers are negated."
    turned = " and ".join(axis for axis, sign in zip("xyz", signs, strict=True) if sign < 0)
    return f"Gravity had the published simulation's sign; {turned} of accelerometers is negated."


def _load(file: Path, recording: int) -> tuple[Signal, int]:
    """One recording of a sensor out of a file, and how many there are."""
    signal, held = _stack(file, recording, (3, 4))
    vectors, norms = signal[:, :3], signal[:, 3:]
    with np.errstate(over="ignore", invalid="ignore"):  # of damaged files; infinity is unequal
        expected = np.linalg.norm(vectors, axis=-1, keepdims=True)
    if norms.size and not np.allclose(norms, expected, rtol=1e-3, atol=1e-3, equal_nan=True):
        raise UnreadableFile(
            file, "its fourth column is not the norm of the other three", "export x, y and z only"
        )
    return vectors, held


def _stack(
    file: Path, recording: int, columns: tuple[int, ...]
) -> tuple[Float[np.ndarray, "time column"], int]:
    """One recording out of a file, and how many there are."""
    many = " or ".join(map(str, columns))
    try:
        values = np.load(file, allow_pickle=False)
    except (ValueError, EOFError, OSError) as error:
        raise UnreadableFile(
            file, "this is no whole array of numbers", "copy or export it again"
        ) from error
    known = values.ndim in (2, 3) and values.shape[-1] in columns
    if not known or values.dtype.kind not in "fi":
        raise UnreadableFile(
            file,
            f"it holds {values.dtype} {values.shape} where numbers (time, {many}) or "
            f"(recording, time, {many}) are expected",
            "export it again",
        )
    stack = values.astype(np.float64).reshape(-1, *values.shape[-2:])
    if not 0 <= recording < len(stack):
        raise UnreadableFile(
            file, f"there is no recording {recording} among {len(stack)}", "count from zero"
        )
    return stack[recording], len(stack)


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
    with np.errstate(over="ignore", invalid="ignore"):
        means = np.array([signal["acc"].mean(axis=0) for signal in signals.values()])
        return bool(np.all(means[:, 1] < _UPSIDE_DOWN * np.linalg.norm(means, axis=-1)))
