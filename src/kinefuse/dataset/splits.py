"""Who is trained on, who is tuned on, who is scored: always whole people, never trials."""

import json
import zlib
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinefuse.errors import KinefuseError, UnreadableFile

PARTS = ("train", "validation", "test")
SHARES = (0.8, 0.1, 0.1)  # of the people, as published (Rapp et al. 2021)


class BadSplit(KinefuseError):
    """A split names people it should not."""

    def __init__(self, what: str, way_out: str) -> None:
        super().__init__(f"the split {what}; {way_out}.")


@dataclass(frozen=True, kw_only=True)
class Split:
    """Three groups of people; nobody is in two of them."""

    train: tuple[str, ...]
    validation: tuple[str, ...]
    test: tuple[str, ...]

    def __post_init__(self) -> None:
        for part in PARTS[:2]:
            if not getattr(self, part):
                raise BadSplit(f"has nobody in '{part}'", f"name at least one person in '{part}'")
        everyone = [*self.train, *self.validation, *self.test]
        twice = sorted({person for person in everyone if everyone.count(person) > 1})
        if twice:
            raise BadSplit(
                f"names {', '.join(twice)} more than once",
                "keep each person in one of train, validation and test",
            )

    def among(self, people: Collection[str]) -> "Split":
        """The same split of these people alone, such as those whom a quality check left.

        Raises:
            BadSplit: Nobody is left to train on, or to tune on.
        """
        left = {part: tuple(p for p in getattr(self, part) if p in people) for part in PARTS}
        for part in PARTS[:2]:
            if not left[part]:
                raise BadSplit(
                    f"has nobody left in '{part}' of {len(getattr(self, part))} people",
                    "exclude fewer of them ('kinefuse check' with --skip or other --limits)",
                )
        return Split(**left)


def split_people(people: Iterable[str], rng: np.random.Generator) -> Split:
    """Shuffle people into 80 % training, 10 % validation, 10 % test, at least one in each.

    Raises:
        BadSplit: There are fewer than three people.
    """
    names = sorted(set(people))
    if len(names) < 3:
        raise BadSplit(
            f"needs at least three people, the store has {len(names)}",
            "prepare more recordings, or say who goes where with --split FILE",
        )
    order = [names[i] for i in rng.permutation(len(names))]
    held_out = [max(1, round(share * len(names))) for share in SHARES[1:]]
    validation, test = order[: held_out[0]], order[held_out[0] : sum(held_out)]
    return Split(
        train=tuple(sorted(order[sum(held_out) :])),
        validation=tuple(sorted(validation)),
        test=tuple(sorted(test)),
    )


def people_split(people: Iterable[str], file: Path | None, seed: int) -> Split:
    """From the file if there is one, else drawn from these people: equal seeds, equal splits.

    The stream is that of ``training.chance.stream(seed, "split")``, which needs PyTorch.

    Raises:
        UnreadableFile: The file is no split.
        BadSplit: The split does not fit the people, or they are fewer than three.
    """
    if file is not None:
        return read_split(file, people)
    return split_people(people, np.random.default_rng([seed, zlib.crc32(b"split"), 0]))


def read_split(file: Path, known: Iterable[str]) -> Split:
    """Read lists of people from JSON; people of the store on no list stay unused.

    Raises:
        UnreadableFile: The file is missing, or no JSON object of lists of names.
        BadSplit: A name is unknown to the store, or on two lists.
    """
    lists = _read_lists(file)
    known = sorted(set(known))
    strangers = sorted({p for people in lists.values() for p in people} - set(known))
    if strangers:
        raise BadSplit(
            f"of {file} names {', '.join(strangers)}, unknown to the store",
            f"use the store's names: {', '.join(known)}",
        )
    return Split(**{part: tuple(lists[part]) for part in PARTS})


def _read_lists(file: Path) -> dict[str, list[str]]:
    way_out = 'write {"train": ["s1", ...], "validation": [...], "test": [...]}'
    try:
        lists = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise UnreadableFile(file, "this split file cannot be read", way_out) from error
    except json.JSONDecodeError as error:
        raise UnreadableFile(file, "this split file is not JSON", way_out) from error
    if not isinstance(lists, dict) or set(lists) != set(PARTS):
        raise UnreadableFile(file, f"a split has exactly the lists {', '.join(PARTS)}", way_out)
    for part, people in lists.items():
        if not isinstance(people, list) or not all(isinstance(p, str) for p in people):
            raise UnreadableFile(file, f"'{part}' is not a list of names", way_out)
    return lists
