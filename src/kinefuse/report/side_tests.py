"""Right strides against left strides of one recording."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES
from kinefuse.anatomy.segments import SIDES
from kinefuse.report.cycles import Cycles
from kinefuse.statistics import NINETY, CurveTest, compare_curves


@dataclass(frozen=True)
class SideTest:
    """One joint and plane."""

    curves: CurveTest
    error_sd_deg: Float[np.ndarray, " _point"] | None
    """One sigma of the difference by the angles' own errors; None where they are unknown."""

    @property
    def beyond_error(self) -> Bool[np.ndarray, " _point"] | None:
        """Where sides differ by more than 90 % of what those errors would make."""
        if self.error_sd_deg is None:
            return None
        large = np.abs(self.curves.difference) > NINETY * self.error_sd_deg
        return self.curves.differs & large


def side_tests(
    cycles: Mapping[str, Cycles], rng: np.random.Generator
) -> dict[tuple[str, int], SideTest]:
    """By kind of joint and number of the plane, where both sides have two strides or more."""
    tests = {}
    for kind in JOINT_KINDS:
        right, left = (cycles.get(f"{kind}_{side}") for side in SIDES)
        if right is None or left is None or min(right.count, left.count) < 2:
            continue
        for i in range(len(PLANES)):
            a, b = (np.rad2deg(each.angles_rad[..., i]) for each in (right, left))
            tests[kind, i] = SideTest(compare_curves(a, b, rng), _error(right, left, i))
    return tests


def _error(right: Cycles, left: Cycles, plane: int) -> Float[np.ndarray, " _point"] | None:
    """Errors of both sides are taken to be independent: each was aligned by itself."""
    if right.error_sd_rad is None or left.error_sd_rad is None:
        return None
    both = np.hypot(right.error_sd_rad[:, plane], left.error_sd_rad[:, plane])
    return np.rad2deg(both)
