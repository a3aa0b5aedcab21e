"""Markers of a body whose motion is known give that motion back, and every repair is on record."""

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.dataset.marker_motion import calibrate, face_forward, reconstruct
from kinefuse.errors import MissingMarkers, UnreadableFile
from kinefuse.formats.markersets import MARKERSETS
from kinefuse.recordings import MarkerRecording, SegmentPoses
from synthetic_body import RATE_HZ, STATIC_ONLY, moving, standing_origins, still

RBDS = MARKERSETS["rbds"]


def recording(paths, name="run"):
    return MarkerRecording(
        name=name,
        rate_hz=RATE_HZ,
        markers=tuple(paths),
        positions_m=np.stack(list(paths.values()), axis=1),
    )


@pytest.fixture(scope="module")
def calibration():
    return calibrate(recording(still().paths_m, "static"), RBDS)


@pytest.fixture
def truth():
    return moving(seconds=8)


@pytest.fixture
def paths(truth):
    return {m: p.copy() for m, p in truth.paths_m.items() if m not in STATIC_ONLY}


def worst_turn_deg(found: SegmentPoses, truth: SegmentPoses, kept=slice(None)) -> float:
    return max(
        float(np.rad2deg(np.linalg.norm(so3.log(so3.transpose(R) @ found_R), axis=-1)).max())
        for R, found_R in (
            (truth.R_world_segment[s][kept], R) for s, R in found.R_world_segment.items()
        )
    )


def test_standing_is_zero_everywhere_and_centres_are_where_they_are(calibration):
    for angles in calibration.standing.joint_angles().angles_rad.values():
        np.testing.assert_allclose(angles, 0, atol=1e-9)
    for segment, origin in standing_origins().items():
        np.testing.assert_allclose(calibration.standing.origin_m[segment][0], origin, atol=1e-9)


def test_a_known_motion_comes_back(calibration, truth, paths):
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert worst_turn_deg(rebuilt.poses, truth.poses) < 1e-5
    for segment, origin in truth.poses.origin_m.items():
        np.testing.assert_allclose(rebuilt.poses.origin_m[segment], origin, atol=1e-7)
    account = rebuilt.account()
    assert account["cut"] == "nothing"
    assert not account["poses bridged by splines"]
    assert not account["markers rebuilt from their cluster, frames"]


def test_a_marker_lost_for_seconds_costs_nothing_and_is_on_record(calibration, truth, paths):
    paths["R.Shank.Top.Lateral"][200:600] = np.nan
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert worst_turn_deg(rebuilt.poses, truth.poses) < 1e-4
    rebuilt_frames = rebuilt.account()["markers rebuilt from their cluster, frames"]
    assert rebuilt_frames == {"R.Shank.Top.Lateral": 400}


def test_a_cluster_lost_for_a_tenth_of_a_second_is_bridged_and_on_record(calibration, truth, paths):
    for name in ("Shank.Top.Lateral", "Shank.Top.Medial"):
        paths[f"L.{name}"][300:315] = np.nan
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert worst_turn_deg(rebuilt.poses, truth.poses) < 3
    assert rebuilt.account()["poses bridged by splines"] == {"shank_l": ["2.000 s to 2.100 s"]}
    assert rebuilt.bridged["shank_l"].sum() == 15


def test_a_cluster_lost_for_longer_cuts_the_trial_to_its_longest_stretch(calibration, truth, paths):
    for name in ("Shank.Top.Lateral", "Shank.Top.Medial"):
        paths[f"L.{name}"][300:340] = np.nan
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert (rebuilt.kept.start, rebuilt.kept.stop) == (340, 1200)
    assert rebuilt.account()["cut"] == "kept 2.27 s to 8.00 s of 8.00 s"
    assert worst_turn_deg(rebuilt.poses, truth.poses, rebuilt.kept) < 1e-5


def test_a_trial_that_is_too_short_after_cutting_is_refused(calibration, paths):
    for name in ("Shank.Top.Lateral", "Shank.Top.Medial"):
        paths[f"L.{name}"][600:640] = np.nan
    with pytest.raises(UnreadableFile, match=r"4\.0 s.*less than 5 s"):
        reconstruct(recording(paths), calibration, RBDS)


def test_a_marker_that_strays_is_refused_rebuilt_and_on_record(calibration, truth, paths):
    paths["R.MT1"][500:503] += 0.08
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert worst_turn_deg(rebuilt.poses, truth.poses) < 1e-4
    assert rebuilt.account()["markers refused, frames"] == {"R.MT1": 3}


def test_a_marker_that_the_trial_lacks_is_done_without(calibration, truth, paths):
    del paths["L.MT1"]
    rebuilt = reconstruct(recording(paths), calibration, RBDS)
    assert worst_turn_deg(rebuilt.poses, truth.poses) < 1e-5


def test_a_cluster_of_two_is_refused_by_name(calibration, paths):
    del paths["L.Shank.Top.Lateral"]
    del paths["L.Shank.Top.Medial"]
    with pytest.raises(MissingMarkers, match=r"L\.Shank\.Top\.Lateral, L\.Shank\.Top\.Medial"):
        reconstruct(recording(paths), calibration, RBDS)


def test_a_static_trial_without_a_landmark_is_refused_by_name():
    paths = still().paths_m
    del paths["R.Knee.Medial"]
    with pytest.raises(MissingMarkers, match=r"R\.Knee\.Medial.*rbds"):
        calibrate(recording(paths, "static"), RBDS)


def test_a_static_marker_seen_in_some_frames_is_enough():
    paths = still().paths_m
    paths["R.Knee.Medial"][:20] = np.nan
    standing = calibrate(recording(paths, "static"), RBDS).standing
    np.testing.assert_allclose(standing.R_world_segment["thigh_r"][0], np.eye(3), atol=1e-9)


@pytest.mark.parametrize("heading", [0.0, 0.8, 2.5, -1.7])
def test_overground_walkers_are_turned_to_walk_along_x(truth, heading):
    ahead = np.linspace(0, 4, truth.poses.samples)[:, None] * [1.0, 0, 0]
    R_turn = so3.about_y(np.array(heading))
    walked = SegmentPoses(
        rate_hz=RATE_HZ,
        R_world_segment={s: R_turn @ R for s, R in truth.poses.R_world_segment.items()},
        origin_m={s: (p + ahead) @ R_turn.T for s, p in truth.poses.origin_m.items()},
    )
    turned, angle = face_forward(walked)
    path = turned.origin_m["pelvis"]
    step = path[-1] - path[0]
    assert step[0] > 3
    assert step[2] == pytest.approx(0, abs=1e-9)
    assert np.cos(angle + heading) == pytest.approx(1, abs=1e-3)
    for joint, angles in turned.joint_angles().angles_rad.items():
        np.testing.assert_allclose(angles, truth.poses.joint_angles().angles_rad[joint], atol=1e-9)
