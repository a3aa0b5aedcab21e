"""How sure a joint's angles are: the covariance of the unknowns, carried to the angles."""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float, Int

from kinefuse.anatomy.joints import JOINTS
from kinefuse.optimiser.normal_equations import Blocks
from kinefuse.optimiser.terms.posture import angle_changes, angle_columns
from kinefuse.optimiser.unknowns import Layout

_AT_ONCE = 20_000  # samples; bounds the memory, not the answer


def angles_sd_rad(
    joint: str,
    R_world_segment: Mapping[str, Float[np.ndarray, "time 3 3"]],
    covariances: Blocks,
    layout: Layout,
    cell_of: Int[np.ndarray, " _time"],
) -> Float[np.ndarray, "time 3"]:
    """One sigma of each of a joint's angles, with the covariance of the nearest knot.

    Args:
        joint: Name of the joint.
        R_world_segment: Attitudes of its two segments.
        covariances: Of the unknowns of every knot.
        layout: Where each unknown stands.
        cell_of: Nearest knot of every sample.
    """
    named, columns = JOINTS[joint], angle_columns(layout, joint)
    of_pair = covariances[:, columns[:, None], columns]
    lower = np.linalg.cholesky(of_pair)
    out = np.empty((len(cell_of), 3))
    for begin in range(0, len(cell_of), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        pair = (R_world_segment[s][part] for s in (named.proximal, named.distal))
        spread = angle_changes(joint, *pair) @ lower[cell_of[part]]
        out[part] = np.sqrt(np.sum(spread**2, axis=-1))
    return out


def attitude_sd_rad(
    segment: str,
    R_world_segment: Float[np.ndarray, "time 3 3"],
    covariances: Blocks,
    layout: Layout,
    cell_of: Int[np.ndarray, " _time"],
) -> Float[np.ndarray, "time 3"]:
    """One sigma of a segment's small turn about the world's axes, by the nearest knot.

    The path's turn is on the world's side; the alignment's error is on the segment's, so that the
    segment's attitude carries it into the world: ``delta + R_world_segment epsilon``.
    """
    columns = np.concatenate([layout.turn(segment), layout.alignment(segment)])
    lower = np.linalg.cholesky(covariances[:, columns[:, None], columns])
    out = np.empty((len(cell_of), 3))
    for begin in range(0, len(cell_of), _AT_ONCE):
        part = slice(begin, begin + _AT_ONCE)
        roots = lower[cell_of[part]]
        spread = roots[:, :3] + R_world_segment[part] @ roots[:, 3:]
        out[part] = np.sqrt(np.sum(spread**2, axis=-1))
    return out
