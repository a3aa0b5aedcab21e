"""Comparisons find what was put in, and say of whom they speak."""

import json
from dataclasses import replace

import numpy as np
import pytest

from html_pages import Checker, assert_offline, text_of
from kinefuse.errors import UnreadableFile
from kinefuse.recordings import JointAngles
from kinefuse.report import compared_page
from kinefuse.report.compared import NothingToCompare, by_joint, by_side, compared
from kinefuse.report.results import read_result, with_truth
from result_folders import noisy_sines, write_result


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """Four people before and after, who bend five degrees more after."""
    place = tmp_path_factory.mktemp("results")
    before = [write_result(place / f"s{i}-before", seed=i, offset_deg=i) for i in range(4)]
    after = [write_result(place / f"s{i}-after", 10 + i, offset_deg=i + 5.0) for i in range(4)]
    return before, after


def results(folders, count=4):
    return tuple([read_result(f) for f in some[:count]] for some in folders)


def found_in(first, second, paired=False):
    groups = by_joint("before", first), by_joint("after", second)
    return compared(*groups, np.random.default_rng(0), paired=paired)


def test_two_recordings_are_compared_stride_by_stride(folders):
    found = found_in(*results(folders, 1))
    assert found.unit == "stride"
    assert found.cases == (18, 18)
    assert found.differing == len(found.curves) == 18
    for row in found.curves:
        np.testing.assert_allclose(row.test.difference, -5.0, atol=1.5)
    assert "not independent people" in compared_page.caution(found)


def test_a_recording_does_not_differ_from_itself(folders):
    first, _ = results(folders, 1)
    found = found_in(first, first)
    assert found.differing == 0
    assert "None of 18" in compared_page.headline(found)


def test_more_recordings_are_compared_person_by_person(folders):
    found = found_in(*results(folders))
    assert found.unit == "recording"
    assert found.cases == (4, 4)
    assert "somebody else" in compared_page.caution(found)
    flexion = next(r for r in found.figures if (r.joint, r.plane) == ("hip_r", 0))
    assert flexion.figure == "range"
    assert flexion.first.value == pytest.approx(40, abs=2)
    assert flexion.difference.holds(0.0)


def test_pairs_are_surer_than_strangers(folders):
    """People differ by degrees, their changes hardly: only pairs show these."""
    paired, unpaired = found_in(*results(folders), paired=True), found_in(*results(folders))
    highest = [
        next(r for r in found.figures if (r.joint, r.plane, r.figure) == ("knee_r", 0, "highest"))
        for found in (paired, unpaired)
    ]
    for row in highest:
        assert row.difference.value == pytest.approx(-5.0, abs=1.0)
    assert highest[0].difference.half_width < 0.5 * highest[1].difference.half_width
    assert highest[0].agreement is not None
    assert highest[0].agreement.bias.value == pytest.approx(highest[0].difference.value)
    assert highest[0].reliability.consistency.value > highest[0].reliability.agreement.value


def test_a_pair_without_a_joint_is_left_out_as_a_pair(folders):
    first, second = results(folders)
    hips = {n: a for n, a in first[1].angles.angles_rad.items() if not n.startswith("knee")}
    first[1] = replace(first[1], angles=JointAngles(rate_hz=100.0, angles_rad=hips))
    found = found_in(first, second, paired=True)
    knee = next(row for row in found.curves if row.joint == "knee_r")
    assert len(knee.first) == len(knee.second) == 3
    np.testing.assert_allclose(knee.test.difference, -5.0, atol=1.5)
    with pytest.raises(NothingToCompare, match="pairs"):
        found_in(first[:3], second, paired=True)


def test_a_pair_without_a_side_is_left_out_as_a_pair_of_timing_too(folders):
    """Each person stands longer than the last; nobody changes. Two lack their left side once."""
    first, second = results(folders)

    def standing(result, stance_s, sides="rl"):
        contacts = {side: result.contacts_s[side] for side in sides}
        return replace(
            result,
            contacts_s=contacts,
            toe_offs_s={side: times + stance_s for side, times in contacts.items()},
        )

    stances = (0.5, 0.55, 0.6, 0.65)
    before = [
        standing(r, s, "r" if s == stances[0] else "rl")
        for r, s in zip(first, stances, strict=True)
    ]
    after = [
        standing(r, s, "r" if s == stances[3] else "rl")
        for r, s in zip(second, stances, strict=True)
    ]
    found = found_in(before, after, paired=True)
    rows = {r.joint: r for r in found.timing if (r.figure, r.unit) == ("Stance", "s")}
    assert rows["r"].first.value == pytest.approx(np.mean(stances))
    assert rows["l"].first.value == pytest.approx(np.mean(stances[1:3]))
    for row in rows.values():
        assert row.difference.value == pytest.approx(0, abs=1e-9)
        assert row.difference.half_width < 1e-6


def test_too_few_recordings_cannot_differ_and_the_page_says_so(folders):
    found = found_in(*results(folders), paired=True)
    assert not found.can_tell  # 2 of 16 signs: p = 0.125
    assert "no difference can reach 5%" in compared_page.headline(found)
    assert "0.12" in compared_page.headline(found)


def test_right_and_left_of_one_recording(folders):
    """The right hip of the sines bends twice as far as the left."""
    first, _ = results(folders, 1)
    rng = np.random.default_rng(0)
    found = compared(by_side("r", first), by_side("l", first), rng, paired=False)
    assert {row.joint for row in found.curves} == {"hip", "knee", "ankle"}
    hip = next(r for r in found.figures if r.joint == "hip")
    assert hip.first.value == pytest.approx(2 * hip.second.value, rel=0.1)
    assert hip.difference.value == pytest.approx(20, abs=2)
    stance = next(r for r in found.timing if r.figure == "Stance" and r.unit == "s")
    assert stance.first.value == pytest.approx(0.6)
    assert stance.difference.value == pytest.approx(0, abs=1e-9)


def test_the_truth_is_met_at_the_estimates_times(folders):
    (result,), _ = results(folders, 1)
    fine = noisy_sines(0)
    known = {n: np.repeat(a, 2, axis=0)[:-1] for n, a in fine.angles_rad.items() if "knee" in n}
    for angles in known.values():
        angles[1::2] = (angles[:-1:2] + angles[2::2]) / 2
    truth = JointAngles(rate_hz=2 * fine.rate_hz, angles_rad=known)
    ours, theirs = with_truth(result, truth)
    assert set(ours.angles.angles_rad) == {"knee_r", "knee_l"}
    np.testing.assert_allclose(
        theirs.angles.angles_rad["knee_r"][:-1], fine.angles_rad["knee_r"][:-1], atol=1e-7
    )
    found = found_in([ours], [theirs], paired=True)
    assert found.unit == "stride"
    assert all(abs(row.difference.value) < 1e-3 for row in found.figures)
    text = text_of(compared_page.render(found, against_truth=True))
    assert "Against the truth" in text
    assert "ICC(2,1)" in text


def test_the_page_is_whole_offline_and_told_to_everyone(folders):
    html = compared_page.render(found_in(*results(folders), paired=True), against_truth=False)
    assert_offline(html)
    tags = Checker(html).tags
    assert tags.count("script") == 1  # folds parts on narrow screens
    assert tags.count("figure") == 18 + 6  # curves, and Bland-Altman of each joint
    assert tags.count("title") == 1 + 18
    text = text_of(html)
    assert text.index("Too few cases") < text.index("Over the gait cycle")
    assert "nan" not in text.lower()
    assert "s0-before" in text


def test_hostile_names_are_only_text(folders):
    hostile = "<script>alert(1)</script>"
    first, second = results(folders, 1)
    groups = by_joint(hostile, first), by_joint(hostile, second)
    html = compared_page.render(
        compared(*groups, np.random.default_rng(0), paired=False), against_truth=False
    )
    assert Checker(html).tags.count("script") == 1
    assert hostile not in html


def test_a_single_percent_of_the_stride_is_no_range(folders):
    curve = found_in(*results(folders)).curves[0]
    t = np.zeros(101)
    t[[9, *range(70, 76)]] = 5.0
    row = replace(curve, test=replace(curve.test, t=t, threshold=4.0))
    assert compared_page.region_row(row).regions == "9 %, 70 to 75 %"


def test_recordings_without_a_joint_in_common_are_refused(folders):
    (first,), (second,) = results(folders, 1)
    knee, hip = (
        JointAngles(rate_hz=100.0, angles_rad={n: r.angles.angles_rad[n]})
        for n, r in (("knee_r", first), ("hip_r", second))
    )
    one, other = (replace(first, angles=a) for a in (knee, hip))
    with pytest.raises(NothingToCompare, match="cannot be compared"):
        found_in([one], [other])


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (lambda f: (f / "summary.json").unlink(), "no folder of results"),
        (lambda f: (f / "summary.json").write_text("{"), "no JSON"),
        (lambda f: (f / "summary.json").write_text("[]"), "no summary"),
        (
            lambda f: (f / "summary.json").write_text(
                json.dumps(
                    {"session": "a", "activity": "walking", "method": "m", "gait": {"r": {}}}
                )
            ),
            "contacts_s",
        ),
    ],
)
def test_a_folder_that_says_too_little_is_refused(tmp_path, damage, words):
    folder = write_result(tmp_path / "one")
    damage(folder)
    with pytest.raises(UnreadableFile, match=words):
        read_result(folder)
