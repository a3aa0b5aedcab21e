"""What a person reads: pages, workbooks and tables."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinefuse.report.page import write_report

__all__ = ["write_report"]


def __getattr__(name: str) -> object:
    """A table needs none of the methods that a recording's page knows about."""
    if name != "write_report":
        raise AttributeError(f"module 'kinefuse.report' has no attribute '{name}'")
    from kinefuse.report.page import write_report

    return write_report
