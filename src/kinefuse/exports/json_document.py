"""An estimate as one JSON document for programs in any language; docs/export.md has the schema."""

import json
import math
from dataclasses import asdict
from pathlib import Path

import numpy as np

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.estimation import Estimate
from kinefuse.exports.export_format import ExportFormat
from kinefuse.whole_files import write_text

SCHEMA = "kinefuse-estimate/1"
"""Raise the number when a field changes its meaning."""
_DIGITS = 9  # after the point; a nano-degree


def document(estimate: Estimate) -> dict[str, object]:
    """Plain values; what is unknown or no number is None."""
    sds = estimate.angles_sd_rad or {}
    known = estimate.orientations
    R = known.R_world_segment if known else {}
    attitude_sds = known.sd_rad if known else {}
    return {
        "schema": SCHEMA,
        "session": estimate.session_name,
        "activity": estimate.activity,
        "method": estimate.method,
        "model": estimate.model_name,
        "height_m": estimate.person.height_m,
        "mass_kg": estimate.person.mass_kg,
        "rate_hz": estimate.angles.rate_hz,
        "samples": estimate.angles.samples,
        "planes": list(PLANES),
        "angles_deg": {
            name: _plain(np.rad2deg(estimate.angles.angles_rad[name]))
            for name in JOINTS
            if name in estimate.angles.angles_rad
        },
        "angles_sd_deg": {name: _plain(np.rad2deg(sds[name])) for name in JOINTS if name in sds},
        "quaternion_parts": list(so3.QUATERNION_PARTS),
        "world_from_segment": {
            segment: _plain(so3.continuous_quaternions(turned)) for segment, turned in R.items()
        },
        "world_from_segment_sd_deg": {
            segment: _plain(np.rad2deg(sd)) for segment, sd in attitude_sds.items()
        },
        "contacts_s": {side: _plain(times) for side, times in estimate.contacts_s.items()},
        "toe_offs_s": {side: _plain(times) for side, times in estimate.toe_offs_s.items()},
        "findings": [
            {key: _number(value) for key, value in asdict(finding).items()}
            for finding in estimate.findings
        ],
    }


def write(estimate: Estimate, path: Path) -> None:
    """Write the document."""
    write_text(path, json.dumps(document(estimate), allow_nan=False) + "\n")


def _plain(values: np.ndarray) -> list:
    rounded = np.round(values, _DIGITS)
    if np.isfinite(rounded).all():
        return rounded.tolist()
    words = rounded.astype(object)
    words[~np.isfinite(rounded)] = None
    return words.tolist()


def _number(value: object) -> object:
    return None if isinstance(value, float) and not math.isfinite(value) else value


FORMAT = ExportFormat(
    name="json",
    file="estimate.json",
    what="angles, orientations, gait events and findings for programs in any language",
    write=write,
)
