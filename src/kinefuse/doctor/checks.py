"""The doctor's checks: one row each, with what a person has to know of it."""

from dataclasses import dataclass

from kinefuse.doctor import measures
from kinefuse.doctor.measures import Sensors
from kinefuse.quality.checks import Check

_SIMULATED = "twelve simulated people, consumer sensors of any mounting, and seven real walks"


@dataclass(frozen=True, kw_only=True)
class DoctorCheck(Check[Sensors]):
    """A measure with its limits, and the words that go with it."""

    sees: str
    """Evidence, with {value}."""
    consequence: str
    severity: str = "fault"


CHECKS = (
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
        source=f"feet of runners have the most, 6 rad/s, of {_SIMULATED}; deg/s is 57 times that",
        sees="it turns at {value:.1f} rad/s (root mean square)",
        consequence="no person moves so: the numbers are probably deg/s",
        remedy="name that unit where the file is described, or multiply by pi / 180",
    ),
    DoctorCheck(
        name="gravity",
        measure=measures.carried_gravity,
        lowest=8.8,
        highest=10.8,
        unit="m/s2",
        source=f"9.43 to 10.26 on {_SIMULATED}; the one sensor beyond has 11.7 to 12.0",
        sees="gravity, held still by the gyroscope, measures {value:.2f} m/s2",
        consequence="the accelerometer is badly calibrated, in another unit or without gravity, or "
        "the gyroscope disagrees with it in unit or axes; its tilt is wrong",
        remedy="1 means g, 1000 means mg, near 0 that gravity was removed on export; near 9.8 "
        "but beyond the limits calibrate the accelerometer or replace the sensor",
    ),
)
