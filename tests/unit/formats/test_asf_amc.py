"""Skeletons against poses that can be told by hand, and the real library."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.motion import trial_of
from kinefuse.dataset.skeleton_sources import find_skeletons
from kinefuse.errors import UnreadableFile
from kinefuse.formats.asf_amc import CMU_LENGTH_M, read_asf_amc, read_skeleton

LEG = {"femur": "dof rx ry rz", "tibia": "dof rx", "foot": "dof rx rz"}
DEG = np.pi / 180


def skeleton_text(spread_deg=0.0):
    """Legs of 7 units, spread by that angle in the pose of zero angles."""
    blocks = []
    for side, sign in (("l", 1), ("r", -1)):
        blocks.append(f"name {side}hipjoint\n direction {sign} 0 0\n length 2\n axis 0 0 0 XYZ")
        a = sign * spread_deg
        down = f"{np.sin(a * DEG)} {-np.cos(a * DEG)} 0"
        for bone, dof in LEG.items():
            direction, axis = ("0 0 1", f"-90 0 {a}") if bone == "foot" else (down, f"0 0 {a}")
            blocks.append(
                f"name {side}{bone}\n direction {direction}\n length 7\n axis {axis} XYZ\n {dof}"
            )
    body = "".join(f"  begin\n {block}\n  end\n" for block in blocks)
    return f":version 1.10\n:root\n:bonedata\n{body}:hierarchy\n"


def frame(root="0 20 0 0 0 0", **bones):
    rows = {f"{s}{b}": " ".join("0" * len(d.split()[1:])) for s in "lr" for b, d in LEG.items()}
    rows |= bones
    return f"root {root}\n" + "".join(f"{name} {numbers}\n" for name, numbers in rows.items())


@pytest.fixture
def posed(tmp_path):
    def make(*frames, spread_deg=0.0):
        (tmp_path / "s.asf").write_text(skeleton_text(spread_deg))
        lines = "".join(f"{i + 1}\n{text}" for i, text in enumerate(frames))
        (tmp_path / "s.amc").write_text(f":FULLY-SPECIFIED\n:DEGREES\n{lines}")
        return read_asf_amc(tmp_path / "s.asf", tmp_path / "s.amc")

    return make


def angles_deg(poses, joint):
    return poses.joint_angles().in_degrees()[joint][0]


def test_zero_angles_stand_upright_facing_forward(posed):
    poses = posed(frame())
    for segment in ("thigh_r", "shank_l", "foot_r"):
        np.testing.assert_allclose(poses.R_world_segment[segment][0], np.eye(3), atol=1e-12)
    assert poses.origin_m["thigh_r"][0, 2] > 0 > poses.origin_m["thigh_l"][0, 2]
    drop = poses.origin_m["thigh_r"][0, 1] - poses.origin_m["foot_r"][0, 1]
    assert drop == pytest.approx(14 * 0.0254 / 0.45)
    np.testing.assert_allclose(poses.origin_m["pelvis"][0], [0, 20 * CMU_LENGTH_M, 0], atol=1e-12)


def test_the_pelvis_is_tilted_forward_as_bones_are(posed):
    np.testing.assert_allclose(angles_deg(posed(frame()), "hip_l"), [11.3, 0, 0], atol=1e-9)


@pytest.mark.parametrize(
    ("bones", "joint", "expected"),
    [
        ({"rtibia": "60"}, "knee_r", [60, 0, 0]),
        ({"ltibia": "60"}, "knee_l", [60, 0, 0]),
        ({"rfemur": "-30 0 0"}, "hip_r", [41.3, 0, 0]),  # and the pelvis' own tilt
        ({"rfoot": "-10 0"}, "ankle_r", [10, 0, 0]),
        ({"lfoot": "20 0"}, "ankle_l", [-20, 0, 0]),
        ({"rfoot": "0 15"}, "ankle_r", [0, 0, 15]),  # about the leg: toes inwards
        ({"lfoot": "0 -15"}, "ankle_l", [0, 0, 15]),
    ],
)
def test_one_turned_bone_is_one_angle(posed, bones, joint, expected):
    np.testing.assert_allclose(angles_deg(posed(frame(**bones)), joint), expected, atol=1e-9)


def test_legs_spread_in_the_zero_pose_are_brought_together(posed):
    poses = posed(frame(rfemur="0 0 20", lfemur="0 0 -20"), spread_deg=20.0)
    for side in "rl":
        np.testing.assert_allclose(poses.R_world_segment[f"shank_{side}"][0], np.eye(3), atol=1e-12)
    apart = posed(frame(), spread_deg=20.0)
    assert apart.origin_m["foot_r"][0, 2] > poses.origin_m["foot_r"][0, 2] + 0.2


def test_turning_the_root_turns_everybody(posed):
    poses = posed(frame(root="0 20 0 0 90 0"), frame())
    for segment, R in poses.R_world_segment.items():
        np.testing.assert_allclose(R[0], so3.about_y(np.array(np.pi / 2)) @ R[1], atol=1e-12)
        offset = poses.origin_m[segment] - [0, 20 * CMU_LENGTH_M, 0]
        np.testing.assert_allclose(
            offset[0], so3.about_y(np.array(np.pi / 2)) @ offset[1], atol=1e-12
        )


@pytest.mark.parametrize(
    ("asf", "amc", "complaint"),
    [
        ("nothing", ":DEGREES\n", "bonedata"),
        (skeleton_text(), "nothing", "not in degrees"),
        (skeleton_text(), ":DEGREES\n1\nroot 0 0 0\n", "'root' does not have 6 numbers"),
        (skeleton_text(), f":DEGREES\n1\n{frame()}2\nroot 0 0 0 0 0 0\n", "every frame"),
        (skeleton_text(), f":DEGREES\n1\n{frame(rtibia='oops')}", "damaged"),
        (skeleton_text().replace("ltibia", "lshin"), f":DEGREES\n1\n{frame()}", "no bone 'ltibia'"),
    ],
)
def test_damaged_files_are_named(tmp_path, asf, amc, complaint):
    (tmp_path / "s.asf").write_text(asf)
    (tmp_path / "s.amc").write_text(amc)
    with pytest.raises(UnreadableFile, match=complaint):
        read_asf_amc(tmp_path / "s.asf", tmp_path / "s.amc")


def test_missing_files_are_named(tmp_path):
    with pytest.raises(UnreadableFile, match="cannot be read"):
        read_skeleton(tmp_path / "none.asf")
    with pytest.raises(UnreadableFile, match=r"no \.amc"):
        find_skeletons(tmp_path)


def test_the_library_walks(shared_data):
    found = find_skeletons(shared_data / "walking_cmu_asf")
    assert len({source.person for source in found}) == 9
    for source in found[::8]:
        trial = trial_of(source.load(), 200.0)
        path = trial.poses.origin_m["pelvis"]
        seconds = trial.poses.samples / 200
        assert 0.6 < (path[-1] - path[0])[0] / seconds < 2.2  # walks forward, along x
        assert 0.7 < path[:, 1].mean() < 1.1
        for side in "rl":
            knee = np.rad2deg(trial.angles.angles_rad[f"knee_{side}"][:, 0])
            assert 45 < np.ptp(knee) < 85
            assert knee.min() > -5
            foot = trial.poses.origin_m[f"foot_{side}"]
            speed = np.linalg.norm(np.diff(foot, axis=0), axis=-1) * 200
            assert np.percentile(speed, 15) < 0.35  # the standing foot stands
