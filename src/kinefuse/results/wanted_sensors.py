"""Which joints the user asked for, and whether the recording has their sensors."""

from collections.abc import Sequence
from dataclasses import replace

from kinefuse.anatomy.joints import JOINTS, joint
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.errors import MissingSensor
from kinefuse.recordings import ImuSession


def wanted_joints(
    session: ImuSession, joints: Sequence[str] | None, *, named_by_file: bool
) -> tuple[str, ...]:
    """Names of the joints to estimate.

    All six, unless the user names some or the file itself is about some: a sensor that was left out
    by mistake is then an error and not a shorter result.

    Raises:
        UnknownChoice: The user named something that is no joint.
    """
    if joints is not None:
        return tuple(joint(name.strip()).name for name in joints)
    return tuple(session.joints()) if named_by_file else tuple(JOINTS)


def with_sensors_for(session: ImuSession, joints: tuple[str, ...]) -> ImuSession:
    """The session with the sensors of these joints only.

    Raises:
        MissingSensor: One of them is not worn; the message says how to go on without it.
    """
    needed = {s for name in joints for s in (JOINTS[name].proximal, JOINTS[name].distal)}
    missing = [s for s in SEGMENTS if s in needed and s not in session.sensors]
    if missing or not needed:
        possible = ",".join(session.joints())
        without = f"or go on without it by --joints {possible}" if possible else ""
        missing = missing or [s for s in SEGMENTS if s not in session.sensors]
        raise MissingSensor(missing, present=session.sensors, or_else=without)
    return replace(session, sensors={s: imu for s, imu in session.sensors.items() if s in needed})
