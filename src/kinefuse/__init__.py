"""Hip, knee and ankle angles from a few inertial sensors.

The public names are those below; each is loaded when it is first asked for, so that importing
the package costs nothing and needs neither torch nor a plotting library.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from kinefuse.anatomy.joints import JOINTS, PLANES
    from kinefuse.anatomy.segments import SEGMENTS
    from kinefuse.errors import KinefuseError
    from kinefuse.estimation import Estimate
    from kinefuse.formats import FORMATS
    from kinefuse.formats.angle_files import write_angles_csv, write_angles_mot
    from kinefuse.formats.csv_session import write_session_csv
    from kinefuse.recordings import (
        ImuRecording,
        ImuSession,
        JointAngles,
        MarkerRecording,
        SegmentPoses,
        Trial,
    )
    from kinefuse.report import write_report
    from kinefuse.results import Result, check, estimate, read, read_result

_HOME = {
    "Estimate": "estimation",
    "FORMATS": "formats",
    "ImuRecording": "recordings",
    "ImuSession": "recordings",
    "JOINTS": "anatomy.joints",
    "JointAngles": "recordings",
    "KinefuseError": "errors",
    "MarkerRecording": "recordings",
    "PLANES": "anatomy.joints",
    "Result": "results",
    "SEGMENTS": "anatomy.segments",
    "SegmentPoses": "recordings",
    "Trial": "recordings",
    "check": "results",
    "estimate": "results",
    "read": "results",
    "read_result": "results",
    "write_angles_csv": "formats.angle_files",
    "write_angles_mot": "formats.angle_files",
    "write_report": "report",
    "write_session_csv": "formats.csv_session",
}
"""Which module of the package each public name lives in."""

__all__ = [
    "FORMATS",
    "JOINTS",
    "PLANES",
    "SEGMENTS",
    "Estimate",
    "ImuRecording",
    "ImuSession",
    "JointAngles",
    "KinefuseError",
    "MarkerRecording",
    "Result",
    "SegmentPoses",
    "Trial",
    "check",
    "estimate",
    "read",
    "read_result",
    "write_angles_csv",
    "write_angles_mot",
    "write_report",
    "write_session_csv",
]


def __getattr__(name: str) -> object:
    if name == "__version__":
        from importlib.metadata import version

        return version("kinefuse")
    if name not in _HOME:
        raise AttributeError(f"module 'kinefuse' has no attribute '{name}'")
    return getattr(import_module(f"kinefuse.{_HOME[name]}"), name)


def __dir__() -> list[str]:
    return [*__all__, "__version__"]
