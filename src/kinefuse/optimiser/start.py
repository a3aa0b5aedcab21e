"""Where the optimiser begins: each filter's attitudes, turned to a common heading."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.alignment.reference_posture import heading_in_travel_frame_rad
from kinefuse.optimiser.paths import Path
from kinefuse.optimiser.unknowns import Layout, Unknowns
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.orientation.heading import slow_heading
from kinefuse.recordings import ImuSession


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


def reckoned_again(
    session: ImuSession, paths: Mapping[str, Path], at: Unknowns
) -> tuple[dict[str, Path], Unknowns]:
    """The same attitudes at the knots, behind dead reckoning without the biases found."""
    new = {s: Path(session[s], path.knots, at.bias(s)) for s, path in paths.items()}
    return new, behind(new, knot_attitudes(paths, at), at)


def knot_attitudes(
    paths: Mapping[str, Path], at: Unknowns
) -> Float[np.ndarray, "knot segment 3 3"]:
    """``R_world_sensor`` at every knot."""
    return np.stack([at.turn(s) @ path.S_knot for s, path in paths.items()], axis=1)


def behind(
    paths: Mapping[str, Path], R_world_sensor: Float[np.ndarray, "knot segment 3 3"], at: Unknowns
) -> Unknowns:
    """Turns of these dead reckonings that lead to given attitudes at the knots."""
    S = np.stack([path.S_knot for path in paths.values()], axis=1)
    return replace(at, C=R_world_sensor @ so3.transpose(S))
