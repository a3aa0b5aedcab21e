"""The published choice of people: those whose trial is as long as enough other people's.

Rapp et al. (2021), J. Biomech. 116:110229: kept are people whose trial length more than 10 % of
people share. It made arrays of equal length possible; nothing here needs it, and the recipe
'ours' keeps everybody.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from kinefuse.errors import KinefuseError

SHARED_BY = 0.10
"""More than this share of all people have to have a length for it to be kept; as published."""


class NobodySharesALength(KinefuseError):
    """The published rule would drop everybody."""

    def __init__(self, groups: "Iterable[LengthGroup]") -> None:
        groups = tuple(groups)
        people = sum(group.people for group in groups)
        super().__init__(
            f"the {people} people have {len(groups)} lengths of trial and none is shared by more "
            f"than {SHARED_BY:.0%}, so the published rule would drop everybody; "
            "say --any-length to keep them all."
        )


@dataclass(frozen=True, order=True)
class LengthGroup:
    """People whose trials are equally long."""

    seconds: float
    people: int
    kept: bool

    def told(self, any_length: bool = False) -> str:
        """One line for people; with ``any_length`` nobody is dropped."""
        verdict = "kept" if self.kept or any_length else "dropped"
        return f"{self.seconds:g} s: {self.people} people, {verdict}"


def length_groups(lengths_s: Mapping[str, float]) -> tuple[LengthGroup, ...]:
    """People by the length of their trial, the largest group first.

    Args:
        lengths_s: By person; lengths within a millisecond are equal.
    """
    counts = Counter(round(seconds, 3) for seconds in lengths_s.values())
    fewest = SHARED_BY * len(lengths_s)
    return tuple(
        LengthGroup(seconds, people, people > fewest)
        for seconds, people in sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    )


def dropped(lengths_s: Mapping[str, float]) -> dict[str, str]:
    """Whom the published rule drops, and why."""
    groups = {group.seconds: group for group in length_groups(lengths_s)}
    found = {}
    for person, seconds in lengths_s.items():
        group = groups[round(seconds, 3)]
        if not group.kept:
            found[person] = (
                f"{group.people} of {len(lengths_s)} people have trials of {group.seconds:g} s, "
                f"not more than {SHARED_BY:.0%}, as the published rule wants (--any-length)"
            )
    return found
