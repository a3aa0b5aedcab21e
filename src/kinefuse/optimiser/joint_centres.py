"""Where each joint's centre lies, seen from the sensors on both sides: found from motion alone.

The force that both sides of a joint feel at its centre is linear in the two positions, so with
attitudes given they follow from least squares, around what a usual body suggests.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.flexion_axis import low_pass
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import side_of
from kinefuse.recordings import ImuRecording
from kinefuse.simulation.placement import PLACEMENT

# Half the distance between the hip joints and the lengths of thigh and shank of a person of
# 1.71 m (Winter 2009, fig. 4.1); how far sensors are worn from where they are usually worn
# outweighs how far people differ.
_HALF_HIPS_M, _LENGTH_M = 0.085, {"thigh": 0.42, "shank": 0.42}
PRIOR_SD_M = 0.06
"""Of each coordinate."""
_SLOW_HZ = 10.0
"""Angular velocity is low-passed before it is differentiated; a leg's swing lies below 6 Hz."""


@dataclass(frozen=True, kw_only=True)
class LeverArm:
    """What one sensor feels at any point of its segment: ``force + gain @ r``."""

    imu: ImuRecording
    band_hz: float
    """Above it, soft tissue and impacts, which the two sides do not share."""

    @cached_property
    def gain(self) -> Float[np.ndarray, "time 3 3"]:
        """``[alpha]x + [omega]x^2`` in sensor axes [1/s2]."""
        omega = low_pass(self.imu.gyr_rad_s, _SLOW_HZ, self.imu.rate_hz)
        alpha = np.gradient(omega, 1 / self.imu.rate_hz, axis=0)
        gain = omega[:, :, None] * omega[:, None, :] + so3.skew(alpha)
        gain[:, [0, 1, 2], [0, 1, 2]] -= np.sum(omega**2, axis=1)[:, None]
        return gain

    def at(
        self, position_m: Float[np.ndarray, "3"], S: Float[np.ndarray, "time 3 3"]
    ) -> Float[np.ndarray, "time 3"]:
        """Force at a point, in the frame of the dead reckoning, low-passed."""
        felt = np.einsum("tij,tj->ti", S, self.imu.acc_m_s2 + self.gain @ position_m)
        return low_pass(felt, self.band_hz, self.imu.rate_hz)


def usual_centres_m(joint: str) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
    """A joint's centre from the proximal and from the distal sensor, in segment axes."""
    named = JOINTS[joint]
    stem, side = named.proximal.split("_")[0], side_of(named.distal)
    if stem == "pelvis":
        end = np.array([0.0, 0.0, -_HALF_HIPS_M if side == "l" else _HALF_HIPS_M])
    else:
        end = np.array([0.0, -_LENGTH_M[stem], 0.0])
    return end - _place(named.proximal), -_place(named.distal)


@dataclass(frozen=True)
class CentreEquations:
    """What motion says of a joint's two positions: normal equations, which add up over time."""

    information: Float[np.ndarray, "6 6"] = field(default_factory=lambda: np.zeros((6, 6)))
    weighted: Float[np.ndarray, "6"] = field(default_factory=lambda: np.zeros(6))

    def __add__(self, more: "CentreEquations") -> "CentreEquations":
        return CentreEquations(self.information + more.information, self.weighted + more.weighted)

    def solved_m(self, joint: str) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
        """The two positions, near the usual ones."""
        usual = np.concatenate(usual_centres_m(joint))
        found = np.linalg.solve(
            self.information + np.eye(6) / PRIOR_SD_M**2, self.weighted + usual / PRIOR_SD_M**2
        )
        return found[:3], found[3:]


def centre_equations(
    arms: tuple[LeverArm, LeverArm],
    R_world_sensor: tuple[np.ndarray, np.ndarray],
    sd_m_s2: float,
    part: slice = slice(None),
    counted: slice = slice(None),
) -> CentreEquations:
    """Both sides of a joint feel the same at its centre.

    Args:
        arms: Of the proximal and the distal sensor.
        R_world_sensor: Their attitudes at the samples used.
        sd_m_s2: Of one sample's disagreement, as if samples were independent.
        part: Samples to use.
        counted: Of those, the ones that count; the others let the filters settle.
    """
    forces, gains = [], []
    for arm, R in zip(arms, R_world_sensor, strict=True):
        felt = np.concatenate([arm.imu.acc_m_s2[part, :, None], arm.gain[part]], axis=2)
        turned = (R @ felt).reshape(len(felt), -1)
        turned = low_pass(turned, arm.band_hz, arm.imu.rate_hz).reshape(len(felt), 3, 4)
        forces.append(turned[counted, :, 0])
        gains.append(turned[counted, :, 1:])
    design = np.concatenate([gains[0], -gains[1]], axis=2).reshape(-1, 6)
    apart = (forces[1] - forces[0]).reshape(-1)
    return CentreEquations(design.T @ design / sd_m_s2**2, design.T @ apart / sd_m_s2**2)


def fitted_centres_m(
    joint: str,
    arms: tuple[LeverArm, LeverArm],
    R_world_sensor: tuple[np.ndarray, np.ndarray],
    sd_m_s2: float,
    part: slice = slice(None),
) -> tuple[Float[np.ndarray, "3"], Float[np.ndarray, "3"]]:
    """The two positions that make both sides feel the same, near the usual ones.

    Arguments as for ``centre_equations``, but attitudes at all samples.
    """
    proximal, distal = R_world_sensor
    seen = centre_equations(arms, (proximal[part], distal[part]), sd_m_s2, part)
    return seen.solved_m(joint)


def lever_arms(sensors: Mapping[str, ImuRecording], band_hz: float) -> dict[str, LeverArm]:
    """Of every sensor."""
    return {segment: LeverArm(imu=imu, band_hz=band_hz) for segment, imu in sensors.items()}


def _place(segment: str) -> Float[np.ndarray, "3"]:
    return PLACEMENT[segment].position_m(side_of(segment), _LENGTH_M.get(segment[:-2], 0.0))
