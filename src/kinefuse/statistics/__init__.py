"""Whether curves and numbers differ, how far they agree, and how sure that is."""

from kinefuse.statistics.agreement import (
    Agreement,
    Reliability,
    bland_altman,
    intraclass_correlations,
)
from kinefuse.statistics.intervals import (
    NINETY,
    Interval,
    of_difference,
    of_mean,
    of_ratio_symmetry,
)
from kinefuse.statistics.permutation import (
    CurveTest,
    compare_curves,
    compare_paired_curves,
)

__all__ = [
    "NINETY",
    "Agreement",
    "CurveTest",
    "Interval",
    "Reliability",
    "bland_altman",
    "compare_curves",
    "compare_paired_curves",
    "intraclass_correlations",
    "of_difference",
    "of_mean",
    "of_ratio_symmetry",
]
