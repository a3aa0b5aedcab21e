"""What a person reads: one page a recording."""

from kinefuse.report.page import write_report

__all__ = ["write_report"]
