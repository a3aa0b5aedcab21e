"""The optimiser: one estimate of the whole lower body, from everything the sensors know."""

from kinefuse.optimiser.body import BodyEstimate, TermStatistics, estimate_attitudes, estimate_body
from kinefuse.optimiser.evidence import NetworkAttitudes
from kinefuse.optimiser.trust import Trust, fitted

__all__ = [
    "BodyEstimate",
    "NetworkAttitudes",
    "TermStatistics",
    "Trust",
    "estimate_attitudes",
    "estimate_body",
    "fitted",
]
