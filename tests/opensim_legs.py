"""Legs as OpenSim models, built with OpenSim's own interface, and its IMU inverse kinematics.

The wheel brings no model. Bodies, joints, their axes and the names of coordinates are those of
gait2392 and Rajagopal 2016; masses and lengths do not matter to orientations.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import opensim

X, Y, Z = np.eye(3)
# gait2392 and Rajagopal 2016, right side; on the left the axes' x and y parts are negated.
ANKLE_AXIS = np.array([-0.105013, -0.174022, 0.979126])
SUBTALAR_AXIS = np.array([0.7871796, 0.60474746, -0.12094949])


@dataclass(frozen=True)
class Turn:
    """One coordinate of a joint, and the axis it turns about in the proximal body."""

    coordinate: str
    axis: np.ndarray


def joints(knees_bend_only: bool) -> dict[str, tuple[str, str, tuple[Turn, ...]]]:
    """By name: proximal body, distal body, and coordinates from the proximal side.

    Either every joint turns freely, or as in the models: hinge knees, and oblique hinges at the
    ankle and below the talus.
    """
    rows = {
        "pelvis": (
            "ground",
            "pelvis",
            (Turn("pelvis_tilt", Z), Turn("pelvis_list", X), Turn("pelvis_rotation", Y)),
        )
    }
    for side, s in (("r", 1.0), ("l", -1.0)):
        mirror = np.array([s, s, 1.0])
        femur, tibia, talus, calcn = (f"{b}_{side}" for b in ("femur", "tibia", "talus", "calcn"))
        rows[f"hip_{side}"] = (
            "pelvis",
            femur,
            (
                Turn(f"hip_flexion_{side}", Z),
                Turn(f"hip_adduction_{side}", s * X),
                Turn(f"hip_rotation_{side}", s * Y),
            ),
        )
        knee, ankle = Turn(f"knee_angle_{side}", -Z), Turn(f"ankle_angle_{side}", Z)
        if knees_bend_only:
            oblique = Turn(ankle.coordinate, mirror * ANKLE_AXIS)
            below = Turn(f"subtalar_angle_{side}", mirror * SUBTALAR_AXIS)
            rows[f"knee_{side}"] = (femur, tibia, (knee,))
            rows[f"ankle_{side}"] = (tibia, talus, (oblique,))
            rows[f"subtalar_{side}"] = (talus, calcn, (below,))
        else:
            free = Turn(f"knee_adduction_{side}", s * X), Turn(f"knee_rotation_{side}", s * Y)
            rows[f"knee_{side}"] = (femur, tibia, (knee, *free))
            free = Turn(f"subtalar_angle_{side}", s * X), Turn(f"ankle_rotation_{side}", s * Y)
            rows[f"ankle_{side}"] = (tibia, calcn, (ankle, *free))
    return rows


def write_model(path: Path, knees_bend_only: bool = False) -> None:
    """An ``.osim`` file. Whatever OpenSim hands out is kept in a variable, else it is freed."""
    model = opensim.Model()
    model.setName("legs")
    bodies = {"ground": model.getGround()}
    kept = []
    for name, (proximal, distal, turns) in joints(knees_bend_only).items():
        body = opensim.Body(distal, 1.0, opensim.Vec3(0), opensim.Inertia(1, 1, 1))
        transform = opensim.SpatialTransform()
        kept += [body, transform, *_turned(transform, turns)]
        down, still = opensim.Vec3(0, 0 if proximal == "ground" else -0.4, 0), opensim.Vec3(0)
        joint = opensim.CustomJoint(
            name, bodies[proximal], down, still, body, still, still, transform
        )
        kept += [joint, down, still]
        model.addBody(body)
        model.addJoint(joint)
        bodies[distal] = body
    model.finalizeConnections()
    model.printToXML(str(path))


def _turned(transform, turns) -> list[object]:
    kept = []
    axes = [turn.axis for turn in turns]
    while len(axes) < 3:  # a transform has three axes, of which no two are parallel
        axes.append(min(np.eye(3), key=lambda e: max(abs(np.dot(e, axis)) for axis in axes)))
    for i, axis in enumerate(axes):
        row = transform.updTransformAxis(i)
        names = opensim.ArrayStr()
        if i < len(turns):
            names.append(turns[i].coordinate)
        function = opensim.LinearFunction(1.0, 0.0) if i < len(turns) else opensim.Constant(0.0)
        direction = opensim.Vec3(*map(float, axis))
        row.setCoordinateNames(names)
        row.setAxis(direction)
        row.set_function(function)
        kept += [row, names, function, direction]
    return kept


def placed(model: Path, placement: Path, out: Path) -> None:
    """The model with a sensor on every body, where the placement says, by OpenSim's IMU placer."""
    placer = opensim.IMUPlacer()
    placer.set_model_file(str(model))
    placer.set_orientation_file_for_calibration(str(placement))
    placer.set_output_model_file(str(out))
    assert placer.run(False)


def solved(model: Path, orientations: Path, folder: Path, end_s: float) -> dict[str, np.ndarray]:
    """Every coordinate [deg] over time, by OpenSim's IMU inverse kinematics."""
    tool = opensim.IMUInverseKinematicsTool()
    tool.set_model_file(str(model))
    tool.set_orientations_file(str(orientations))
    tool.set_results_directory(str(folder))
    tool.set_time_range(0, 0.0)
    tool.set_time_range(1, end_s)
    tool.set_accuracy(1e-9)
    assert tool.run(False)
    (file,) = folder.glob("ik_*.mot")
    table = opensim.TimeSeriesTable(str(file))
    return {n: table.getDependentColumn(n).to_numpy().copy() for n in table.getColumnLabels()}
