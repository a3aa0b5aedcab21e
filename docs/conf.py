"""How the pages are built: ``make docs``.

Links between pages are those of the repository, so that they work where the files are read as they
are. What lies outside this folder is a page of its own here.
"""

from importlib.metadata import version as version_of
from typing import Any

project = "kinefuse"
author = "the kinefuse contributors"
copyright = "the kinefuse contributors; MIT licence"
version = release = version_of("kinefuse")

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build", "plan.md"]  # plan.md is for those who build the program
myst_heading_anchors = 4  # pages link to headings of other pages
myst_enable_extensions = ["dollarmath"]

html_theme = "furo"
html_title = f"kinefuse {version}"
html_copy_source = False
html_show_sphinx = False
html_static_path = ["_static"]
html_css_files = ["pages.css"]

autodoc_member_order = "bysource"
autodoc_typehints = "signature"
autodoc_preserve_defaults = True
napoleon_use_rtype = False

_ELSEWHERE = {
    "](../revalidation/README.md": "](revalidation.md",
    "](../docs/": "](",
}
"""How a link is written in the repository, and how it is found here."""


def _with_links_of_these_pages(_app: object, *words: object) -> None:
    source = words[-1]
    assert isinstance(source, list)
    for there, here in _ELSEWHERE.items():
        source[0] = source[0].replace(there, here)


def setup(app: Any) -> None:
    """Connect what Sphinx calls before a page and an included file are parsed."""
    app.connect("source-read", _with_links_of_these_pages)
    app.connect("include-read", _with_links_of_these_pages)
