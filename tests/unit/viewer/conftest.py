"""A browser to open pages with."""

from chromium import browser

__all__ = ["browser"]
