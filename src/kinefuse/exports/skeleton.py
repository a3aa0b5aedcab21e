"""A body for files that need one: joint centres from segment orientations.

Sensors know no place. The pelvis therefore stays where it is, and goes up and down so that the
lowest of heels and balls is on the ground.
"""

from collections.abc import Mapping

import numpy as np
from jaxtyping import Float

from kinefuse.estimation import Estimate
from kinefuse.segment_orientations import SegmentOrientations
from kinefuse.simulation.body import USUAL_HEIGHT_M, Body
from kinefuse.simulation.body_points import points_from_pelvis_m

Points = Mapping[str, Float[np.ndarray, "_time 3"]]


def body_of(estimate: Estimate) -> Body:
    """Lengths of the person, or of somebody of the usual height."""
    return Body(height_m=estimate.person.height_m or USUAL_HEIGHT_M)


def joint_centres_m(known: SegmentOrientations, body: Body) -> Points:
    """Points by name as ``points_from_pelvis_m`` has them, in the world: y up, the ground at 0."""
    points = points_from_pelvis_m(known.R_world_segment, body)
    lowest = np.min([place[:, 1] for place in points.values()], axis=0)
    up = np.zeros((known.samples, 3))
    up[:, 1] = -lowest
    return {name: place + up for name, place in points.items()}
