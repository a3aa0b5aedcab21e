"""Exported orientations, through OpenSim's own IMU placer and IMU inverse kinematics.

Where a model's joints turn freely, its coordinates are our angles. Where they are hinges, as the
models of Rajagopal 2016 and gait2392 have them, the solver spreads what a hinge cannot do over the
joints; how far that moves each coordinate was measured and stands in docs/export.md.
"""

import numpy as np
import opensim
import pytest

from kinefuse.anatomy.conventions import from_ours
from kinefuse.anatomy.joints import JOINTS
from kinefuse.estimation import estimate
from kinefuse.exports import export_estimate
from kinefuse.formats.angle_files import OPENSIM_COORDINATES
from made_up_estimates import made_up_estimate
from opensim_legs import placed, solved, write_model

LAST_S = 1.5  # more than a stride


@pytest.fixture(scope="module")
def true_walk(turning_walker):
    """The walker's truth, from the middle of a turn."""
    return made_up_estimate(turning_walker)


@pytest.fixture(scope="module")
def estimated_walk(walker):
    """What the program says of him with sensors mounted anyhow, corrections and all."""
    return estimate(walker.worn(np.random.default_rng(1))[0], "walking")


def through_opensim(found, folder, knees_bend_only):
    """Coordinates [deg] by name, and ours by the same names, sample by sample."""
    opensim.Logger.setLevelString("Error")
    list(export_estimate(found, ["sto-orientations", "sto-placement"], folder))
    write_model(folder / "legs.osim", knees_bend_only)
    placed(folder / "legs.osim", folder / "orientations_placement.sto", folder / "placed.osim")
    (folder / "solved").mkdir()
    theirs = solved(folder / "placed.osim", folder / "orientations.sto", folder / "solved", LAST_S)
    ours = {}
    for name, angles in found.angles.angles_rad.items():
        columns = from_ours(angles, name, "rajagopal2016")
        for i, coordinate in enumerate(OPENSIM_COORDINATES[JOINTS[name].kind]):
            full = f"{coordinate}_{JOINTS[name].side}"
            ours[full] = columns[: len(next(iter(theirs.values()))), i]
    return theirs, ours


@pytest.mark.parametrize("walk", ["true_walk", "estimated_walk"])
def test_free_joints_turn_by_our_angles(walk, request, tmp_path):
    """All 18, both sides, whichever way the person faces: 0.02 deg, the solver's tolerance."""
    theirs, ours = through_opensim(request.getfixturevalue(walk), tmp_path, False)
    assert len(ours) == 18
    for coordinate, angles in ours.items():
        np.testing.assert_allclose(theirs[coordinate], angles, atol=0.02, err_msg=coordinate)


def test_the_pelvis_turns_with_the_walker(true_walk, tmp_path):
    """Heading about y, tilt about z, list about x: none of it is lost on the way."""
    theirs, _ = through_opensim(true_walk, tmp_path, False)
    R = true_walk.orientations.R_world_segment["pelvis"][: len(theirs["pelvis_tilt"])]
    np.testing.assert_allclose(theirs["pelvis_list"], np.rad2deg(np.arcsin(R[:, 2, 1])), atol=0.02)
    tilt = np.rad2deg(np.arctan2(-R[:, 0, 1], R[:, 1, 1]))
    np.testing.assert_allclose(theirs["pelvis_tilt"], tilt, atol=0.02)


LIMITS_DEG = {
    "hip_flexion": 0.5,
    "hip_adduction": 5.0,
    "hip_rotation": 12.0,
    "knee_angle": 0.5,
    "ankle_angle": 2.5,
    "subtalar_angle": 1.0,
}
"""RMS difference, with a constant 17 deg of knee rotation that a hinge cannot show."""


def test_hinges_of_published_models_differ_as_stated(true_walk, tmp_path):
    theirs, ours = through_opensim(true_walk, tmp_path, True)
    for coordinate, limit in LIMITS_DEG.items():
        for side in "rl":
            name = f"{coordinate}_{side}"
            apart = np.sqrt(np.mean((theirs[name] - ours[name]) ** 2))
            assert apart < limit, name
    # What the knee cannot turn, the hip does: a difference of convention, not of frames.
    given = np.mean(ours["hip_rotation_r"] + ours["knee_rotation_r"] / 2)
    assert np.mean(theirs["hip_rotation_r"]) == pytest.approx(given, abs=1.5)
