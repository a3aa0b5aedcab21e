"""Contacts found by gyroscopes against force plates, marker heights and simulated landings."""

import ezc3d
import numpy as np
import pytest

from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.motion import trial_of
from kinefuse.errors import UnreadableFile
from kinefuse.gait_events import (
    contacts_by_side,
    sound,
    stride_time_s,
    strides,
    toe_offs_by_side,
)
from kinefuse.simulation import gait
from kinefuse.simulation.person import draw_person

SIDE = {"Right": "r", "Left": "l"}
EDGE_S = 0.1  # a contact nearer than this to either end has no swing before or minimum after


def errors_s(found, truth):
    """Signed distance of every true contact to the nearest found one."""
    return np.array([(found - time)[np.argmin(np.abs(found - time))] for time in truth])


def force_plate_events(file, wanted):
    """When force plates first or last felt each foot, since the first frame [s]."""
    c3d = ezc3d.c3d(str(file))
    events = c3d["parameters"].get("EVENT", {})
    if "TIMES" not in events:
        return {}
    frame_rate = c3d["header"]["points"]["frame_rate"]
    begin = c3d["header"]["points"]["first_frame"] / frame_rate
    end = c3d["data"]["points"].shape[2] / frame_rate
    contacts = {}
    for label, side, time in zip(
        events["LABELS"]["value"],
        events["CONTEXTS"]["value"],
        np.reshape(events["TIMES"]["value"], (2, -1))[1],
        strict=True,
    ):
        if label == wanted and EDGE_S < time - begin < end - EDGE_S:
            contacts.setdefault(SIDE[side], []).append(time - begin)
    return contacts


def test_walking_contacts_agree_with_force_plates(shared_data):
    errors = []
    for source in find_sources([shared_data / "walking_markers_biomechzoo"]):
        truth = force_plate_events(source.file, "Foot Strike")
        if not truth:
            continue
        try:
            trial = trial_of(source.load(), 200.0)
        except UnreadableFile:
            continue  # no static trial beside it
        found = contacts_by_side(trial.imus.sensors)
        for side, times in truth.items():
            errors.extend(errors_s(found[side], times))
    assert len(errors) >= 15
    assert np.mean(np.abs(errors) <= 0.03) >= 0.9
    assert abs(np.median(errors)) < 0.01


def test_walking_toe_offs_agree_with_force_plates(shared_data):
    errors = []
    for source in find_sources([shared_data / "walking_markers_biomechzoo"]):
        truth = force_plate_events(source.file, "Foot Off")
        if not truth:
            continue
        try:
            trial = trial_of(source.load(), 200.0)
        except UnreadableFile:
            continue  # no static trial beside it
        contacts = contacts_by_side(trial.imus.sensors)
        found = toe_offs_by_side(trial.imus.sensors, contacts, "walking")
        for side, times in truth.items():
            inner = [t for t in times if contacts[side][0] < t < contacts[side][-1]]
            errors.extend(errors_s(found[side], inner))
    assert len(errors) >= 15
    assert np.mean(np.abs(errors) <= 0.03) >= 0.8
    assert abs(np.median(errors)) < 0.01


def test_running_toe_offs_agree_with_an_instrumented_treadmill(shared_data):
    file = shared_data / "running_markers_rbds" / "RBDS018runT35.c3d"
    (source,) = find_sources([file])
    trial = trial_of(source.load(), 200.0)
    sensors = trial.imus.sensors
    contacts = contacts_by_side(sensors)
    found = np.sort(np.concatenate([*toe_offs_by_side(sensors, contacts, "running").values()]))
    c3d = ezc3d.c3d(str(file))
    carried_kN = -c3d["data"]["analogs"][0][
        c3d["parameters"]["ANALOG"]["LABELS"]["value"].index("F1Z")
    ]
    carried = carried_kN > 0.05  # 50 N; the file's unit is kN, whatever it says
    left = (
        np.flatnonzero(~carried[1:] & carried[:-1])
        / c3d["parameters"]["ANALOG"]["RATE"]["value"][0]
    )
    errors = errors_s(left, found[2:-2])
    assert len(errors) > 60
    assert np.mean(np.abs(errors) <= 0.03) >= 0.95
    assert abs(np.median(errors)) < 0.015


def test_running_contacts_agree_with_the_height_of_the_foot(shared_data):
    folder = shared_data / "running_markers_rbds"
    errors = []
    for name in ("RBDS014runT35.c3d", "RBDS020runT25.c3d", "RBDS024runT45.c3d"):
        (source,) = find_sources([folder / name])
        trial = trial_of(source.load(), 200.0)
        for side, found in contacts_by_side(trial.imus.sensors).items():
            truth = foot_lowered(trial.poses, f"foot_{side}")
            errors.extend(errors_s(found, truth))
    assert len(errors) > 200
    assert np.mean(np.abs(errors) <= 0.03) >= 0.85
    assert abs(np.median(errors)) < 0.02


def foot_lowered(poses, foot):
    """When heel or ball come within a centimetre of where they stand."""
    R, ankle = poses.R_world_segment[foot], poses.origin_m[foot]
    heights = [(ankle + R @ np.array(p))[:, 1] for p in ([-0.05, -0.07, 0.0], [0.14, -0.07, 0.0])]
    down = np.min([height - np.percentile(height, 4) for height in heights], axis=0) < 0.01
    starts = np.flatnonzero(down[1:] & ~down[:-1]) + 1
    flight = int(0.15 * poses.rate_hz)
    return np.array([i for i in starts if i > flight and not down[i - flight : i].any()]) / (
        poses.rate_hz
    )


@pytest.mark.parametrize("activity", ["walking", "running"])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_contacts_of_simulated_people_are_where_they_land(activity, seed):
    seconds, rate_hz = 15.0, 200.0
    trial = gait.simulate_person(activity, np.random.default_rng(seed), seconds=seconds)
    for side, times in landings(activity, seed, seconds, rate_hz).items():
        truth = times[(times > 0.3) & (times < seconds - 0.3)]
        found = contacts_by_side(trial.imus.sensors)[side]
        inner = found[(found > 0.25) & (found < seconds - 0.25)]
        assert abs(len(inner) - len(truth)) <= 1
        assert np.abs(errors_s(found, truth)).max() < 0.02


def landings(activity, seed, seconds, rate_hz):
    """The simulator's own: each foot lands where its phase is a whole number."""
    for_person, for_strides = np.random.default_rng(seed).spawn(2)
    time_s = np.arange(-gait._MARGIN_S, seconds + gait._MARGIN_S, 1 / rate_hz)
    person = draw_person(activity, for_person)
    phases = gait._phases(person, gait.VARIABILITY[activity], for_strides, time_s)
    return {
        side: np.interp(np.arange(np.ceil(phase[0]), phase[-1]), phase, time_s)
        for side, phase in phases.items()
    }


def test_a_real_treadmill_walk_has_a_steady_cadence(shared_data):
    from kinefuse.alignment import align, in_segment_axes
    from kinefuse.sessions import read

    session = read(shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline")
    aligned = in_segment_axes(session, align(session, "walking"))
    times = {}
    for side, contacts in contacts_by_side(aligned.sensors).items():
        all_strides = strides(contacts)
        durations = [stride.duration_s for stride in sound(all_strides)]
        assert len(durations) > 35
        assert len(durations) >= 0.95 * len(all_strides)
        assert np.std(durations) < 0.05 * np.mean(durations)  # Hausdorff 2005: 2-4 % in health
        times[side] = stride_time_s(all_strides)
    assert times["r"] == pytest.approx(times["l"], rel=0.02)
