"""Every error names the culprit, the expectation and the way out, in one sentence."""

import inspect

import pytest

from kinefuse import errors

EXAMPLES = [
    errors.UnreadableFile("walk.c3d", "it is empty", "export it again"),
    errors.MissingSensor(["foot_l"], ["pelvis"]),
    errors.UnequalLengths("walk", {"acc": 3, "gyr": 4}),
    errors.UnequalRates("walk", [200.0, 100.0]),
    errors.NotFinite("foot_l gyroscope", 3, 7),
    errors.LooksLikeDegrees("foot_l", 700.0),
    errors.WrongAccelerationUnit("foot_l", 1.0),
    errors.TooShort("foot_l", 3, 2),
    errors.UnknownChoice("joint", "elbow", ["knee"]),
    errors.WouldOverwrite("out"),
]


@pytest.mark.parametrize("error", EXAMPLES, ids=lambda e: type(e).__name__)
def test_the_message_is_one_sentence_with_a_way_out(error):
    message = str(error)
    assert isinstance(error, errors.KinefuseError)
    assert message.endswith(".")
    assert "\n" not in message
    assert ";" in message  # what is wrong; what to do


CULPRITS = ["walk.c3d", "foot_l", "walk", "100, 200 Hz", "foot_l gyroscope"]


@pytest.mark.parametrize(("error", "culprit"), list(zip(EXAMPLES, CULPRITS, strict=False)))
def test_the_message_names_the_culprit(error, culprit):
    assert culprit in str(error)


def test_all_kinds_descend_from_the_root():
    kinds = [kind for _, kind in inspect.getmembers(errors, inspect.isclass)]
    for kind in kinds:
        if issubclass(kind, Exception):
            assert issubclass(kind, errors.KinefuseError)


def test_one_sample_is_told_in_the_singular():
    assert "sample 250 is NaN" in str(errors.NotFinite("pelvis", first_sample=250, count=1))
    assert "3 samples are NaN" in str(errors.NotFinite("pelvis", first_sample=250, count=3))
