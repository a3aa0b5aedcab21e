"""The first words a reader meets follow from the evidence."""

from dataclasses import replace

import pytest

from kinefuse.report.cycles import cut_cycles
from kinefuse.report.verdict import readable, verdict
from known_angles import finding


def judged(estimate):
    return verdict(estimate, cut_cycles(estimate.angles, estimate.contacts_s))


def unsure(estimate, segment, **changes):
    alignment = dict(estimate.alignment)
    alignment[segment] = replace(alignment[segment], **changes)
    return replace(estimate, alignment=alignment)


def test_a_sound_estimate_has_nothing_against_it(estimate):
    assert judged(estimate).level == "sound"
    assert judged(estimate).reasons == ()


def test_a_failed_check_is_told_with_its_subject(estimate):
    bad = finding(passed=False, message="the sensor reads 12.14 m/s2.")
    found = judged(replace(estimate, findings=(*estimate.findings, bad)))
    assert found.level == "care"
    assert found.reasons == ("Right foot: the sensor reads 12.14 m/s2.",)


def test_many_failed_checks_forbid_trust(estimate):
    bad = finding(passed=False)
    assert judged(replace(estimate, findings=(bad, bad, bad))).level == "doubt"


def test_no_strides_forbid_trust(without_strides):
    found = judged(without_strides)
    assert found.level == "doubt"
    assert "No strides were found" in found.reasons[0]


def test_few_strides_ask_for_care(estimate):
    few = {side: times[:4] for side, times in estimate.contacts_s.items()}
    found = judged(replace(estimate, contacts_s=few))
    assert found.level == "care"
    assert "3 strides only" in found.reasons[0]


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [("heading_sd_deg", 25.0, "long axis"), ("tilt_sd_deg", 9.0, "tilt")],
)
def test_an_unsure_alignment_says_which_sensor_and_what_follows(estimate, field, value, words):
    found = judged(unsure(estimate, "thigh_l", **{field: value}))
    assert found.level == "care"
    assert words in found.reasons[0]
    assert "left thigh" in found.reasons[0]
    assert f"{value:.0f} degrees" in found.reasons[0]


def test_an_unknown_alignment_is_no_sure_one(estimate):
    assert judged(unsure(estimate, "pelvis", heading_sd_deg=float("nan"))).level == "care"


def test_several_unsure_sensors_share_a_sentence(estimate):
    for segment in ("foot_l", "foot_r"):
        estimate = unsure(estimate, segment, heading_sd_deg=20.0)
    (reason,) = judged(estimate).reasons
    assert "right foot and left foot" in reason


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("thigh_r", "right thigh"),
        ("foot_l gyroscope", "left foot gyroscope"),
        ("pelvis", "pelvis"),
        ("Sub_01", "Sub_01"),
    ],
)
def test_names_are_made_readable(name, words):
    assert readable(name) == words
