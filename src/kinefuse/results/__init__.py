"""A recording in, results in a folder out: what the command line and Python both call."""

from kinefuse.results.checking import check
from kinefuse.results.reading import activity_said, read, read_in_steps
from kinefuse.results.result import Result, estimate, read_result

__all__ = ["Result", "activity_said", "check", "estimate", "read", "read_in_steps", "read_result"]
