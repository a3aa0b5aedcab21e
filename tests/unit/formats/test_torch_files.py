"""Tensors of torch's files are read without torch, as torch's own careful loader reads them."""

import subprocess
import sys
import zipfile

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hostile import hostile_legacy, hostile_torch
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.formats.restricted_pickle import RefusedPickle
from kinefuse.formats.torch_files import is_torch_zip, read_torch_zip
from kinefuse.formats.torch_legacy import read_legacy

TYPES = [torch.float32, torch.float64, torch.float16, torch.int64, torch.int32, torch.bool]
ANY_FILE = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])


@given(
    shape=st.lists(st.integers(0, 4), max_size=3),
    dtype=st.sampled_from(TYPES),
    turned=st.booleans(),
)
@ANY_FILE
def test_any_tensor_comes_back(tmp_path, shape, dtype, turned):
    values = torch.randn(shape, generator=torch.Generator().manual_seed(1)).to(dtype)
    values = values.transpose(0, -1) if turned and values.ndim else values
    torch.save({"a": values, "b": [values, 3, "word"]}, tmp_path / "x.pt")
    read = read_torch_zip(tmp_path / "x.pt")
    np.testing.assert_array_equal(read["a"], values.numpy())
    assert read["a"].dtype == values.numpy().dtype
    assert read["b"][1:] == [3, "word"]


def test_slices_parameters_and_shared_storages_come_back(tmp_path):
    whole = torch.arange(24.0).reshape(4, 6)
    kept = {"part": whole[1:3, 2:5], "row": whole[2], "weight": torch.nn.Parameter(whole)}
    torch.save(kept, tmp_path / "x.pt")
    read = read_torch_zip(tmp_path / "x.pt")
    for name, values in kept.items():
        np.testing.assert_array_equal(read[name], values.detach().numpy())


@pytest.mark.parametrize("prefix", ["Walking_Knee_", "Running_Hip_"])
def test_the_real_files_are_read_as_by_torch(prefix, shared_data):
    file = shared_data / "checkpoints_conv1d" / f"{prefix}norm_dict.pt"
    ours = read_torch_zip(file)["params"]
    theirs = torch.load(file, map_location="cpu", weights_only=True)["params"]
    assert set(ours) == set(theirs)
    for name, values in theirs.items():
        np.testing.assert_array_equal(ours[name], values.numpy())


def test_torch_is_not_needed(tmp_path):
    torch.save({"a": torch.ones(3)}, tmp_path / "x.pt")
    program = (
        "import sys; from pathlib import Path; from kinefuse.formats.torch_files import *; "
        f"print(read_torch_zip(Path('{tmp_path / 'x.pt'}'))['a'].sum(), 'torch' in sys.modules)"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert ran.stdout.split() == ["3.0", "False"]


def test_a_command_inside_is_named_and_not_run(tmp_path):
    file, flag = tmp_path / "norm_dict.pt", tmp_path / "flag"
    hostile_torch(file, flag)
    with pytest.raises(RefusedPickle, match=r"norm_dict\.pt: .*\.system'"):
        read_torch_zip(file)
    assert not flag.exists()


def test_files_of_before_2020_are_read_by_torchs_careful_loader(tmp_path):
    torch.save({"a": torch.ones(3)}, tmp_path / "x.pt", _use_new_zipfile_serialization=False)
    assert not is_torch_zip(tmp_path / "x.pt")
    np.testing.assert_array_equal(read_legacy(tmp_path / "x.pt")["a"], np.ones(3))
    file, flag = tmp_path / "old.pt", tmp_path / "flag"
    hostile_legacy(file, flag)
    with pytest.raises(RefusedPickle, match=r"old\.pt: .*\.system'"):
        read_legacy(file)
    assert not flag.exists()


def test_noise_and_truncated_files_are_refused(tmp_path):
    file = tmp_path / "x.pt"
    torch.save({"a": torch.ones(300)}, file)
    whole = file.read_bytes()
    for data in (b"", b"noise", whole[: len(whole) // 2]):
        file.write_bytes(data)
        assert not is_torch_zip(file)
        with pytest.raises(UnreadableFile, match="torch file"):
            read_legacy(file)


@pytest.mark.parametrize("fault", ["beyond", "missing storage", "compressed", "no pickle", "huge"])
def test_a_zip_that_lies_is_refused(tmp_path, fault):
    file = tmp_path / "x.pt"
    torch.save({"a": torch.ones(30)}, file)
    with zipfile.ZipFile(file) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    how = zipfile.ZIP_DEFLATED if fault == "compressed" else zipfile.ZIP_STORED
    pickle_name = next(name for name in parts if name.endswith("data.pkl"))
    storage = next(name for name in parts if name.endswith("data/0"))
    if fault == "beyond":
        parts[storage] = parts[storage][:40]
    if fault == "missing storage":
        del parts[storage]
    if fault == "no pickle":
        del parts[pickle_name]
    if fault == "huge":  # 30 elements one element apart become 2^31 - 1 of them on one place
        size = b"K\x1e\x85"
        parts[pickle_name] = parts[pickle_name].replace(size, b"J\xff\xff\xff\x7f\x85")
        parts[pickle_name] = parts[pickle_name].replace(b"K\x01\x85", b"K\x00\x85")
    with zipfile.ZipFile(file, "w", how) as archive:
        for name, data in parts.items():
            archive.writestr(name, data)
    with pytest.raises(KinefuseError, match=r"x\.pt"):
        read_torch_zip(file)
