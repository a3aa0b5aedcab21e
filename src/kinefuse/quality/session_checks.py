"""Checks of a worn session and of its angles; each returns findings and changes nothing."""

from collections.abc import Iterator, Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS
from kinefuse.gravity import WORN_GRAVITY_M_S2
from kinefuse.quality.finding import Finding
from kinefuse.recordings import ImuSession, JointAngles

GRAVITY_ERROR_M_S2 = 0.5  # 5 % of g: wearable accelerometers stay within 1 % when healthy
CLIPPED_FRACTION = 1e-3
STRIDE_VARIATION = 0.1  # of the stride time; healthy gait varies by 2-4 % (Hausdorff 2005)
OUT_OF_RANGE_FRACTION = 0.01
FEWEST_STRIDES = 3


def gravity_at_rest(session: ImuSession, still: slice | None) -> Iterator[Finding]:
    """A still accelerometer reads g; one that does not has lost its calibration."""
    if still is None:
        yield Finding(
            check="still pose",
            subject=session.name,
            passed=False,
            value=0.0,
            limit=0.5,
            unit="s",
            message="nobody stands still for half a second, so the neutral pose is a typical "
            "person's and angles may be off by a constant",
            source="quiet standing turns every sensor by less than 0.25 rad/s",
        )
        return
    for segment, imu in session.sensors.items():
        magnitude = float(np.linalg.norm(imu.acc_m_s2[still].mean(axis=0)))
        error = abs(magnitude - WORN_GRAVITY_M_S2)
        passed = error < GRAVITY_ERROR_M_S2
        yield Finding(
            check="gravity at rest",
            subject=segment,
            passed=passed,
            value=error,
            limit=GRAVITY_ERROR_M_S2,
            unit="m/s2",
            message=f"the resting accelerometer reads {magnitude:.2f} m/s2"
            + ("" if passed else ", so its calibration is wrong and its tilt less certain"),
            source="wearable accelerometers hold g within 1 %",
        )


def clipping(session: ImuSession) -> Iterator[Finding]:
    """A sensor that ran out of range repeats its largest value."""
    for segment, imu in session.sensors.items():
        for name, signal in (("accelerometer", imu.acc_m_s2), ("gyroscope", imu.gyr_rad_s)):
            fraction = _clipped_fraction(signal)
            yield Finding(
                check="range",
                subject=f"{segment} {name}",
                passed=fraction < CLIPPED_FRACTION,
                value=100 * fraction,
                limit=100 * CLIPPED_FRACTION,
                unit="%",
                message=f"{100 * fraction:.2f} % of samples sit at the largest value",
                source="a healthy signal touches its extreme once",
            )


def steady_strides(contacts_s: Mapping[str, Float[np.ndarray, " contact"]]) -> Iterator[Finding]:
    """Steady gait has steady strides; if these are not, the steps were not found or differ."""
    for side, times in contacts_s.items():
        strides = np.diff(times)
        enough = len(strides) >= FEWEST_STRIDES
        # The middle half: a pause or a turn between walks is no irregular stride.
        spread = np.subtract(*np.percentile(strides, [75, 25])) / 1.349 if enough else np.nan
        variation = float(spread / np.median(strides)) if enough else np.inf
        yield Finding(
            check="strides",
            subject={"r": "right foot", "l": "left foot"}[side],
            passed=variation < STRIDE_VARIATION,
            value=100 * variation if enough else 100.0,
            limit=100 * STRIDE_VARIATION,
            unit="%",
            message=f"{len(strides)} strides, duration varies by {100 * variation:.1f} %"
            if enough
            else f"only {len(strides)} stride{' was' if len(strides) == 1 else 's were'} found",
            source="healthy strides vary by 2-4 % (Hausdorff 2005)",
        )


def plausible_angles(angles: JointAngles) -> Iterator[Finding]:
    """A joint that bends where none can was misaligned, or the sensors were mixed up."""
    for name, curve in angles.in_degrees().items():
        low, high = np.array(JOINTS[name].range_deg).T
        outside = float(np.mean((curve < low) | (curve > high)))
        passed = outside < OUT_OF_RANGE_FRACTION
        yield Finding(
            check="range of motion",
            subject=name,
            passed=passed,
            value=100 * outside,
            limit=100 * OUT_OF_RANGE_FRACTION,
            unit="%",
            message=f"{100 * outside:.1f} % of samples lie outside what the joint can reach"
            + ("" if passed else ": check which sensor is where, and how it was mounted"),
            source="passive ranges of motion, AAOS 1965, widened by 15 deg",
        )


def _clipped_fraction(signal: Float[np.ndarray, "time 3"]) -> float:
    """Largest share, over axes, of samples that repeat the extreme value back to back."""
    at_extreme = np.abs(signal) >= np.abs(signal).max(axis=0) * (1 - 1e-9)
    held = at_extreme[1:] & at_extreme[:-1] & (signal[1:] != 0)
    return float(held.mean(axis=0).max())
