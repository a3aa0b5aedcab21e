"""Parquet files with the columns of our CSV: ``time_s``, ``<label>_<acc|gyr>_<axis>_<unit>``."""

from pathlib import Path

import numpy as np
import polars as pl

from kinefuse.errors import UnreadableFile
from kinefuse.formats.csv_session import found_in, streams_of
from kinefuse.formats.number_table import Columns
from kinefuse.formats.one_file import the_file, why_not_one
from kinefuse.formats.session_format import SessionFormat
from kinefuse.sensor_streams import SensorStreams

_SUFFIXES = (".parquet",)
_DAMAGED = (pl.exceptions.PolarsError, OSError, ValueError, OverflowError, MemoryError)


def why_not(path: Path) -> str | None:
    """Why this is no .parquet file, or directory with just one; None if it is."""
    return why_not_one(path, _SUFFIXES)


def read_streams(path: Path) -> SensorStreams:
    """Read a recording from its file, or from a directory with just one such file.

    Raises:
        RecordingError: It is damaged, or a column is missing, unknown or holds no numbers.
    """
    file = the_file(path, _SUFFIXES)
    table = _table(file)

    def load(wanted: list[str]) -> Columns:
        if table.is_empty():
            raise UnreadableFile(file, "there is no sample in it", "record or export it again")
        worded = [name for name in wanted if not table.schema[name].is_numeric()]
        if worded:
            raise UnreadableFile(
                file, f"columns {', '.join(worded)} hold no numbers", "export it again"
            )
        plain = table.select(pl.col(wanted).cast(pl.Float64).fill_null(np.nan))
        return {name: plain[name].to_numpy() for name in wanted}

    return streams_of(found_in(file, table.columns, load), "parquet")


FORMAT = SessionFormat(
    title="Parquet with our CSV's columns",
    description="a .parquet file with columns such as time_s, shank_r_acc_x_m_s2, ...",
    recognises=lambda path: why_not(path) is None,
    why_not=why_not,
    read_streams=read_streams,
    beliefs=("Units are those in the columns' names.",),
)


def _table(file: Path) -> pl.DataFrame:
    try:
        return pl.read_parquet(file)
    except _DAMAGED as error:
        raise UnreadableFile(
            file, "it is empty, truncated or no Parquet file", "export it again"
        ) from error
    except BaseException as error:
        # Polars' native code answers some damaged files by a panic, which is no Exception.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableFile(file, "it is damaged", "export it again") from error
