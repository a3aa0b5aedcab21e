"""What a correction learns from: worn as asked, estimated, kept, and never made twice."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse.alignment import align
from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset.conditions import AS_WORN, MOUNTED, worn
from kinefuse.dataset.store import open_store, write_trial
from kinefuse.errors import UnreadableFile
from kinefuse.training.correction_config import UNTOLD, WearingConfig
from kinefuse.training.wearings import (
    PARTIAL,
    Wearing,
    estimated,
    keep,
    make_wearings,
    read_worn,
    wear,
    wearings,
)
from kinefuse.whole_body.wearing import ALIGNED
from toy import puppet_trial
from worn_legs import reckoned

CONFIG = WearingConfig(times={ALIGNED: 1, AS_WORN: 4, MOUNTED: 2}, partly=2)


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    for person in ("p1", "p2"):
        write_trial(folder, puppet_trial(person, seconds=3, rate_hz=200.0))
    return open_store(folder)


def of(condition, seed=0, segments=SEGMENTS):
    return Wearing(person="p1", trial="walk", condition=condition, seed=seed, segments=segments)


def test_every_trial_is_worn_as_often_as_asked(store):
    wanted = wearings(store.sound, CONFIG)
    assert len({w.file(store.folder) for w in wanted}) == len(wanted) == 2 * 7
    assert [w.condition for w in wanted[:7]] == [ALIGNED] + 4 * [AS_WORN] + 2 * [MOUNTED]
    assert [len(w.segments) < 7 for w in wanted[:5]] == [False, False, False, True, True]
    again = wearings(store.sound, replace(CONFIG, seed=1))
    assert not {w.seed for w in wanted} & {w.seed for w in again}


def test_as_worn_is_what_is_scored():
    trial = puppet_trial("p1", seconds=3)
    seen = wear(trial, of(AS_WORN, seed=5))
    session = seen.trial.imus
    assert not seen.alignment
    expected = worn(trial, AS_WORN, 5).imus
    np.testing.assert_array_equal(session["shank_l"].acc_m_s2, expected["shank_l"].acc_m_s2)
    seen = wear(trial, of(ALIGNED))
    clean = seen.trial.imus
    assert max(found.tilt_sd_deg for found in seen.alignment.values()) < 0.2
    np.testing.assert_allclose(clean["foot_r"].gyr_rad_s, trial.imus["foot_r"].gyr_rad_s)


def test_some_sensors_are_left_at_home():
    trial = puppet_trial("p1", seconds=3)
    assert set(wear(trial, of(AS_WORN, segments=PARTIAL[0])).trial.imus.sensors) == set(PARTIAL[0])


def test_mounted_sensors_are_turned_anyhow_and_aligned_again():
    """Alignment brings them within what it promises; nothing is left of the mounting itself."""
    trial = puppet_trial("p1", seconds=20)
    glued = wear(trial, of(ALIGNED)).trial.imus
    for seed in (1, 2):
        seen = wear(trial, of(MOUNTED, seed=seed))
        assert set(seen.alignment) == set(SEGMENTS)
        mounted = seen.trial.imus
        for segment in ("thigh_r", "shank_l"):
            up = mounted[segment].acc_m_s2.mean(axis=0)
            expected = glued[segment].acc_m_s2.mean(axis=0)
            cosine = up @ expected / np.linalg.norm(up) / np.linalg.norm(expected)
            assert np.rad2deg(np.arccos(cosine)) < 25


def test_a_mounting_may_be_anything_and_is_another_each_time(monkeypatch):
    trial, mounted = puppet_trial("p1", seconds=4), []

    def look(session, activity):
        mounted.append(session)
        return align(session, activity)

    monkeypatch.setattr("kinefuse.whole_body.wearing.align", look)
    for seed in (1, 2):
        wear(trial, of(MOUNTED, seed=seed))
    up = np.stack([[s[segment].acc_m_s2.mean(axis=0) for segment in SEGMENTS] for s in mounted])
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    assert np.abs(up.mean(axis=1)).max() < 0.8  # no common direction among the sensors
    assert np.median(np.einsum("si,si->s", *up)) < 0.7  # nor between the times
    strength = [np.linalg.norm(s["foot_r"].acc_m_s2, axis=-1) for s in mounted]
    np.testing.assert_allclose(
        strength[0], np.linalg.norm(worn(trial, AS_WORN, 1).imus["foot_r"].acc_m_s2, axis=-1)
    )


@pytest.mark.parametrize("segments", PARTIAL)
def test_every_part_holds_a_joint(segments):
    assert set(segments) <= set(SEGMENTS)
    assert any({j.proximal, j.distal} <= set(segments) for j in JOINTS.values())


def test_a_wearing_comes_back_from_disk_as_it_was(tmp_path):
    trial = puppet_trial("p1", seconds=3, rate_hz=200.0)
    body = estimated(trial, of(AS_WORN, 3, PARTIAL[3]), 100.0, reckoned)
    file = body.wearing.file(tmp_path)
    keep(file, body)
    back = read_worn(file)
    assert back.wearing == body.wearing
    assert back.source == "puppets, CC0"
    assert back.signals.vectors.dtype == np.float32
    np.testing.assert_allclose(back.signals.vectors, body.signals.vectors, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(back.truth_rad, body.truth_rad, atol=1e-6)
    np.testing.assert_array_equal(back.signals.worn, body.signals.worn)


def test_the_truth_is_the_trials_own_in_the_order_of_joints():
    trial = puppet_trial("p1", seconds=3)
    body = estimated(trial, of(ALIGNED), 100.0, reckoned)
    for i, joint in enumerate(JOINTS):
        np.testing.assert_array_equal(body.truth_rad[:, i], trial.angles.angles_rad[joint])


def test_what_is_there_is_not_made_again(store, tmp_path):
    wanted = wearings(store.sound, CONFIG)
    asked, told = [], []

    def counting(session, activity, alignment):
        asked.append(activity)
        told.append(bool(alignment))
        return reckoned(session)

    first = make_wearings(store.sound, wanted, tmp_path, 100.0, counting)
    for _ in range(3):
        next(first)
    steps = list(make_wearings(store.sound, wanted, tmp_path, 100.0, counting))
    assert len(asked) == len(wanted)
    assert [step.done for step in steps] == list(range(1, 15))
    assert set(asked) == {"walking"}
    assert told[:7] == [True] + 4 * [False] + 2 * [True]


def test_a_damaged_wearing_is_named(tmp_path):
    file = tmp_path / "x.safetensors"
    file.write_bytes(b"\x00" * 64)
    with pytest.raises(UnreadableFile, match="this wearing is damaged"):
        read_worn(file)


def test_sensors_in_place_are_known_to_be_or_not():
    trial = puppet_trial("p1", seconds=3)
    known, unknown = (estimated(trial, of(c), 100.0, reckoned) for c in (ALIGNED, UNTOLD))
    np.testing.assert_array_equal(known.signals.vectors, unknown.signals.vectors)
    assert known.signals.glued.tolist() == [True]
    assert unknown.signals.glued.tolist() == [False]
