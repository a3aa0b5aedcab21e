"""An estimate comes back from its file as it was, and nothing else does."""

import json
import re
import typing
from dataclasses import dataclass, fields, is_dataclass

import h5py
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from kinefuse import so3
from kinefuse.alignment import SegmentAlignment
from kinefuse.errors import UnreadableFile
from kinefuse.estimation import Estimate, estimate
from kinefuse.quality.finding import Finding
from kinefuse.recordings import JointAngles
from kinefuse.report.page import render
from kinefuse.saved_estimate import ESTIMATE_FILE, NOUNS, read_estimate, write_estimate
from kinefuse.segment_orientations import SegmentOrientations
from made_up_estimates import made_up_estimate
from small_corrections import write_small_correction

words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=20)
numbers = st.floats(allow_nan=True, allow_infinity=True)


def equal(one, other):
    """The same nouns with the same numbers, bit by bit; NaN equals NaN."""
    if is_dataclass(one):
        return type(one) is type(other) and all(
            equal(getattr(one, f.name), getattr(other, f.name)) for f in fields(one)
        )
    if isinstance(one, np.ndarray):
        return one.dtype == other.dtype and np.array_equal(one, other, equal_nan=True)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(equal, one, other))
    if isinstance(one, typing.Mapping):
        return list(one) == list(other) and all(equal(one[k], other[k]) for k in one)
    both_nan = isinstance(one, float) and np.isnan(one) and np.isnan(other)
    return type(one) is type(other) and (one == other or both_nan)


def any_estimate(draw):
    """Any, without a body. Nouns are made outside strategies: type checks draw by chance."""
    curve = arrays.arrays(np.float64, (draw(st.integers(1, 4)), 3), elements=numbers)
    angles = JointAngles(
        rate_hz=draw(st.floats(1, 10_000)), angles_rad={"knee_r": draw(curve), "hip_l": draw(curve)}
    )
    R = so3.exp(np.linspace(-2, 2, 3 * angles.samples).reshape(-1, 3) * draw(st.floats(0, 1)))
    finding = st.fixed_dictionaries(
        dict.fromkeys(("check", "subject", "unit", "message", "source"), words)
        | {"passed": st.booleans(), "value": numbers, "limit": numbers}
    )
    thighs = SegmentOrientations(
        rate_hz=angles.rate_hz, R_world_segment={"thigh_r": R, "shank_r": R}
    )
    return Estimate(
        session_name=draw(words),
        activity=draw(st.sampled_from(["walking", "running"])),
        method=draw(words),
        model_name=draw(st.none() | words),
        angles=angles,
        alternatives={"classical": angles} if draw(st.booleans()) else {},
        alignment={
            "shank_r": SegmentAlignment(
                segment="shank_r",
                R_segment_sensor=R[0],
                method=draw(words),
                tilt_sd_deg=draw(numbers),
                heading_sd_deg=draw(numbers),
                note=draw(words),
            )
        },
        contacts_s={"r": draw(arrays.arrays(np.float64, st.integers(0, 3), elements=numbers))},
        findings=tuple(Finding(**found) for found in draw(st.lists(finding, max_size=12))),
        angles_sd_rad={"knee_r": angles.angles_rad["hip_l"]} if draw(st.booleans()) else None,
        orientations=thighs if draw(st.booleans()) else None,
    )


@settings(max_examples=40)
@given(data=st.data())
def test_any_estimate_comes_back_equal(tmp_path_factory, data):
    found = any_estimate(data.draw)
    path = tmp_path_factory.mktemp("saved") / ESTIMATE_FILE
    write_estimate(path, found)
    assert equal(found, read_estimate(path))


@pytest.fixture(scope="module")
def corrected(walker, tmp_path_factory):
    """With everything that an estimate can hold."""
    folder = tmp_path_factory.mktemp("models")
    write_small_correction(folder)
    worn = walker.worn(np.random.default_rng(1))[0]
    return estimate(worn, "walking", model=folder)


@pytest.fixture
def file(corrected, tmp_path):
    write_estimate(tmp_path / ESTIMATE_FILE, corrected)
    return tmp_path / ESTIMATE_FILE


def test_the_whole_body_comes_back_equal_and_its_report_is_the_same(corrected, file):
    again = read_estimate(file.parent)
    assert equal(corrected, again)
    assert json.dumps(again.summary()) == json.dumps(corrected.summary())
    assert render(again) == render(corrected)


def test_what_is_held_twice_is_stored_once(file):
    """The optimiser's angles stand in the body and among the alternatives."""
    again = read_estimate(file)
    for name, curve in again.alternatives["optimiser"].angles_rad.items():
        assert curve is again.body.body.angles.angles_rad[name]
    with h5py.File(file) as h5:
        one = h5["estimate/body/body/angles/angles_rad/knee_r"]
        assert one == h5["estimate/alternatives/optimiser/angles_rad/knee_r"]


def test_the_file_is_smaller_than_its_numbers(file):
    with h5py.File(file) as h5:
        curve = h5["estimate/body/body/angles/angles_rad/knee_r"]
        assert curve.id.get_storage_size() < 0.95 * curve.nbytes


@dataclass(frozen=True, kw_only=True)
class Longer(Estimate):
    """As an estimate may grow: with single values in a mapping and a tuple."""

    shares: typing.Mapping[str, object]
    counts: tuple[object, ...]


def test_single_values_in_mappings_and_tuples_come_back_as_pythons_own(
    walker, tmp_path, monkeypatch
):
    monkeypatch.setattr("kinefuse.saved_estimate.NOUNS", NOUNS | {"Longer": Longer})
    known = made_up_estimate(walker)
    held = {field.name: getattr(known, field.name) for field in fields(known)}
    shares = {"knee": 0.25, "sure": np.bool_(True), "steps": np.int64(3), "said": None}
    longer = Longer(**held, shares=shares, counts=(*range(12), "thirteen"))
    write_estimate(tmp_path / ESTIMATE_FILE, longer)
    again = read_estimate(tmp_path)
    assert equal(again.shares, {"knee": 0.25, "sure": True, "steps": 3, "said": None})
    assert equal(again.counts, (*range(12), "thirteen"))


def test_every_noun_of_an_estimate_can_be_stored():
    """Who adds a noun to an estimate adds a row."""

    def nouns_in(hint):
        if isinstance(hint, type) and is_dataclass(hint):
            yield hint.__name__
            for inner in typing.get_type_hints(hint).values():
                yield from nouns_in(inner)
        for inner in typing.get_args(hint):
            yield from nouns_in(inner)

    assert set(nouns_in(Estimate)) == set(NOUNS)


def test_nothing_but_these_is_ever_built(file):
    """A file that names something else is refused, and so is one whose noun is in a wrong state."""
    with h5py.File(file, "a") as h5:
        h5["estimate/angles"].attrs["kinefuse_noun"] = "Popen"
    with pytest.raises(UnreadableFile, match="Popen"):
        read_estimate(file)
    with h5py.File(file, "a") as h5:
        h5["estimate/angles"].attrs["kinefuse_noun"] = "JointAngles"
        h5["estimate/angles"].attrs["rate_hz"] = 1e9
    with pytest.raises(UnreadableFile, match="rate"):
        read_estimate(file)


def test_another_version_a_truncated_and_a_missing_file_are_refused(file, tmp_path):
    with h5py.File(file, "a") as h5:
        h5.attrs["layout"] = 99
    with pytest.raises(UnreadableFile, match=r"another version") as refused:
        read_estimate(file)
    assert "damaged" not in str(refused.value)
    with h5py.File(file, "a") as h5:
        h5.attrs["layout"] = 0
    with pytest.raises(UnreadableFile, match="another version"):
        read_estimate(file)
    with h5py.File(file, "a") as h5:
        del h5.attrs["layout"]  # a file of another program
    with pytest.raises(UnreadableFile, match="another version"):
        read_estimate(file)
    file.write_bytes(file.read_bytes()[:2000])
    with pytest.raises(UnreadableFile, match="holds no estimate"):
        read_estimate(file)
    (tmp_path / "words.h5").write_text("none")
    with pytest.raises(UnreadableFile, match="holds no estimate"):
        read_estimate(tmp_path / "words.h5")
    with pytest.raises(UnreadableFile, match="no such estimate"):
        read_estimate(tmp_path / "absent.h5")


@pytest.mark.parametrize("part", ["OHDR", "OCHK", "FRHP", "FHDB", "TREE", "HEAP", "SNOD", "GCOL"])
def test_damage_to_any_part_of_the_file_is_refused(part, walker, tmp_path):
    """By their signatures (HDF5 File Format Specification 3.0): each fails in its own way."""
    file = tmp_path / ESTIMATE_FILE
    write_estimate(file, made_up_estimate(walker, part=slice(400, 410)))
    whole = file.read_bytes()
    places = [found.start() for found in re.finditer(part.encode(), whole)]
    assert places
    for place in {places[0], places[len(places) // 2], places[-1]}:
        file.write_bytes(whole[:place] + b"oops" + whole[place + 4 :])
        with pytest.raises(UnreadableFile, match="holds no estimate"):
            read_estimate(file)


def test_orientations_that_are_no_matrices_are_refused(file):
    with h5py.File(file, "a") as h5:
        attitudes = h5["estimate/orientations/R_world_segment"]
        flat = attitudes["shank_r"][:, :, 0]
        del attitudes["shank_r"]
        attitudes["shank_r"] = flat
    with pytest.raises(UnreadableFile, match="holds no estimate"):
        read_estimate(file)


def test_a_file_of_something_else_than_an_estimate_is_refused(file):
    with h5py.File(file, "a") as h5:
        h5.copy("estimate/angles", "angles")
        del h5["estimate"]
        h5.move("angles", "estimate")
    with pytest.raises(UnreadableFile, match=r"holds no estimate.*name a folder of results"):
        read_estimate(file)


def test_a_noun_of_another_version_is_refused(file):
    with h5py.File(file, "a") as h5:
        h5["estimate"].attrs["invented"] = 1.0
    with pytest.raises(UnreadableFile, match="invented"):
        read_estimate(file)


def test_a_failure_leaves_what_was_there(corrected, file, monkeypatch):
    before = file.read_bytes()
    monkeypatch.setattr("kinefuse.saved_estimate.NOUNS", {"Estimate": Estimate})
    with pytest.raises(TypeError, match="is missing in"):
        write_estimate(file, corrected)
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [ESTIMATE_FILE]
