"""Everyone who says how a body is held, with one shape: a session in, attitudes and angles out."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import numpy as np
from attitude_scores import circular_mean
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment import SegmentAlignment
from kinefuse.alignment.reference_posture import heading_in_travel_frame_rad
from kinefuse.classical import joint_angles_of
from kinefuse.optimiser import estimate_attitudes, estimate_body
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.orientation.heading import in_travel_frame
from kinefuse.orientation.strapdown import dead_reckoning
from kinefuse.recordings import ImuRecording, ImuSession, JointAngles

Attitudes = Float[np.ndarray, "time 3 3"]
_EXACT_DEG = 0.01  # one sigma told where a sensor's own axes are asked for
_HEADING_FROM_S = 5.0  # of walking: several strides, before a filter's heading drifts
_ANY_SEGMENT = "thigh_r"  # for a lone sensor: one that never stands on the ground


Alignment = Mapping[str, SegmentAlignment]
"""By segment; of it the optimiser uses how sure it is, the others nothing."""


@dataclass(frozen=True, kw_only=True)
class BodyAnswer:
    """What one method says about a session."""

    R_world_segment: Mapping[str, Attitudes]
    """Headings are comparable between segments; the common one is arbitrary."""
    R_world_sensor: Mapping[str, Attitudes]
    """The same without what the method itself found of the alignment's error."""
    angles: JointAngles
    angles_sd_rad: Mapping[str, Float[np.ndarray, "time 3"]] | None = None
    gyr_bias_rad_s: Mapping[str, np.ndarray] | None = None
    """By segment, of those that estimate it."""
    note: str = ""


def travelling(aligned: ImuSession, activity: str, _: Alignment | None = None) -> BodyAnswer:
    """Offline VQF, each segment's slow heading taken to be that of its travel: ``classical``."""
    R = {
        s: so3.about_y(heading_in_travel_frame_rad(activity, s))
        @ in_travel_frame(filter_attitude(imu), imu.rate_hz)
        for s, imu in aligned.sensors.items()
    }
    return _answer(aligned, R)


def filtered(aligned: ImuSession, activity: str, _: Alignment | None = None) -> BodyAnswer:
    """Offline VQF as it is: headings made comparable once, by the first strides."""
    attitudes = {s: filter_attitude(imu) for s, imu in aligned.sensors.items()}
    return _answer(aligned, _headed_once(attitudes, aligned.rate_hz, activity))


def reckoned(aligned: ImuSession, activity: str, _: Alignment | None = None) -> BodyAnswer:
    """The gyroscope's turns added up from the first attitude of ``travelling``."""
    start = travelling(aligned, activity).R_world_segment
    R = {
        s: start[s][0] @ dead_reckoning(imu.gyr_rad_s, imu.rate_hz)
        for s, imu in aligned.sensors.items()
    }
    return _answer(aligned, R)


def optimised(aligned: ImuSession, activity: str, alignment: Alignment | None = None) -> BodyAnswer:
    """The optimiser, from gyroscopes, gravity and the joints alone (no network)."""
    body = estimate_body(aligned, activity, alignment=alignment)
    return BodyAnswer(
        R_world_segment=body.R_world_segment,
        R_world_sensor={
            s: R @ so3.exp(-body.alignment_rad[s].mean(axis=0))  # slips by less than 0.5 deg
            for s, R in body.R_world_segment.items()
        },
        angles=body.angles,
        angles_sd_rad=body.angles_sd_rad,
        gyr_bias_rad_s=body.gyr_bias_rad_s,
        note=f"{body.steps} steps{'' if body.converged else ', NOT converged'}",
    )


def known_to(session: ImuSession, sd_deg: float) -> Alignment:
    """What there is to say of sensors in segment axes: how far they are from them."""
    return {
        s: SegmentAlignment(
            segment=s,
            R_segment_sensor=np.eye(3),
            method="simulated",
            tilt_sd_deg=sd_deg,
            heading_sd_deg=sd_deg,
        )
        for s in session.sensors
    }


def body_methods() -> dict[str, Callable[[ImuSession, str, Alignment | None], BodyAnswer]]:
    """By name, everyone who is there."""
    return {
        "dead reckoning": reckoned,
        "vqf": filtered,
        "classical": travelling,
        "optimiser": optimised,
    }


def sensor_methods() -> dict[str, Callable[[ImuRecording, Attitudes], Attitudes]]:
    """By name, those who can do one sensor; each gets the recording and the true first attitude."""
    methods = {
        "dead reckoning": lambda imu, R0: R0 @ dead_reckoning(imu.gyr_rad_s, imu.rate_hz),
        "vqf": lambda imu, _: filter_attitude(imu),
    }
    return methods | {"optimiser": _lone_sensor}


def _lone_sensor(imu: ImuRecording, _: np.ndarray) -> Attitudes:
    """The optimiser on a session of one sensor whose axes are the segment's by definition."""
    session = ImuSession(
        name="one sensor", sensors={_ANY_SEGMENT: replace(imu, segment=_ANY_SEGMENT)}
    )
    return estimate_attitudes(session)[_ANY_SEGMENT]


def _headed_once(attitudes: Mapping[str, Attitudes], rate_hz: float, activity: str):
    first = slice(0, round(_HEADING_FROM_S * rate_hz))
    return {
        s: so3.about_y(
            heading_in_travel_frame_rad(activity, s) - circular_mean(so3.heading(R[first]))
        )
        @ R
        for s, R in attitudes.items()
    }


def _answer(aligned: ImuSession, R: Mapping[str, Attitudes]) -> BodyAnswer:
    return BodyAnswer(
        R_world_segment=R,
        R_world_sensor=R,
        angles=JointAngles(
            rate_hz=aligned.rate_hz,
            angles_rad={j: joint_angles_of(j, R) for j in aligned.joints()},
        ),
    )
