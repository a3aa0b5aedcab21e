"""The words and numbers beside a correction network's weights."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path

from kinefuse.correction.shares import JointShares
from kinefuse.errors import UnreadableFile
from kinefuse.whole_files import write_text

CARD_FILE = "correction.json"
LAYOUT = 1  # raise it when the card's fields change their meaning

CONVENTION = (
    "Inputs: 'vectors' (batch, time, segment, quantity, axis) with segments pelvis, own thigh, "
    "shank, foot, other thigh, shank, foot; quantities specific force [m/s2], angular velocity "
    "[rad/s] and the upward direction; axes x forward, y up, z right. 'angles_rad' (batch, time, "
    "joint, plane): the optimiser's, own hip, knee, ankle, then the other leg's; flexion, "
    "adduction, internal rotation. 'worn' (batch, segment): 1 or 0; what is not worn is zero. "
    "'glued' (batch, 1): 1 if the sensors are known to sit exactly in the segments' axes. Left "
    "legs enter mirrored in the sagittal plane. Outputs: the small turn of each of the four own "
    "sensors [rad], and a joint, plane and sample what is to be added to the angles and its SD."
)


@dataclass(frozen=True, kw_only=True)
class CorrectionCard:
    """Everything about a correction network but its weights."""

    name: str
    activity: str
    """'walking' or 'running'."""
    rate_hz: float
    """Samples a second of what it is told."""
    settings: Mapping[str, object]
    trunk_context_samples: int
    """How far to either side a frame of the trunk depends on its neighbours."""
    head_context_samples: int
    """The same for an answer of the head."""
    sources: tuple[str, ...]
    """Data sets and licences of the training data."""
    people: Mapping[str, tuple[str, ...]]
    """Who was trained on, tuned on and left out."""
    shares: Mapping[str, Mapping[str, JointShares]] = field(default_factory=dict)
    """By how the sensors are known to sit (``dataset.conditions.CONDITIONS``) and kind of joint;
    what is not there is heard in full."""
    training: Mapping[str, object] = field(default_factory=dict)
    scores: Mapping[str, object] = field(default_factory=dict)
    convention: str = CONVENTION
    kinefuse_version: str = ""
    layout: int = LAYOUT

    def shares_of(self, condition: str, kind: str) -> JointShares:
        """Of a kind of joint, as the sensors are known to sit."""
        return self.shares.get(condition, {}).get(kind, JointShares())


def write_correction_card(folder: Path, card: CorrectionCard) -> None:
    """Write ``correction.json``."""
    write_text(folder / CARD_FILE, json.dumps(asdict(card), indent=2) + "\n")


def read_correction_card(folder: Path) -> CorrectionCard:
    """Read ``correction.json``.

    Raises:
        UnreadableFile: There is none, or it is not a card this version understands.
    """
    file, way_out = folder / CARD_FILE, "name the folder that training a correction wrote"
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(folder, "this folder holds no correction", way_out) from error
    except ValueError as error:
        raise UnreadableFile(file, "this card is not JSON", way_out) from error
    if not isinstance(words, dict) or words.get("layout") != LAYOUT:
        raise UnreadableFile(file, "this card is of another version", "train the network again")
    try:
        exact = {
            "sources": tuple(words["sources"]),
            "people": {part: tuple(names) for part, names in words["people"].items()},
            "shares": {
                condition: {kind: JointShares.from_words(given) for kind, given in kinds.items()}
                for condition, kinds in words["shares"].items()
            },
        }
        return CorrectionCard(**(words | exact))
    except (TypeError, ValueError, KeyError, AttributeError) as error:
        raise UnreadableFile(file, f"this card is incomplete ({error})", way_out) from error
