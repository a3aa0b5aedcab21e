"""How all sessions of a study are to be estimated, and whether that was done already."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from kinefuse.errors import KinefuseError, WouldOverwrite
from kinefuse.whole_files import write_json

STUDY_FILE = "study.json"


class OtherStudy(KinefuseError):
    """The folder holds a study that was estimated in another way."""

    def __init__(self, folder: Path, differing: Iterable[str]) -> None:
        super().__init__(
            f"{folder} holds a study with another {', '.join(differing)}; choose another --out, "
            "or say --force to estimate every session again."
        )


@dataclass(frozen=True, kw_only=True)
class StudyRequest:
    """The same for every session."""

    activity: str | None = None
    """'walking' or 'running'; None is what each ``session.toml`` says, else walking."""
    model: Path | None = None
    """Folder of networks; None takes those that come with the program."""
    method: str | None = None
    """One of ``kinefuse.methods.METHODS``; None is the default one."""
    joints: tuple[str, ...] | None = None
    """Only these; None is all that a recording should have."""
    maps: tuple[Path, ...] = ()
    """Format maps to try before all others; absolute, since workers may run elsewhere."""

    def words(self) -> dict[str, object]:
        """What decides the numbers; equal words of equal recordings give equal results."""
        return {
            "kinefuse": version("kinefuse"),
            "activity": self.activity,
            "model": digest(self.model) if self.model else None,
            "method": self.method,
            "joints": list(self.joints) if self.joints else None,
            "maps": [digest(file) for file in self.maps] or None,
        }


def begin(folder: Path, request: StudyRequest, *, force: bool) -> None:
    """Claim a folder for a study: a new or empty one, or one with an equal study to go on with.

    Raises:
        WouldOverwrite: It holds something else.
        OtherStudy: It holds a study of another request; ``force`` takes it over.
    """
    file, words = folder / STUDY_FILE, request.words()
    if file.is_file():
        known = json.loads(file.read_text(encoding="utf-8"))
        differing = [key for key in words if words[key] != known.get(key)]
        if differing and not force:
            raise OtherStudy(folder, differing)
    elif folder.exists() and not (folder.is_dir() and not any(folder.iterdir())):
        raise WouldOverwrite(folder)
    write_json(file, words)


def digest(path: Path) -> str:
    """SHA-256 of a file, or of all files of a folder with their names; hidden ones do not count."""
    found = hashlib.sha256()
    files = [path] if path.is_file() else sorted(file for file in path.rglob("*") if file.is_file())
    for file in files:
        inside = file.relative_to(path)
        if any(part.startswith(".") for part in inside.parts):
            continue
        found.update(f"{inside.as_posix()}\0{file.stat().st_size}\0".encode())
        with file.open("rb") as content:
            while block := content.read(1 << 20):
                found.update(block)
    return found.hexdigest()
