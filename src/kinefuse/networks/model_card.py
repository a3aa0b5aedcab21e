"""The words and numbers beside a model's weights: what it is, needs, came from, and scored."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from kinefuse.anatomy.joints import JOINT_KINDS
from kinefuse.errors import UnreadableFile
from kinefuse.networks.features import SIGNALS
from kinefuse.networks.targets import TARGETS
from kinefuse.whole_files import write_text

CARD_FILE = "model.json"
LAYOUT = 1  # raise it when the card's fields change their meaning

MIRRORED, AS_THEY_ARE = "mirrored", "as they are"
"""How a left leg's signals enter a network; see ``networks.limbs``."""

CONVENTION = (
    "Sensors and segments: x forward, y up, z right on both sides; specific force, +9.81 m/s2 on "
    "the axis that points up at rest. Left legs enter mirrored in the sagittal plane: acc "
    "(x, y, -z), gyr (-x, -y, z). Angles: flexion (dorsiflexion), adduction (inversion), internal "
    "rotation, positive on both sides, ISB Cardan sequence z-x-y. Attitudes: R_travel_sensor in "
    "the world turned about the vertical (y) to the pelvis's heading below 0.25 Hz."
)


@dataclass(frozen=True, kw_only=True)
class NetworkCard:
    """One network of a model."""

    kind: str
    """Of joint: hip, knee or ankle."""
    target: str
    """One of ``TARGETS``."""
    network: str
    """Its architecture."""
    settings: Mapping[str, object]
    context_samples: int
    """How far to either side an answer depends on its neighbours."""
    training: Mapping[str, object] = field(default_factory=dict)
    scores: Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class ModelCard:
    """Everything about a model but its weights."""

    name: str
    recipe: str
    activity: str
    """'walking', 'running' or 'any'."""
    rate_hz: float
    """Samples a second that every network expects."""
    networks: Mapping[str, NetworkCard]
    """By folder below ``networks/``, for instance ``knee_angles``."""
    sources: tuple[str, ...]
    """Data sets and licences of the training data."""
    people: Mapping[str, tuple[str, ...]]
    """Who was trained on, tuned on and left out."""
    joints: Mapping[str, Mapping[str, Mapping[str, Any]]] = field(default_factory=dict)
    """By kind of joint, then by how the sensors sit: parameters of smoothing and fusion, fitted on
    validation people. Models of a published recipe have those of its own fusion instead."""
    inputs: Mapping[str, str] = field(default_factory=lambda: dict(SIGNALS))
    """Columns of the input and their units."""
    convention: str = CONVENTION
    left_legs: str = MIRRORED
    """'mirrored', or 'as they are' for networks that were taught by others."""
    angle_convention: str = "isb"
    """A row of ``anatomy.conventions``: which angles, in radians, its angle networks give."""
    kinefuse_version: str = ""
    layout: int = LAYOUT


def network_name(kind: str, target: str) -> str:
    """Folder of the network that answers ``target`` for joints of that kind."""
    return f"{kind}_{target}"


def write_card(folder: Path, card: ModelCard) -> None:
    """Write ``model.json``."""
    write_text(folder / CARD_FILE, json.dumps(asdict(card), indent=2) + "\n")


def read_card(folder: Path) -> ModelCard:
    """Read ``model.json``.

    Raises:
        UnreadableFile: There is none, or it is not a card this version understands.
    """
    file, way_out = folder / CARD_FILE, "name the folder that 'kinefuse train' wrote"
    try:
        words = json.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise UnreadableFile(folder, "this folder holds no model", way_out) from error
    except ValueError as error:
        raise UnreadableFile(file, "this model card is not JSON", way_out) from error
    if not isinstance(words, dict) or words.get("layout") != LAYOUT:
        raise UnreadableFile(file, "this model card is of another version", "train the model again")
    try:
        return _card(words)
    except (TypeError, KeyError, AttributeError) as error:
        raise UnreadableFile(file, f"this model card is incomplete ({error})", way_out) from error


def _card(words: dict) -> ModelCard:
    networks = {name: NetworkCard(**fields) for name, fields in words["networks"].items()}
    for network in networks.values():
        if network.kind not in JOINT_KINDS or network.target not in TARGETS:
            raise KeyError(f"{network.kind} {network.target}")
    people = {part: tuple(names) for part, names in words["people"].items()}
    lists = {"networks": networks, "people": people, "sources": tuple(words["sources"])}
    return ModelCard(**(words | lists))
