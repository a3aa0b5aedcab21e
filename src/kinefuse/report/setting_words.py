"""Hyper-parameters for people."""


def setting(value: float | int | bool) -> str:
    """With the digits that count: near one, those of the difference to it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:.3g}" if isinstance(value, float) and abs(value) < 0.9 else f"{value:g}"
