"""What some commands need beside the core of the program, asked for before anything is done."""

from collections.abc import Iterable
from importlib.util import find_spec

from kinefuse.errors import KinefuseError

EXTRAS = {
    "train": ("torch", "onnx", "roma"),
    "search": ("torch", "onnx", "roma", "optuna", "distributed"),
}
"""Libraries by the extra of pyproject.toml that brings them."""


class MissingExtra(KinefuseError):
    """The libraries of an extra are not installed."""

    def __init__(self, extra: str, missing: Iterable[str]) -> None:
        super().__init__(
            f"this needs {', '.join(missing)}, not installed here; install what is missing with "
            f"python -m pip install 'kinefuse[{extra}]' -c constraints.txt."
        )


def needs_extra(extra: str) -> None:
    """Stop with a sentence where one of ``EXTRAS`` is not installed.

    Raises:
        MissingExtra: It is not.
    """
    missing = [name for name in EXTRAS[extra] if find_spec(name) is None]
    if missing:
        raise MissingExtra(extra, missing)
