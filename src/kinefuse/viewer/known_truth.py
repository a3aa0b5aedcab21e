"""Truth from a file, brought to the samples of an estimate so that it can be its ghost."""

import numpy as np

from kinefuse.recordings import JointAngles


def at_samples_of(truth: JointAngles, angles: JointAngles) -> JointAngles:
    """The truth on the straight lines between its samples; both begin at the same instant.

    Args:
        truth: Known angles at any rate and of any length.
        angles: The estimate, whose rate and number of samples the answer has.

    Returns:
        True angles; unknown (NaN) after the end of the truth.
    """
    time_s = angles.time_s
    return JointAngles(
        rate_hz=angles.rate_hz,
        angles_rad={
            joint: np.stack(
                [np.interp(time_s, truth.time_s, plane, right=np.nan) for plane in planes.T],
                axis=-1,
            )
            for joint, planes in truth.angles_rad.items()
        },
    )
