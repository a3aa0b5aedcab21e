"""Time stamps as people read them, such as 09:15:00.010 or 2026-03-04T09:15:00.010Z."""

import numpy as np
import polars as pl
from jaxtyping import Float

_SHOWN = (
    r"^(?:(?<date>\d{4}-\d{2}-\d{2})[T ])?(?<h>\d{1,2}):(?<m>\d{2}):(?<s>\d{2}(?:[.,]\d+)?)"
    r" ?(?:Z|[+-]\d{2}:?\d{2})?$"
)
_DAY_S = 86_400.0


def seconds_since_first(cells: pl.Series) -> Float[np.ndarray, " time"] | None:
    """Seconds since the first of these times; NaN where a cell is empty; None if one is no time.

    Times without a date go on after midnight. The zone is taken to be that of the first.
    """
    parts = cells.str.extract_groups(_SHOWN).struct.unnest()
    if (parts["h"].is_null() & cells.is_not_null() & (cells != "")).any():
        return None
    hours, minutes, seconds = (
        parts[key].str.replace(",", ".", literal=True).cast(pl.Float64).to_numpy() for key in "hms"
    )
    of_day_s = 3600 * hours + 60 * minutes + seconds
    known = np.flatnonzero(np.isfinite(of_day_s))
    if not len(known):
        return None
    days = parts["date"].str.to_date("%Y-%m-%d", strict=False).to_physical().to_numpy()
    time_s = np.full(len(of_day_s), np.nan)
    if np.isfinite(days[known].astype(float)).all():
        since = days[known].astype(float) - float(days[known[0]])
    else:
        since = np.cumsum(np.diff(of_day_s[known], prepend=of_day_s[known[0]]) < -_DAY_S / 2)
    time_s[known] = _DAY_S * since + of_day_s[known] - of_day_s[known[0]]
    return time_s
