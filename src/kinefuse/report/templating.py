"""What every page's template may use: numbers and durations for people."""

import math
from collections.abc import Callable

from jinja2 import Environment, PackageLoader, StrictUndefined

from kinefuse.statistics import Interval


def environment(**filters: Callable[..., str]) -> Environment:
    """Templates of this package, with these filters; whatever is put into a page is escaped."""
    made = Environment(
        loader=PackageLoader("kinefuse.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.policies["json.dumps_kwargs"] = {"sort_keys": False}  # joints in their order
    made.filters |= {"number": number, "duration": duration, "people": people, **filters}
    return made


def number(value: float | None, decimals: int = 1, sign: bool = False) -> str:
    """A number for people; a dash where there is none."""
    if value is None or not math.isfinite(value):
        return "\N{EN DASH}"
    text = f"{value:{'+' if sign else ''}.{decimals}f}"
    return text.replace("-", "\N{MINUS SIGN}")


def limits(interval: Interval | None, decimals: int = 1) -> str:
    """Both ends of an interval; a dash where it has none."""
    if interval is None or not math.isfinite(interval.half_width):
        return "\N{EN DASH}"
    return f"{number(interval.low, decimals)} to {number(interval.high, decimals)}"


def duration(seconds: float) -> str:
    """In the unit that suits it."""
    if seconds < 120:
        return f"{seconds:.1f} s"
    return f"{seconds / 60:.1f} min" if seconds < 7200 else f"{seconds / 3600:.1f} h"


def people(count: int) -> str:
    """So many of them."""
    return f"{count} {'person' if count == 1 else 'people'}"
