"""Plain values are read as Python reads them; nothing else is built, imported or called."""

import builtins
import collections
import contextlib
import os
import pickle
import subprocess

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hostile import Trap, hostile_kwargs
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.formats.restricted_pickle import RefusedPickle, plain_values, read_plain_pickle

PROTOCOLS = range(pickle.HIGHEST_PROTOCOL + 1)
words = st.text(st.characters(exclude_categories=["Cs"]), max_size=8)
numbers = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | words
plain = st.recursive(
    numbers | st.binary(min_size=1, max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(words | st.integers(), inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
    ),
    max_leaves=20,
)


@given(value=plain, protocol=st.sampled_from([0, 1, 2, 3, 4, 5]))
def test_plain_values_are_what_python_reads(value, protocol):
    assert plain_values(pickle.dumps(value, protocol), "x") == value


def test_what_is_shared_is_read_and_numpys_numbers_become_plain_ones():
    shared = ["ReLU"]
    for protocol in PROTOCOLS:
        words = {"a": [shared, shared], "rate": np.float64(0.25), "width": np.int64(70)}
        read = plain_values(pickle.dumps(words, protocol), "x")
        assert read == {"a": [["ReLU"], ["ReLU"]], "rate": 0.25, "width": 70}
        assert type(read["rate"]) is float
        assert plain_values(pickle.dumps(collections.OrderedDict(b=1), protocol), "x") == {"b": 1}


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_command_is_named_and_not_run(tmp_path, protocol):
    file, flag = tmp_path / "model_kwargs.pkl", tmp_path / "flag"
    hostile_kwargs(file, flag, protocol)
    with pytest.raises(RefusedPickle, match=rf"model_kwargs\.pkl: .*'{os.name}\.system'"):
        read_plain_pickle(file)
    assert not flag.exists()
    pickle.loads(file.read_bytes())  # the trap works where it is opened carelessly
    assert flag.exists()


@pytest.mark.parametrize(
    "harm", [subprocess.run, builtins.eval, builtins.getattr, os.remove, np.load, pickle.loads]
)
@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_no_function_can_even_be_named(harm, protocol):
    with pytest.raises(RefusedPickle, match="no plain number"):
        plain_values(pickle.dumps([harm], protocol), "x")


@pytest.mark.parametrize(
    "value",
    [object(), {1, 2}, frozenset([1]), 1j, np.zeros(3), bytearray(b"x")],
    ids=lambda value: type(value).__name__,  # the same in every process
)
def test_what_is_no_plain_value_is_refused(value):
    for protocol in PROTOCOLS:
        with pytest.raises(KinefuseError):
            plain_values(pickle.dumps(value, protocol), "x")


def test_what_may_be_named_cannot_be_misused():
    calls = (
        b"cnumpy\ndtype\n(S'O'\nI0\nI1\ntR.",  # an array of objects
        b"ccollections\nOrderedDict\n(S'x'\ntR.",
        b"cnumpy\ndtype\n(S'f8'\nI0\nI1\ntR(I3\ntb(I1\ntR.",  # a call of what was built
        b"c_codecs\nencode\n(I1\nI2\ntR.",
    )
    for data in calls:
        with pytest.raises(KinefuseError):
            plain_values(data, "x")


@given(data=st.binary(max_size=60))
def test_noise_is_refused_in_a_sentence(data):
    with contextlib.suppress(KinefuseError):  # anything else is a failure
        plain_values(data, "noise")


@given(cut=st.integers(0, 200))
def test_a_truncated_pickle_is_refused(cut):
    data = pickle.dumps({"layers": [70, 70, 70], "conv_dropout": [0.296] * 3, "name": "x" * 60}, 4)
    with pytest.raises(UnreadableFile, match="pickle"):
        plain_values(data[: min(cut, len(data) - 1)], "x")


def test_a_trap_in_the_memory_is_refused_too(tmp_path):
    trap = Trap(tmp_path / "flag")
    with pytest.raises(RefusedPickle):
        plain_values(pickle.dumps([trap, trap], 2), "x")
    assert not (tmp_path / "flag").exists()
