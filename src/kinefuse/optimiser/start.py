"""Where the optimiser begins: each filter's attitudes, turned to a common heading."""

from collections.abc import Mapping

import numpy as np

from kinefuse import so3
from kinefuse.alignment.reference_posture import heading_in_travel_frame_rad
from kinefuse.optimiser.paths import Path
from kinefuse.optimiser.unknowns import Layout, Unknowns
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.orientation.heading import slow_heading


def start(layout: Layout, paths: Mapping[str, Path], activity: str) -> Unknowns:
    """Filtered attitudes at the knots; each path's heading drifts and is tied to the first's.

    The first segment's own heading is kept (nobody knows north); that of each other, which its
    filter chose and lost, is turned to the first's plus what people have between them on average.
    """
    attitudes = {s: filter_attitude(path.imu) for s, path in paths.items()}
    knots = next(iter(paths.values())).knots
    slow = {s: slow_heading(so3.heading(R), knots.rate_hz)[knots.at] for s, R in attitudes.items()}
    first = layout.segments[0]
    usual = {s: heading_in_travel_frame_rad(activity, s) for s in layout.segments}
    C = []
    for segment in layout.segments:
        turn = slow[first] - slow[segment] + usual[segment] - usual[first]
        R_world_sensor = so3.about_y(turn) @ attitudes[segment][knots.at]
        C.append(R_world_sensor @ so3.transpose(paths[segment].S_knot))
    shape = knots.count, len(layout.segments)
    return Unknowns(
        layout=layout,
        C=np.stack(C, axis=1),
        bias_rad_s=np.zeros((*shape, 3)),
        A=np.broadcast_to(np.eye(3), (*shape, 3, 3)).copy(),
    )
