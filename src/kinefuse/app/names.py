"""Names that a stranger gave: looked at, kept as words, never used as a path.

Files are stored under numbers. Readers of vendors' formats tell files by their names, so for them
a folder is laid out whose names are composed here, out of letters and digits of any script, which
mean nothing to any file system.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from itertools import takewhile
from pathlib import PurePosixPath

from kinefuse.app.refusals import BadName

_LONGEST_PART = 100  # leaves room for a number and for long folders above, on Windows too
_LONGEST_PART_BYTES = 240  # likewise: most file systems hold 255, of which a letter may take four
_LONGEST_ENDING = 10
_SHORTEST_NAME = 3
_RESERVED = re.compile(  # Windows' devices, which it finds behind spaces and by raised digits too
    r"(con|prn|aux|nul|com[\d¹²³]|lpt[\d¹²³]) *(\.|$)", re.IGNORECASE
)
_CLUTTER = re.compile(r"(^|/)(__MACOSX/|\.|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def parts_of(name: str, longest: int) -> tuple[str, ...]:
    """Folders and file of a name that a browser or an archive gives, outermost first.

    Raises:
        BadName: It is empty, too long, absolute, climbs, or holds letters that nobody can see.
    """
    if not name.strip():
        raise BadName(name, "is empty")
    if len(name) > longest:
        raise BadName(name, f"is longer than {longest} letters")
    if not name.isprintable():
        raise BadName(name, "holds letters that cannot be shown")
    forward = name.replace("\\", "/")
    if forward.startswith("/") or re.match(r"[A-Za-z]:", forward):
        raise BadName(name, "starts at the root of a disk")
    parts = tuple(part for part in forward.split("/") if part not in ("", "."))
    if ".." in parts:
        raise BadName(name, "climbs out of its folder with '..'")
    if not parts or forward.endswith("/"):
        raise BadName(name, "is a folder's")
    return parts


def is_clutter(name: str) -> bool:
    """Whether a system put the file there for itself (``.DS_Store``, ``__MACOSX/``, ...)."""
    return _CLUTTER.search(name.replace("\\", "/")) is not None


def without_common_folder(names: Sequence[tuple[str, ...]]) -> tuple[str, list[tuple[str, ...]]]:
    """The name of the folder that holds everything ('' if none does), and the names within."""
    above = []
    while names and all(len(n) > 1 for n in names) and len({n[0] for n in names}) == 1:
        above.append(names[0][0])
        names = [n[1:] for n in names]
    return (above[-1] if above else ""), list(names)


def composed(names: Iterable[tuple[str, ...]]) -> list[PurePosixPath]:
    """A place for each name, relative, all of them different whatever the file system."""
    places = [PurePosixPath(*map(_harmless, parts)) for parts in names]
    taken = {str(folder).casefold() for place in places for folder in place.parents}
    return [_different(place, taken) for place in places]


def name_of_all(names: Sequence[str]) -> str:
    """What to call several files: what their names begin with, else the first one's name."""
    stems = [PurePosixPath(name.replace("\\", "/")).stem for name in names]
    alike = takewhile(lambda letters: len(set(letters)) == 1, zip(*stems, strict=False))
    shared = "".join(letters[0] for letters in alike)
    whole = all(stem == shared or not stem[len(shared)].isalnum() for stem in stems)
    shared = shared if whole else re.sub(r"[^\W_]+$", "", shared)  # not half of a word
    shared = shared.strip(" -_.,")
    return shared if len(shared) >= _SHORTEST_NAME else stems[0]


def file_stem(words: str) -> str:
    """Somebody's words as the beginning of a file's name."""
    stem = _harmless(words).strip("_. -")
    return _harmless(stem) if stem else "recording"  # 'con' is a name again without its '_'


def _harmless(part: str) -> str:
    letters = unicodedata.normalize("NFC", part)
    kept = "".join(one if _is_letter(one) or one in "._ -" else "_" for one in letters)
    kept = _short(kept.strip(" ").lstrip("-. ").rstrip(". ")).rstrip(". ")
    return f"_{kept}" if not kept or _RESERVED.match(kept) else kept


def _is_letter(one: str) -> bool:
    """Letters and digits of any script, and the marks that some put on them."""
    return unicodedata.category(one)[0] in "LMN"


def _short(name: str) -> str:
    """So much of a name as every file system holds, with the beginning of its ending."""
    if len(name) <= _LONGEST_PART and len(name.encode()) <= _LONGEST_PART_BYTES:
        return name
    stem, dot, ending = name.rpartition(".")
    ending = f"{dot}{ending[:_LONGEST_ENDING]}" if dot else ""
    stem = (stem or name)[: _LONGEST_PART - len(ending)].encode()
    return stem[: _LONGEST_PART_BYTES - len(ending.encode())].decode(errors="ignore") + ending


def _different(place: PurePosixPath, taken: set[str]) -> PurePosixPath:
    tried, number = place, 1
    while str(tried).casefold() in taken:  # case means nothing on macOS and Windows
        number += 1
        tried = place.with_name(f"{place.stem}-{number}{place.suffix}")
    taken.add(str(tried).casefold())
    return tried
