"""What a laboratory calls its markers, and which of them is what: one TOML file a marker set."""

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from importlib import resources
from pathlib import Path

from kinefuse.anatomy.segments import SEGMENTS, SIDES, side_of
from kinefuse.errors import BadMarkerSet, UnknownChoice

Landmark = str | dict[str, str]
"""A marker, or ``{mirror = A, through = B}``: A mirrored through B."""

SHORTEST_S = {"treadmill": 5.0, "overground": 1.5}
"""How long a trial has to be after cutting, by surface: several strides, or one."""


@dataclass(frozen=True, kw_only=True)
class MarkerSet:
    """A laboratory's marker set; the fields are the keys of its TOML file."""

    name: str
    title: str
    source: str
    licence: str
    activity: str
    surface: str
    rate_hz: float
    unit: str
    gap: str
    hip_centre: str
    axes: Mapping[str, str]
    files: Mapping[str, str]
    sides: Mapping[str, str]
    landmarks: Mapping[str, Landmark]
    clusters: Mapping[str, list[str]]
    pelvic_tilt_deg: float = 0.0
    angles_in_file: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check(self)

    def match(self, path: Path) -> "TrialName | None":
        """Who and what a file is, from its name; None if it is not a trial of this set."""
        found = re.fullmatch(self.files["trial"], path.name)
        if found is None:
            return None
        words = found.groupdict()
        return TrialName(
            person=self.files["person"].format(**words),
            name=self.files["name"].format(**words),
            static_pattern=self.files["static"].format(**words),
        )

    @cached_property
    def cluster_markers(self) -> dict[str, tuple[str, ...]]:
        """Names of the markers of each segment's cluster."""
        return {
            segment: tuple(
                self._sided(marker, side_of(segment) or "r")
                for marker in self.clusters[segment.split("_")[0]]
            )
            for segment in SEGMENTS
        }

    @cached_property
    def landmark_markers(self) -> dict[str, Landmark]:
        """Every landmark, by name with side where it has one, as marker or mirrored marker."""
        found: dict[str, Landmark] = {}
        for name, marker in self.landmarks.items():
            sides = SIDES if "{side}" in str(marker) else ("",)
            for side in sides:
                found[f"{name}_{side}" if side else name] = self._landmark(marker, side)
        return found

    @property
    def provenance(self) -> str:
        """Source and licence, as stored with every trial."""
        return f"{self.source} ({self.licence})"

    def angle_label(self, joint_kind: str, side: str) -> str:
        """Name of the file's own angles of that joint."""
        return self._sided(self.angles_in_file[joint_kind], side)

    def _landmark(self, marker: Landmark, side: str) -> Landmark:
        if isinstance(marker, str):
            return self._sided(marker, side)
        return {role: self._sided(name, side) for role, name in marker.items()}

    def _sided(self, marker: str, side: str) -> str:
        return marker.format(side=self.sides.get(side, ""), s=side)


@dataclass(frozen=True)
class TrialName:
    """Who moved, what the trial is called, and where its static trial is."""

    person: str
    name: str
    static_pattern: str


def read_markerset(path: Path) -> MarkerSet:
    """A laboratory's own marker set.

    Raises:
        BadMarkerSet: The file is missing, no TOML, or lacks something.
    """
    try:
        words = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise BadMarkerSet(path, f"it cannot be read ({error})") from error
    try:
        return MarkerSet(**words)
    except TypeError as error:
        raise BadMarkerSet(path, str(error).removeprefix("MarkerSet.__init__() ")) from error


def markerset(name: str) -> MarkerSet:
    """The packaged marker set of that name, or the one in a TOML file of that path.

    Raises:
        UnknownChoice: It is neither.
        BadMarkerSet: The file is no marker set.
    """
    if name.endswith(".toml"):
        return read_markerset(Path(name))
    if name not in MARKERSETS:
        raise UnknownChoice("marker set", name, known=[*MARKERSETS, "a path to your own .toml"])
    return MARKERSETS[name]


_CHOICES = {
    "activity": ("walking", "running"),
    "surface": tuple(SHORTEST_S),
    "unit": ("mm", "cm", "m"),
    "gap": ("zero", "nan"),
    "hip_centre": ("harrington", "trochanters"),
}
_KEYS = {
    "axes": {"forward", "up", "right"},
    "files": {"trial", "static", "person", "name"},
    "sides": set(SIDES),
    "clusters": {"pelvis", "thigh", "shank", "foot"},
    "landmarks": {"knee_lateral", "knee_medial", "ankle_lateral", "ankle_medial"},
}


def _check(markers: MarkerSet) -> None:
    for key, known in _CHOICES.items():
        value = getattr(markers, key)
        if value not in known:
            raise BadMarkerSet(markers.name, f"{key} is '{value}', not one of {', '.join(known)}")
    for key, needed in _KEYS.items():
        missing = sorted(needed - set(getattr(markers, key)))
        if missing:
            raise BadMarkerSet(markers.name, f"[{key}] lacks {', '.join(missing)}")
    _check_axes(markers)
    try:
        re.compile(markers.files["trial"])
    except re.error as error:
        raise BadMarkerSet(markers.name, f"the trial pattern is malformed ({error})") from error


def _check_axes(markers: MarkerSet) -> None:
    directions = "".join(sorted(direction[-1] for direction in markers.axes.values()))
    if directions != "xyz":
        raise BadMarkerSet(
            markers.name, "[axes] have to name x, y and z once each, as '+x' or '-x'"
        )
    order = "".join(markers.axes[name][-1] for name in ("forward", "up", "right"))
    minus = sum(direction.startswith("-") for direction in markers.axes.values())
    if (order in "xyzxy") == (minus % 2 == 1):
        raise BadMarkerSet(markers.name, "forward, up and right in [axes] are not right-handed")


def _packaged() -> dict[str, MarkerSet]:
    folder = resources.files("kinefuse") / "formats" / "markersets"
    files = sorted(
        (file for file in folder.iterdir() if file.name.endswith(".toml")), key=lambda f: f.name
    )
    sets = [MarkerSet(**tomllib.loads(file.read_text(encoding="utf-8"))) for file in files]
    return {markers.name: markers for markers in sets}


MARKERSETS: Mapping[str, MarkerSet] = _packaged()
"""The marker sets that come with the package, by name."""
