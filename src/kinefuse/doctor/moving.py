"""What the motion of all sensors together tells of each: axes, step, rate, bias, slip."""

from kinefuse.doctor.handedness import IN_MIRROR
from kinefuse.doctor.measures import turning_speeds
from kinefuse.doctor.turning_errors import least_biases, least_drifts
from kinefuse.doctor.wearing import (
    EVERYBODY,
    GRAVITY,
    IN_STEP_S,
    SAME_CLOCK,
    Wearing,
    WornCheck,
)

_SOUND = "300 simulated people with consumer sensors and seven real walks"


def _axes_gains(worn: Wearing) -> dict[str, float]:
    """How much better other axes fit, in units of what sound sensors may gain."""
    return {s: axes.gain for s, axes in worn.axes.items()}


def _steps(worn: Wearing) -> dict[str, float]:
    """Time [s] by which a sensor's samples come too late or too early."""
    return {s: abs(lag) for s, lag in worn.late_s.items()}


def _rate(worn: Wearing) -> dict[str, float]:
    return {} if worn.true_rate is None else {EVERYBODY: worn.true_rate}


def _pelvis_turning(worn: Wearing) -> dict[str, float]:
    """Root mean square of the angular velocity [rad/s] of a walker's or runner's pelvis."""
    if worn.strides is None or "pelvis" not in worn.sensors:
        return {}
    return turning_speeds({"pelvis": worn.sensors["pelvis"]})


RATE = WornCheck(
    name="rate",
    measure=_rate,
    lowest=0.75,
    highest=1.33,
    unit="times the rate that was said",
    source=f"0.83 to 1.12 on {_SOUND}",
    sees="sensors agree at the joints if samples came {value:.2f} times as fast",
    consequence="turns are added up over a wrong time, so all angles are wrong",
    remedy="look up the rate that was recorded with, and name it where the file is described",
)
"""Asked first: at a wrong rate other checks go wrong."""

NEED_EXACT_RATE = frozenset({GRAVITY, "bias in gait", "drift in gait"})
"""Checks that add turns up over a stride: a true rate that is known to a tenth is not enough."""

MOVING_CHECKS = (
    WornCheck(
        name="gyroscope too slow",
        measure=_pelvis_turning,
        lowest=0.06,
        unit="rad/s",
        source=f"a pelvis in gait turns at 0.39 rad/s at least, of {_SOUND}",
        sees="it turns at {value:.3f} rad/s (root mean square) while the legs walk or run",
        consequence="no pelvis is so still: rad/s were probably taken for deg/s",
        remedy="name rad/s as the unit, or multiply by 180 / pi",
    ),
    WornCheck(
        name="axes",
        measure=_axes_gains,
        highest=1.0,
        unit="times what a sound sensor may gain by other axes",
        source=f"0.77 is the most that any of {_SOUND} gains",
        sees="it fits its neighbours and usual gait {value:.1f} times better if its gyroscope's x, "
        "y, z are read as {axes}",
        consequence="accelerometer and gyroscope disagree about how the sensor turns, so its "
        "attitude is wrong",
        remedy="look at the axes of both where the file is described",
    ),
    WornCheck(
        name="sign of gravity",
        measure=lambda worn: dict(worn.mirror_gains),
        highest=IN_MIRROR,
        unit="of misfit that a mirror takes away",
        source=f"0.04 is the most of {_SOUND}",
        sees="it moves as a sensor on the other leg would, nearer to usual gait and to its "
        "neighbours by {value:.2f}",
        consequence="adduction and rotation have the wrong sign",
        severity="doubt",
        remedy="its accelerometer may have the wrong sign (at rest it reads 9.8 m/s2 upwards) "
        "or its axes may be left-handed; else look on which leg it was",
    ),
    WornCheck(
        name="clock",
        measure=lambda worn: {s: abs(gain) for s, gain in worn.clock_gains_percent.items()},
        highest=SAME_CLOCK,
        unit="% of speed",
        source=f"0.24 is the most of {_SOUND}; 100 and 102.4 Hz taken for each other are 2.4",
        sees="its clock runs at least {value:.1f} % too {speed}, by the phase of its strides",
        consequence="it falls out of step with the other sensors more and more",
        remedy="look up its own rate, or give its time stamps; or clock = 'own' in session.toml, "
        "and the motion sets it",
    ),
    WornCheck(
        name="out of step",
        measure=_steps,
        highest=IN_STEP_S,
        unit="s",
        source=f"none of {_SOUND} is out of step by as much as can be told, some 0.02 s",
        sees="its samples come {value:.2f} s too {when}, or so much and some strides",
        consequence="joint angles are between segments at different times",
        remedy="start all sensors together, or give time stamps; or clock = 'own' in session.toml, "
        "and the motion sets it",
    ),
    WornCheck(
        name="bias in gait",
        measure=lambda worn: least_biases(worn.turning_errors),
        highest=3.0,
        unit="deg/s",
        source=f"three times a consumer sensor's; 2.4 is the most of {_SOUND}, but for two of the "
        "walks, which were joined from steps",
        sees="from stride to stride it turns by at least {value:.1f} deg/s more than gravity and "
        "the other sensors do",
        consequence="heading drifts away by as much",
        severity="doubt",
        remedy="let the sensor lie still and zero its gyroscope before recording; pieces of "
        "recordings that were joined look like this too",
    ),
    WornCheck(
        name="drift in gait",
        measure=lambda worn: least_drifts(worn.turning_errors),
        highest=6.0,
        unit="deg/s",
        source=f"4.8 is the most of {_SOUND}, but for two of the walks, which were joined from "
        "steps",
        sees="its bias changes by at least {value:.1f} deg/s from beginning to end",
        consequence="no one bias can be taken away, so heading drifts",
        severity="doubt",
        remedy="let the sensors warm up for some minutes before recording",
    ),
    WornCheck(
        name="slip",
        measure=lambda worn: dict(worn.slips_deg),
        highest=15.0,
        unit="deg",
        source=f"11 deg is the most of {_SOUND}",
        sees="strides look turned by {value:.0f} deg from some moment on",
        consequence="the sensor has turned on its segment, or the person moves otherwise since; "
        "after a slip angles are off by as much",
        severity="doubt",
        remedy="strap it on more tightly, or cut the recording in two at that moment",
    ),
)
