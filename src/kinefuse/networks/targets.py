"""What a network may be asked for, one row each."""

from dataclasses import dataclass

from kinefuse.errors import UnknownChoice


@dataclass(frozen=True)
class Target:
    """One kind of answer."""

    name: str
    numbers: int
    """Outputs of the network a sample, before they are given their meaning."""
    meaning: str
    unit: str


TARGETS = {
    "angles": Target("angles", 3, "flexion, adduction, internal rotation", "rad"),
    "orientation": Target(
        "orientation", 12, "R_travel_proximal and R_travel_distal, each 3x3", "none"
    ),
}


def target(name: str) -> Target:
    """The target of that name.

    Raises:
        UnknownChoice: There is no such row.
    """
    if name not in TARGETS:
        raise UnknownChoice("target", name, known=TARGETS)
    return TARGETS[name]
