"""Each check stays silent on a sound body and names the culprit of its own fault."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.anatomy.joint_angles import rotation_of_angles
from kinefuse.anatomy.joints import JOINTS
from kinefuse.quality.checks import CHECKS, RECORDING_CHECKS, examine, failures
from kinefuse.quality.evidence import ClusterEvidence, Evidence
from synthetic_body import MARKERS, STATIC_ONLY, moving


@pytest.fixture(scope="module")
def body():
    return moving(seconds=3)


@pytest.fixture
def evidence(body):
    clusters = {}
    for segment, markers in MARKERS.items():
        names = tuple(m for m in markers if m not in STATIC_ONLY)
        points = np.stack([body.paths_m[m] for m in names], axis=1)
        clusters[segment] = ClusterEvidence(
            markers=names,
            points_m=points,
            local_m=np.stack([markers[m] for m in names]),
            misfit_m=np.zeros(len(points)),
            refused=np.zeros(points.shape[:2], dtype=bool),
        )
    frames = body.poses.samples
    bridged = {segment: np.zeros(frames, dtype=bool) for segment in MARKERS}
    return Evidence(poses=body.poses, clusters=clusters, bridged=bridged)


def with_poses(evidence, R=None, origin=None):
    poses = evidence.poses
    return replace(
        evidence,
        poses=replace(
            poses,
            R_world_segment=dict(poses.R_world_segment) | (R or {}),
            origin_m=dict(poses.origin_m) | (origin or {}),
        ),
    )


def failed(evidence):
    return {f.check: f for f in examine(evidence) if not f.passed}


def test_a_sound_body_passes_every_check(evidence):
    assert failures(examine(evidence)) == ()
    assert failures(examine(evidence, RECORDING_CHECKS)) == ()
    assert {f.check for f in examine(evidence)} == {check.name for check in CHECKS}


def test_every_check_says_where_its_limits_come_from():
    for check in (*CHECKS, *RECORDING_CHECKS):
        assert len(check.source) > 30
        assert np.isfinite(check.lowest) or np.isfinite(check.highest)


@pytest.mark.parametrize("factor", [1e-3, 0.1, 10.0, 1e3])
def test_a_unit_mistake_shows_in_the_bodys_size(evidence, factor):
    origin = {s: factor * p for s, p in evidence.poses.origin_m.items()}
    assert "body size" in failed(with_poses(evidence, origin=origin))


def test_swapped_legs_are_named(evidence):
    R, origin = evidence.poses.R_world_segment, evidence.poses.origin_m
    other = {"r": "l", "l": "r"}
    legs = [s for s in R if s != "pelvis"]
    swapped = with_poses(
        evidence,
        {s: R[s[:-1] + other[s[-1]]] for s in legs},
        {s: origin[s[:-1] + other[s[-1]]] for s in legs},
    )
    assert "swapped sides" in failed(swapped)


def test_a_pelvis_whose_sides_were_swapped_stands_on_its_head(evidence):
    R = evidence.poses.R_world_segment["pelvis"] * [1, -1, -1]
    finding = failed(with_poses(evidence, {"pelvis": R}))["facing"]
    assert finding.subject == "pelvis upright"
    assert finding.value < 0


def test_a_foot_that_points_backwards_is_named(evidence):
    R = evidence.poses.R_world_segment["foot_l"] @ so3.about_y(np.array(np.pi))
    assert failed(with_poses(evidence, {"foot_l": R}))["facing"].subject == "foot_l ahead"


@pytest.mark.parametrize("pair", [("R.MT1", "R.MT5"), ("R.Heel.Top", "R.Heel.Lateral")])
def test_exchanged_markers_are_named(evidence, pair):
    foot = evidence.clusters["foot_r"]
    order = np.arange(len(foot.markers))
    i, j = (foot.markers.index(name) for name in pair)
    order[[i, j]] = j, i
    foot = replace(foot, points_m=foot.points_m[:, order])
    found = failed(replace(evidence, clusters=dict(evidence.clusters) | {"foot_r": foot}))
    assert list(found) == ["swapped markers"]
    assert found["swapped markers"].subject == f"{pair[0]} and {pair[1]}"
    assert found["swapped markers"].value > 0.01


def test_skin_alone_looks_like_no_exchange(evidence):
    rng = np.random.default_rng(0)
    noisy = {
        s: replace(c, points_m=c.points_m + rng.normal(scale=0.006, size=c.points_m.shape))
        for s, c in evidence.clusters.items()
    }
    assert "swapped markers" not in failed(replace(evidence, clusters=noisy))


def test_a_cluster_unlike_its_static_shape_is_named(evidence):
    thigh = evidence.clusters["thigh_l"]
    thigh = replace(thigh, misfit_m=np.full_like(thigh.misfit_m, 0.03))
    found = failed(replace(evidence, clusters=dict(evidence.clusters) | {"thigh_l": thigh}))
    assert found["cluster misfit"].subject == "thigh_l"


@pytest.mark.parametrize(("share", "passes"), [(0.04, True), (0.06, False)])
def test_more_than_a_twentieth_invented_is_too_much(evidence, share, passes):
    frames = np.arange(evidence.poses.samples) < share * evidence.poses.samples
    found = failed(replace(evidence, bridged=dict(evidence.bridged) | {"thigh_l": frames}))
    assert ("gaps" not in found) is passes


def test_an_impossible_rate_names_its_segment(evidence):
    R = evidence.poses.R_world_segment["shank_r"].copy()
    R[100] = R[100] @ so3.exp(np.array([0, 0, np.deg2rad(40)]))
    found = failed(with_poses(evidence, {"shank_r": R}))
    assert found["impossible rate"].subject == "shank_r"
    assert found["impossible rate"].value > 5000


def test_a_knee_that_bends_forwards_is_impossible(evidence):
    R = evidence.poses.R_world_segment
    bent = rotation_of_angles(np.deg2rad([-50.0, 0, 0]), JOINTS["knee_l"])
    R_shank = R["thigh_l"] @ bent
    found = failed(with_poses(evidence, {"shank_l": R_shank, "foot_l": R_shank}))
    assert found["impossible angle"].subject == "knee_l flexion"
    assert found["impossible angle"].value == pytest.approx(25, abs=0.1)


def test_a_marker_that_vanishes_for_a_frame_is_found_but_mended(evidence):
    shank = evidence.clusters["shank_r"]
    points = shank.points_m.copy()
    points[58, 0] = np.nan
    shank = replace(shank, points_m=points)
    changed = replace(evidence, clusters=dict(evidence.clusters) | {"shank_r": shank})
    (told,) = failures(examine(changed, RECORDING_CHECKS))
    assert told.startswith(f"marker glitch: shank_r ({shank.markers[0]})")
    assert "mended" in told
    assert failures(examine(changed)) == ()


def test_a_marker_that_is_hidden_for_long_is_a_gap_and_no_glitch(evidence):
    shank = evidence.clusters["shank_r"]
    points = shank.points_m.copy()
    points[58:90, 0] = np.nan
    shank = replace(shank, points_m=points)
    changed = replace(evidence, clusters=dict(evidence.clusters) | {"shank_r": shank})
    assert failures(examine(changed, RECORDING_CHECKS)) == ()


def test_a_recording_without_clusters_is_judged_by_what_there_is(evidence):
    bare = replace(evidence, clusters={}, bridged={})
    assert {f.check for f in examine(bare)} == {
        "body size",
        "swapped sides",
        "facing",
        "impossible rate",
        "impossible angle",
    }
