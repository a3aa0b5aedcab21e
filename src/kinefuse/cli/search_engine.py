"""What a search needs beside the core of the program."""

from importlib.util import find_spec

LIBRARIES = ("torch", "onnx", "roma", "optuna", "distributed")


def needed_libraries() -> None:
    """Stop with a sentence where the extra 'search' is not installed.

    Raises:
        MissingExtra: It is not.
    """
    from kinefuse.search.engine_errors import MissingExtra

    missing = [name for name in LIBRARIES if find_spec(name) is None]
    if missing:
        raise MissingExtra(missing)
