"""Something to watch: a person's bones, moved by the estimate, on a page of its own."""

from kinefuse.viewer.page import render, write_view

__all__ = ["render", "write_view"]
