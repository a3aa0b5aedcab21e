"""Frames of somebody standing: what is straight reads zero, what is turned reads its turn."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kinefuse import so3
from kinefuse.anatomy.joint_angles import angles_of_rotation, joint_rotation
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.marker_frames import axes, standing_frames
from kinefuse.anatomy.segments import SEGMENTS
from synthetic_body import MARKERS, standing_origins

NAMES = {
    "asis": "ASIS",
    "psis": "PSIS",
    "knee_lateral": "Knee",
    "knee_medial": "Knee.Medial",
    "ankle_lateral": "Ankle",
    "ankle_medial": "Ankle.Medial",
    "heel": "Heel.Bottom",
    "toe": "MT2",
}


def landmarks():
    origins = standing_origins()
    at = {m: origins[s] + p for s, markers in MARKERS.items() for m, p in markers.items()}
    found = {f"{k}_{side}": at[f"{side.upper()}.{v}"] for k, v in NAMES.items() for side in "rl"}
    found["psis_middle"] = (found["psis_r"] + found["psis_l"]) / 2
    return found


def angles_deg(frames):
    return {
        name: np.rad2deg(
            angles_of_rotation(joint_rotation(frames[j.proximal][0], frames[j.distal][0]), j)
        )
        for name, j in JOINTS.items()
    }


def test_upright_axes_are_the_worlds_and_origins_the_joint_centres():
    frames = standing_frames(landmarks(), "harrington")
    assert set(frames) == set(SEGMENTS)
    for segment, (R, origin) in frames.items():
        np.testing.assert_allclose(R, np.eye(3), atol=1e-12, err_msg=segment)
        np.testing.assert_allclose(origin, standing_origins()[segment], atol=1e-12)


@given(st.floats(-3, 3), st.floats(-2, 2))
def test_facing_elsewhere_turns_every_frame_alike(turn, shift):
    R_turn = so3.about_y(np.array(turn))
    moved = {name: R_turn @ p + shift for name, p in landmarks().items()}
    for R, _ in standing_frames(moved, "harrington").values():
        np.testing.assert_allclose(R, R_turn, atol=1e-9)


@pytest.mark.parametrize("side", "rl")
def test_outward_torsion_of_the_malleoli_reads_as_external_rotation_of_the_knee(side):
    at = landmarks()
    centre = (at[f"ankle_lateral_{side}"] + at[f"ankle_medial_{side}"]) / 2
    outwards = so3.about_y(np.array(np.deg2rad(-20 if side == "r" else 20)))
    for name in ("ankle_lateral", "ankle_medial"):
        at[f"{name}_{side}"] = outwards @ (at[f"{name}_{side}"] - centre) + centre
    found = angles_deg(standing_frames(at, "harrington"))
    np.testing.assert_allclose(found[f"knee_{side}"], [0, 0, -20], atol=1e-9)
    np.testing.assert_allclose(found[f"ankle_{side}"], [0, 0, 20], atol=1e-9)


@pytest.mark.parametrize("side", "rl")
def test_toes_out_read_as_external_rotation_of_the_ankle(side):
    at = landmarks()
    out = 0.1 if side == "r" else -0.1
    at[f"toe_{side}"] = at[f"heel_{side}"] + [0.2, 0.03, out]
    found = angles_deg(standing_frames(at, "harrington"))
    expected = -np.rad2deg(np.arctan2(0.1, 0.2))
    np.testing.assert_allclose(found[f"ankle_{side}"], [0, 0, expected], atol=1e-9)


def test_a_shank_that_leans_forward_reads_as_dorsiflexion_and_bent_knees():
    at = landmarks()
    for name in ("knee_lateral_r", "knee_medial_r"):
        at[name] = at[name] + [0.05, 0.0, 0.0]
    found = angles_deg(standing_frames(at, "harrington"))
    assert found["ankle_r"][0] == pytest.approx(np.rad2deg(np.arctan2(0.05, 0.41)), abs=1e-6)
    assert found["knee_r"][0] > 10
    assert found["hip_r"][0] > 5


def test_the_heels_height_is_no_dorsiflexion():
    """A shoe's heel marker sits higher or lower than the toes; the sole is still flat."""
    at = landmarks()
    at["heel_r"] = at["heel_r"] + [0.0, 0.04, 0.0]
    assert angles_deg(standing_frames(at, "harrington"))["ankle_r"][0] == pytest.approx(0, abs=1e-9)


def test_a_pelvis_that_tilts_forward_flexes_both_hips():
    at = landmarks()
    for side in "rl":
        at[f"psis_{side}"] = at[f"psis_{side}"] + [0.0, 0.03, 0.0]
    at["psis_middle"] = (at["psis_r"] + at["psis_l"]) / 2
    frames = standing_frames(at, "harrington")
    assert frames["pelvis"][0][1, 0] < 0  # the forward axis points down
    for side in "rl":
        assert angles_deg(frames)[f"hip_{side}"][0] > 0


def test_without_spines_the_stated_tilt_flexes_both_hips_by_itself():
    at = {n: p for n, p in landmarks().items() if not n.startswith(("asis", "psis"))}
    at |= {"trochanter_r": np.array([0, 0.92, 0.173]), "trochanter_l": np.array([0, 0.92, -0.173])}
    found = angles_deg(standing_frames(at, "trochanters", np.deg2rad(11.3)))
    for side in "rl":
        np.testing.assert_allclose(found[f"hip_{side}"], [11.3, 0, 0], atol=1e-9)


def test_without_toes_the_feet_point_where_the_pelvis_faces():
    at = {n: p for n, p in landmarks().items() if not n.startswith(("toe", "heel"))}
    R_turn = so3.about_y(np.array(0.7))
    frames = standing_frames({n: R_turn @ p for n, p in at.items()}, "harrington")
    np.testing.assert_allclose(frames["foot_l"][0], R_turn, atol=1e-9)


@given(
    st.sampled_from(["xy", "yx", "yz", "zy", "zx", "xz"]),
    st.lists(st.floats(-1, 1), min_size=6, max_size=6),
)
def test_axes_are_a_rotation_whose_named_axes_lie_as_asked(names, numbers):
    first, second = np.array(numbers[:3]), np.array(numbers[3:])
    if np.linalg.norm(np.cross(first, second)) < 1e-3:
        return
    R = axes(first=first, second=second, names=names)
    np.testing.assert_allclose(R.T @ R, np.eye(3), atol=1e-9)
    assert np.linalg.det(R) == pytest.approx(1)
    a, b = ("xyz".index(n) for n in names)
    np.testing.assert_allclose(R[:, a], first / np.linalg.norm(first), atol=1e-9)
    assert R[:, b] @ second > 0
    assert R[:, 3 - a - b] @ second == pytest.approx(0, abs=1e-9)
