"""The doctor's checks: one row each, with what a person has to know of it."""

from collections.abc import Mapping, Set

from kinefuse.doctor import measures, signals
from kinefuse.doctor.diagnosis import ToldCheck
from kinefuse.doctor.measures import Sensors
from kinefuse.doctor.wearing import (
    ACCELEROMETER_NOISE,
    BIAS,
    DRIFT,
    GRAVITY,
    GYROSCOPE_NOISE,
    REPEATED,
)

_SIMULATED = "300 simulated people, consumer sensors of any mounting"
_SOUND = f"{_SIMULATED}, and seven real walks"


class DoctorCheck(ToldCheck[Sensors]):
    """Of every sensor by itself."""


CHECKS = (
    DoctorCheck(
        name="samples",
        measure=measures.whole_shares,
        lowest=50.0,
        unit="% of the time",
        source="chosen: of less than half, the rest is more guessed than measured",
        sees="acceleration and turning were both recorded for {value:.0f} % of the time",
        consequence="nothing can be estimated of it, and nothing else is asked of it",
        remedy="look for an empty column in the file, else leave the sensor out of session.toml",
    ),
    DoctorCheck(
        name="dropouts",
        measure=measures.missing_shares,
        highest=1.0,
        unit="% of samples",
        source="chosen: a gap of a hundredth is a stride of a minute",
        sees="{value:.1f} % of the samples are missing",
        consequence="what lies in the gaps is invented",
        severity="doubt",
        remedy="record again nearer to the receiver, or cut the gaps off",
    ),
    DoctorCheck(
        name="held samples",
        measure=measures.longest_holds,
        highest=0.1,
        unit="s",
        source="noise alone changes six readings from sample to sample",
        sees="all readings stand still for {value:.2f} s",
        consequence="the sensor sent nothing new meanwhile, so its turning is lost",
        remedy="record again, or cut that part off",
    ),
    DoctorCheck(
        name=REPEATED,
        measure=measures.repeated_shares,
        highest=1.0,
        unit="% of samples in motion",
        source=f"0.05 at most in {_SIMULATED}, none in five real walks; 4 to 20 in two whose "
        "every fifth sample repeats for seconds",
        sees="{value:.0f} % of the samples in motion only repeat the one before",
        consequence="they were written at a higher rate than measured: readings come late by up to "
        "a step, and look noisy",
        severity="doubt",
        remedy="export at the sensor's own rate",
    ),
    DoctorCheck(
        name="stuck channels",
        measure=measures.constant_axes,
        highest=0.0,
        unit="axes of six",
        source="noise alone changes every axis",
        sees="{value:.0f} of six axes never change",
        consequence="the sensor is blind about them, so its attitude is wrong",
        remedy="look for an empty column in the file, else replace the sensor",
    ),
    DoctorCheck(
        name="unit of the gyroscope",
        measure=measures.turning_speeds,
        highest=15.0,
        unit="rad/s",
        source=f"feet of runners have the most, 7 rad/s, of {_SOUND}; deg/s is 57 times that",
        sees="it turns at {value:.1f} rad/s (root mean square)",
        consequence="no person moves so: the numbers are probably deg/s",
        remedy="name that unit where the file is described, or multiply by pi / 180",
    ),
    DoctorCheck(
        name=GRAVITY,
        measure=measures.carried_gravity,
        lowest=8.9,
        highest=10.7,
        unit="m/s2",
        source=f"9.17 to 10.46 on {_SOUND}; the one sensor beyond has 11.69 to 12.05",
        sees="gravity, held still by the gyroscope, measures {value:.2f} m/s2",
        consequence="the accelerometer is badly calibrated, in another unit or without gravity, or "
        "the gyroscope disagrees with it in unit or axes; its tilt is wrong",
        remedy="1 means g, 1000 means mg, near 0 that gravity was removed on export; near 9.8 "
        "but beyond the limits calibrate the accelerometer or replace the sensor",
    ),
    DoctorCheck(
        name="gyroscope too slow",
        measure=signals.limb_turning_speeds,
        lowest=0.2,
        unit="rad/s",
        source=f"walkers' thighs have the least, 0.97 rad/s, of {_SOUND}; a 57th of runners' feet, "
        "which have the most, is 0.12; a pelvis may turn too little to tell",
        sees="it turns at {value:.3f} rad/s (root mean square) all the time",
        consequence="nobody walks so still: rad/s were probably taken for deg/s",
        remedy="name rad/s as the unit, or multiply by 180 / pi; nothing is wrong if nobody moved",
    ),
    DoctorCheck(
        name="clipping",
        measure=signals.clipped_samples,
        highest=0.0,
        unit="samples in plateaus",
        source=f"three equal samples at the extreme of an axis; none in {_SOUND}",
        sees="{value:.0f} samples lie on plateaus at the end of the range",
        consequence="faster turns or harder impacts were cut off, so attitude is lost there",
        severity="doubt",
        remedy="set a greater range on the sensor and record again",
    ),
    DoctorCheck(
        name=GYROSCOPE_NOISE,
        measure=signals.gyroscope_noise,
        highest=4.0,
        unit="deg/s",
        source=f"runners' shanks have the most, 3.2 deg/s, of {_SIMULATED}: mostly their motion",
        sees="from sample to sample it scatters by {value:.1f} deg/s where it moves least",
        consequence="a healthy gyroscope has 0.1 deg/s: it is broken or loose",
        severity="doubt",
        remedy="strap it on more tightly, else replace the sensor",
    ),
    DoctorCheck(
        name=ACCELEROMETER_NOISE,
        measure=signals.accelerometer_noise,
        highest=1.2,
        unit="m/s2",
        source=f"runners' feet have the most, 0.88 m/s2, of {_SIMULATED}: mostly their motion",
        sees="from sample to sample it scatters by {value:.2f} m/s2 where it moves least",
        consequence="a healthy accelerometer has 0.03 m/s2: it is broken or loose",
        severity="doubt",
        remedy="strap it on more tightly, else replace the sensor",
    ),
    DoctorCheck(
        name=BIAS,
        measure=signals.resting_biases,
        highest=3.0,
        unit="deg/s",
        source="chosen: six times a consumer sensor's 0.5 deg/s an axis; 2.4 is the most in "
        f"{_SOUND}; told only of sensors that rest for a second",
        sees="at rest it claims to turn at {value:.1f} deg/s",
        consequence="heading drifts away by as much",
        severity="doubt",
        remedy="let the sensor lie still and zero its gyroscope before recording",
    ),
    DoctorCheck(
        name=DRIFT,
        measure=signals.bias_drifts,
        highest=1.0,
        unit="deg/s",
        source="chosen: twice a consumer sensor's bias; told only between rests 5 s apart",
        sees="between first and last rest its bias changed by {value:.1f} deg/s",
        consequence="no one bias can be taken away, so heading drifts",
        severity="doubt",
        remedy="let the sensors warm up for some minutes before recording",
    ),
)
EXPLAINED: Mapping[str, Set[str]] = {
    "samples": {check.name for check in CHECKS[1:]},
    "unit of the gyroscope": {GRAVITY, GYROSCOPE_NOISE, BIAS, DRIFT},
}
"""What is not asked of a sensor that fails a check, since its numbers would be that fault's."""
