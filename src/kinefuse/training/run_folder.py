"""Where an unfinished training lives: ``<out>.partial``, which becomes ``<out>`` when it is done.

So a model folder is either whole or absent, and the same command after a kill finds its state:
``run.json`` (what was asked for), ``checkpoints/`` and, for each finished network, its files and
its card.
"""

import json
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from kinefuse.errors import KinefuseError, UnreadableFile, WouldOverwrite
from kinefuse.networks.model_card import ModelCard, NetworkCard, write_card
from kinefuse.networks.saved_model import NETWORKS_FOLDER
from kinefuse.whole_files import write_json


class OtherRun(KinefuseError):
    """An unfinished training lies where the new one should go, and it is not the same one."""

    def __init__(self, folder: Path, differing: list[str]) -> None:
        super().__init__(
            f"{folder} holds an unfinished training with another {', '.join(differing)}; repeat "
            "its command to finish it, choose another --out, or delete that folder."
        )


@dataclass(frozen=True)
class RunFolder:
    """An unfinished training; nothing is on disk until it has begun."""

    out: Path
    asked_for: Mapping[str, object]

    @property
    def partial(self) -> Path:
        """Where everything is until it is done."""
        return self.out.with_name(f"{self.out.name}.partial")

    @property
    def request(self) -> Path:
        """File of what was asked for."""
        return self._state / "run.json"

    @property
    def begun(self) -> bool:
        """Whether an earlier process has begun it."""
        return self.request.exists()

    def network(self, name: str) -> Path:
        """Folder of one network's files."""
        return self.partial / NETWORKS_FOLDER / name

    def checkpoint(self, name: str) -> Path:
        """File of one network's state."""
        return self._state / "checkpoints" / f"{name}.safetensors"

    def finished(self, name: str) -> NetworkCard | None:
        """Card of a network that is done, else None."""
        file = self._card(name)
        return NetworkCard(**_read(file)) if file.exists() else None

    def finish(self, name: str, card: NetworkCard) -> None:
        """Note that a network's files are written."""
        write_json(self._card(name), asdict(card))
        self.checkpoint(name).unlink(missing_ok=True)

    def begin(self) -> None:
        """Note what was asked for."""
        if not self.begun:
            write_json(self.request, self.asked_for)

    def complete(self, card: ModelCard) -> None:
        """Write the card and give the folder its name."""
        shutil.rmtree(self._state)
        write_card(self.partial, card)
        self.partial.replace(self.out)

    @property
    def _state(self) -> Path:
        return self.partial / "state"

    def _card(self, name: str) -> Path:
        return self._state / "cards" / f"{name}.json"


def open_run(out: Path, asked_for: Mapping[str, object]) -> RunFolder:
    """A training that will become ``out``, or the one that was killed.

    Args:
        out: The model folder to be.
        asked_for: Everything that decides the result, as plain values.

    Raises:
        WouldOverwrite: ``out`` exists.
        OtherRun: An unfinished training with other choices is there.
    """
    if out.exists():
        raise WouldOverwrite(out)
    words = json.loads(json.dumps(asked_for))  # as it will be read back
    run = RunFolder(out, words)
    if run.begun:
        before = _read(run.request)
        differing = [key for key in words | before if words.get(key) != before.get(key)]
        if differing:
            raise OtherRun(run.partial, differing)
    return run


def _read(file: Path) -> dict:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except ValueError as error:
        raise UnreadableFile(file, "this is not JSON", "delete it and train again") from error
