"""Relative orientation of neighbouring segments on real walks, against the vendor's filter.

    OMP_NUM_THREADS=1 python revalidation/vendor_orientation.py

Four treadmill walks of two people (``vendor_walks.py``). The vendor's filter has a magnetometer, so
its headings cannot drift apart, but it is a filter, and indoors: what is listed is disagreement,
not error. Compared in the sensors' own axes, so that no alignment enters, after the best time shift
and with the constant rotations left and right removed. *Slow* is the part of it that a mean over
ten seconds keeps (headings that drift apart), *fast* the rest (within strides). A magnetometer
reads another north at a shank than at a thigh (the vendor's knees adduct by 17 deg a stride where
its heading is 12 deg off ours), so one constant heading between the two is removed as
well in a further row. Angles: both sides' attitudes turned by our alignment, joint angles, mean
removed.

Writes ``results/vendor_orientation.csv``, a row a walk, method, measure, joint and plane.
"""

import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
import polars as pl
from attitude_scores import (
    circular_mean,
    constant_turns,
    heading_error_rad,
    inclination_error_rad,
    relative_error_rad,
    rms_deg,
    shifted,
    slow_part,
    time_shift_samples,
    wrapped,
)
from contenders import body_methods
from vendor_walks import VendorWalk, vendor_walks

from kinefuse import so3
from kinefuse.alignment import align, in_segment_axes
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.classical import joint_angles_of

RESULTS = Path(__file__).parent / "results" / "vendor_orientation.csv"
_SLOW_S = 10.0
_SETTLED_S = 5.0  # both filters find the vertical in the first seconds
Row = dict[str, object]


def main() -> None:
    """Compare everyone on every walk."""
    rows: list[Row] = []
    for walk in vendor_walks():
        alignment = align(walk.session, "walking")
        aligned = in_segment_axes(walk.session, alignment)
        R_segment_sensor = {s: found.R_segment_sensor for s, found in alignment.items()}
        for name, method in body_methods().items():
            began = time.perf_counter()
            answer = method(aligned, "walking", alignment)
            lasted = time.perf_counter() - began
            print(f"{walk.name}: {name}, {lasted:.1f} s {answer.note}", flush=True)
            found = {s: R @ R_segment_sensor[s] for s, R in answer.R_world_sensor.items()}
            found, lag = synchronised(found, walk)
            rows += [
                {"walk": walk.name, "method": name} | row
                for row in (
                    _row("lag, samples", "", "", lag),
                    *_attitudes(found, walk),
                    *_angles(found, walk, R_segment_sensor),
                )
            ]
    table = pl.DataFrame(rows)
    table.write_csv(RESULTS, float_precision=3)
    _say(table)
    print(f"written: {RESULTS}")


def synchronised(
    found: Mapping[str, np.ndarray], walk: VendorWalk
) -> tuple[dict[str, np.ndarray], float]:
    """The attitudes at the vendor's instants, and by how much they were late [samples]."""
    lags = [time_shift_samples(R, walk.R_world_sensor[s], walk.known[s]) for s, R in found.items()]
    lag = float(np.median(lags))
    return {s: shifted(R, lag) for s, R in found.items()}, lag


def _attitudes(found: Mapping[str, np.ndarray], walk: VendorWalk) -> Iterator[Row]:
    rate_hz = walk.session.rate_hz
    later = np.arange(walk.session.samples) > _SETTLED_S * rate_hz
    for segment, R in found.items():
        known = walk.known[segment] & later
        error = inclination_error_rad(R, walk.R_world_sensor[segment])
        yield _row("inclination", segment, "", rms_deg(error[known]))
    for joint in walk.session.joints():
        proximal, distal = JOINTS[joint].proximal, JOINTS[joint].distal
        known = walk.known[proximal] & walk.known[distal] & later
        ours, theirs = (
            so3.transpose(R[proximal]) @ R[distal] for R in (found, walk.R_world_sensor)
        )
        fitted = constant_turns(ours, theirs, known).applied(ours)
        error = relative_error_rad(fitted, theirs)
        error[~known] = 0.0
        slow = slow_part(error, rate_hz, _SLOW_S)
        yield _row("relative, constants removed", joint, "", rms_deg(error[known]))
        yield _row("of it slow", joint, "", rms_deg(slow[known]))
        yield _row("of it fast", joint, "", rms_deg((error - slow)[known]))
        heading = [heading_error_rad(found[s], walk.R_world_sensor[s]) for s in (proximal, distal)]
        apart = np.unwrap(wrapped(heading[1] - heading[0])[known])
        headed = so3.transpose(found[proximal]) @ so3.about_y(-apart.mean()) @ found[distal]
        headed = constant_turns(headed, theirs, known).applied(headed)
        error = rms_deg(relative_error_rad(headed, theirs)[known])
        yield _row("relative, heading and constants removed", joint, "", error)
        yield _row("relative heading, mean", joint, "", float(np.rad2deg(apart.mean())))
        minutes = np.flatnonzero(known) / (60 * rate_hz)
        slope = np.rad2deg(np.polyfit(minutes, apart, 1)[0])
        yield _row("relative heading, mean removed", joint, "", rms_deg(apart - apart.mean()))
        yield _row("relative heading drift, deg/min", joint, "", float(slope))


def _angles(
    found: Mapping[str, np.ndarray], walk: VendorWalk, R_segment_sensor: Mapping[str, np.ndarray]
) -> Iterator[Row]:
    later = np.arange(walk.session.samples) > _SETTLED_S * walk.session.rate_hz
    ours, theirs = (
        {s: R @ R_segment_sensor[s].T for s, R in attitudes.items()}
        for attitudes in (found, walk.R_world_sensor)
    )
    for joint in walk.session.joints():
        known = walk.known[JOINTS[joint].proximal] & walk.known[JOINTS[joint].distal] & later
        error = wrapped(joint_angles_of(joint, ours) - joint_angles_of(joint, theirs))[known]
        for plane, column in zip(PLANES, error.T, strict=True):
            centred = wrapped(column - circular_mean(column))
            yield _row("angle, mean removed", joint, plane, rms_deg(centred))


def _row(measure: str, where: str, plane: str, value: float) -> Row:
    return {"measure": measure, "where": where, "plane": plane, "value": value}


def _say(table: pl.DataFrame) -> None:
    """Medians over walks and sides, since single sensors are faulty."""
    wide = (
        table.with_columns(pl.col("where").str.replace("_[rl]$", ""), pl.col("value").abs())
        .group_by("measure", "where", "plane", "method", maintain_order=True)
        .agg(pl.col("value").median())
        .pivot(on="method", index=["measure", "where", "plane"])
    )
    with pl.Config(
        tbl_rows=-1,
        tbl_cols=-1,
        float_precision=2,
        tbl_hide_dataframe_shape=True,
        tbl_hide_column_data_types=True,
        tbl_width_chars=120,
    ):
        print(wide)


if __name__ == "__main__":
    main()
