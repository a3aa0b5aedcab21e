"""What every check of the data doctor measures on sound recordings: where its limits come from.

    python revalidation/sound_ranges.py

300 simulated people with a consumer's sensors of any mounting, others than those that faults
are put into, and the real walks: the least and the most of each check, and whose it is. The walks
of kamkfm stand by themselves, since they are steps of one second that were joined.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl
from fault_injection import ACTIVITIES, described, real_recordings, worn_by
from rich.progress import track

from kinefuse.doctor.alone import wearing_of
from kinefuse.doctor.checks import CHECKS
from kinefuse.doctor.felt import felt_together, worn
from kinefuse.doctor.moving import MOVING_CHECKS, RATE
from kinefuse.doctor.worn import WORN_CHECKS
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import SessionDescription

RESULTS = Path(__file__).parent / "results" / "sound_ranges.csv"
SEED, FIRST, PEOPLE = 99_417, 1000, 300


def main() -> None:
    """Measure all, and print the ranges."""
    rows = [
        {"kind": kind, "check": check, "value": value, "who": f"{name}, {subject}"}
        for kind, name, streams, description in track(list(_recordings()), description="measuring")
        for check, values in _measured(streams, description)
        for subject, value in values.items()
    ]
    lowest, highest = (pl.col("who").sort_by("value").get(end) for end in (0, -1))
    table = (
        pl.DataFrame(rows)
        .group_by("check", "kind", maintain_order=True)
        .agg(
            pl.col("value").min().round(3).alias("least"),
            lowest.alias("least_of"),
            pl.col("value").max().round(3).alias("most"),
            highest.alias("most_of"),
        )
    )
    RESULTS.parent.mkdir(exist_ok=True)
    table.write_csv(RESULTS)
    with pl.Config(tbl_rows=-1, fmt_str_lengths=99, tbl_width_chars=200):
        print(table)


def _recordings() -> Iterator[tuple[str, str, SensorStreams, SessionDescription]]:
    for index in range(FIRST, FIRST + PEOPLE):
        session = worn_by(index, np.random.default_rng([SEED, index]))
        streams, description = described(session, ACTIVITIES[index % 2])
        yield "simulated", f"person {index}", streams, description
    for name, session in real_recordings():
        yield "joined steps" if "kamkfm" in name else "real", name, *described(session)


def _measured(
    streams: SensorStreams, description: SessionDescription
) -> Iterator[tuple[str, Mapping[str, float]]]:
    sensors = felt_together(worn(streams, description))
    wearing = wearing_of(sensors, description)
    for check in CHECKS:
        yield check.name, check.measure(sensors)
    alone = {check.name for check in CHECKS}
    for check in (RATE, *WORN_CHECKS, *MOVING_CHECKS):
        yield check.name + " together" * (check.name in alone), check.measure(wearing)


if __name__ == "__main__":
    main()
