"""What healthy people's joints do at about the same activity and speed, to be drawn behind.

Speed is not measured: it follows from the cadence, since the length of a walker's step over the
cadence is nearly the same at all speeds (Sekiya & Nagasaki 1998, Gait & Posture 7:225).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.gravity import STANDARD_GRAVITY_M_S2
from kinefuse.report.cycles import CYCLE_POINTS
from kinefuse.simulation import normative
from kinefuse.simulation.body import USUAL_HEIGHT_M, Body

_WALK_RATIO_M_MIN, _WALK_RATIO_SD = 0.0064, 0.0005  # step length over cadence, at the usual height
_PHASE = np.linspace(0, 1, CYCLE_POINTS)
PLAUSIBLE_M_S = (0.3, 3.0)  # outside, nobody walks: another cadence was counted

Curve = Float[np.ndarray, " _point"]


@dataclass(frozen=True)
class NormalBand:
    """Mean and SD over healthy people, in this program's axes and signs."""

    curves_deg: Mapping[str, tuple[Curve, Curve]]
    """By joint and plane, such as 'knee_flexion'."""
    chosen: str
    """Which people and speed, and why these, in a sentence or two."""
    converted: str
    """What was changed from the published definitions."""
    source: str

    def of(self, joint: str, plane: str) -> tuple[Curve, Curve] | None:
        """Mean and SD [deg] of one curve, if it was published."""
        return self.curves_deg.get(f"{joint}_{plane}")


def normal_band(
    activity: str, stride_time_s: float, height_m: float | None = None
) -> NormalBand | None:
    """The band for this activity and cadence; None where nothing is known of them.

    Args:
        activity: 'walking' or 'running'.
        stride_time_s: Median time from contact to contact of one foot.
        height_m: Of the person; that of people on average if it is not known.
    """
    if not np.isfinite(stride_time_s):
        return None
    if activity == "running":
        return _running(120 / stride_time_s)
    if activity == "walking":
        return _walking(120 / stride_time_s, height_m)
    return None


def walking_speed_m_s(cadence_steps_min: float, height_m: float) -> float:
    """Cadence squared times the walk ratio, which grows with height."""
    ratio = _WALK_RATIO_M_MIN * height_m / USUAL_HEIGHT_M
    return ratio * cadence_steps_min**2 / 60


def _walking(cadence_steps_min: float, height_m: float | None) -> NormalBand | None:
    height = height_m or USUAL_HEIGHT_M
    speed = walking_speed_m_s(cadence_steps_min, height)
    if not PLAUSIBLE_M_S[0] <= speed <= PLAUSIBLE_M_S[1]:
        return None
    relative = speed / np.sqrt(STANDARD_GRAVITY_M_S2 * Body(height_m=height).leg_m)
    unsure = speed * _WALK_RATIO_SD / _WALK_RATIO_M_MIN
    taken = f"a height of {height:.2f} m" + ("" if height_m else ", which was assumed,")
    return NormalBand(
        _in_degrees(normative.walking_band(relative, _PHASE)),
        f"83 children and adolescents without complaints, at about {speed:.1f} m/s "
        f"({normative.speed_class(relative)} by leg length). Speed was not measured: it is what "
        f"{cadence_steps_min:.0f} steps a minute and {taken} make likely, give or take "
        f"{unsure:.1f} m/s.",
        "Their knee rotation was turned by \N{MINUS SIGN}17°, since their shank has the axes of "
        "the knee and ours those of the malleoli. Inversion and rotation of the ankle were not "
        "published.",
        "Schwartz, Rozumalski & Trost 2008, J. Biomech. 41:1639; CC BY-SA 4.0",
    )


def _running(cadence_steps_min: float) -> NormalBand:
    return NormalBand(
        _in_degrees(normative.running_band(_PHASE)),
        "46 adult runners at 2.5 m/s on a treadmill. There is one speed only, and this person's "
        f"({cadence_steps_min:.0f} steps a minute) was not measured: faster runners move every "
        "joint more.",
        "Their hip flexion was moved by +11°, since their neutral hip is that of standing and "
        "ours that of the bones; signs were turned to ours.",
        "Running cycles of the Calgary Running Injury Clinic and BMClab; CC BY 4.0",
    )


def _in_degrees(bands: normative.Bands) -> dict[str, tuple[Curve, Curve]]:
    return {name: (np.rad2deg(mean), np.rad2deg(sd)) for name, (mean, sd) in bands.items()}
