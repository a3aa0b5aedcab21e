"""Skeleton files with their motion -> motions to make trials of."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from kinefuse.dataset.marker_motion import face_forward
from kinefuse.dataset.motion import Motion
from kinefuse.errors import UnreadableFile
from kinefuse.formats.asf_amc import CMU_RATE_HZ, STANDING_TILT_DEG, read_asf_amc
from kinefuse.quality.evidence import Evidence

SOURCE = "CMU Graphics Lab Motion Capture Database, mocap.cs.cmu.edu; free for all uses"


@dataclass(frozen=True, kw_only=True)
class SkeletonFile:
    """A motion (.amc) with its skeleton (.asf) beside it, as the CMU library keeps them."""

    file: Path
    skeleton: Path
    activity: str = "walking"

    @property
    def person(self) -> str:
        """The library's subject, as ``cmu-07``."""
        return f"cmu-{self.skeleton.stem}"

    @property
    def name(self) -> str:
        """The library's trial, as ``07_02``."""
        return self.file.stem

    def load(self) -> Motion:
        """Read, and turn so that the person walks along x.

        Raises:
            UnreadableFile: A file is missing or damaged.
        """
        poses, turned_rad = face_forward(read_asf_amc(self.skeleton, self.file))
        return Motion(
            person=self.person,
            name=self.name,
            activity=self.activity,
            source=SOURCE,
            evidence=Evidence(poses=poses, clusters={}, bridged={}),
            account={
                "file": self.file.name,
                "skeleton": self.skeleton.name,
                "rate assumed, Hz": CMU_RATE_HZ,
                "pelvic tilt assumed, deg": STANDING_TILT_DEG,
                "turned about the vertical, deg": round(float(np.rad2deg(turned_rad)), 2),
                "joints": "hip 3, knee 1, ankle 2 degrees of freedom; the rest is zero",
            },
        )


def find_skeletons(folder: Path) -> tuple[SkeletonFile, ...]:
    """Every motion ``NN_*.amc`` below ``folder`` that has its skeleton ``NN.asf`` beside it.

    Raises:
        UnreadableFile: There is none.
    """
    found = tuple(
        SkeletonFile(file=file, skeleton=skeleton)
        for file in sorted(folder.rglob("*.amc"))
        if (skeleton := file.with_name(f"{file.stem.split('_')[0]}.asf")).is_file()
    )
    if not found:
        raise UnreadableFile(folder, "no .amc with its .asf beside it", "name their directory")
    return found
