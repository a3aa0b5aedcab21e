"""Tables of tensors that ``torch.save`` wrote, read without torch.

A zip of ``<name>/data.pkl`` (the structure, a pickle), ``<name>/byteorder`` and one file of raw
numbers a storage. The pickle is read by ``restricted_pickle``; tensors come as arrays.
"""

import io
import math
import zipfile
from pathlib import Path
from typing import Any

import numpy as np

from kinefuse.errors import UnreadableFile
from kinefuse.formats.restricted_pickle import Storage, plain_values

_TYPES = {
    "DoubleStorage": "f8",
    "FloatStorage": "f4",
    "HalfStorage": "f2",
    "LongStorage": "i8",
    "IntStorage": "i4",
    "ShortStorage": "i2",
    "CharStorage": "i1",
    "ByteStorage": "u1",
    "BoolStorage": "?",
}
_WAY_OUT = "copy it again"


def is_torch_zip(path: Path) -> bool:
    """Whether this is torch's present format; files before torch 1.6 have another."""
    return path.is_file() and zipfile.is_zipfile(path)


def read_torch_zip(path: Path) -> Any:
    """The values of such a file, with arrays in place of tensors.

    Raises:
        RefusedPickle: It wants to build something else.
        UnreadableFile: It is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as archive:
            if any(part.compress_type != zipfile.ZIP_STORED for part in archive.infolist()):
                raise UnreadableFile(path, "it is compressed, which torch never does", _WAY_OUT)
            return _read(archive, path)
    except (zipfile.BadZipFile, KeyError, IndexError, OverflowError, NotImplementedError) as error:
        raise UnreadableFile(path, f"it is damaged ({error})", _WAY_OUT) from error


def _read(archive: zipfile.ZipFile, path: Path) -> Any:
    names = [name for name in archive.namelist() if name.endswith("/data.pkl")]
    if len(names) != 1:
        raise UnreadableFile(path, "this zip holds no torch file", _WAY_OUT)
    root = names[0].removesuffix("data.pkl")
    order = ">" if _big_endian(archive, root) else "<"

    def tensor(storage: Storage, offset: int, size: tuple, strides: tuple, *_: Any) -> np.ndarray:
        if storage.kind not in _TYPES:
            raise UnreadableFile(path, f"it holds numbers of the type {storage.kind}", _WAY_OUT)
        dtype = np.dtype(order + _TYPES[storage.kind])
        raw = np.frombuffer(archive.read(f"{root}data/{storage.key}"), dtype)
        reach = offset + sum((n - 1) * step for n, step in zip(size, strides, strict=True))
        beyond = 0 not in size and max(reach + 1, math.prod(size)) > len(raw)
        if min(offset, 0, *size, *strides) < 0 or beyond:
            raise UnreadableFile(path, "a tensor reaches beyond its numbers", _WAY_OUT)
        steps = tuple(dtype.itemsize * step for step in strides)
        view = np.ndarray(size, dtype, raw.tobytes(), offset * dtype.itemsize, steps)
        return view.astype(dtype.newbyteorder("="))

    def parameter(data: np.ndarray, *_: Any) -> np.ndarray:
        return data

    builders = {f"torch.{kind}": tensor for kind in _TYPES} | {
        "torch._utils._rebuild_tensor_v2": tensor,
        "torch._utils._rebuild_parameter": parameter,
    }
    return plain_values(archive.read(names[0]), path, builders)


def _big_endian(archive: zipfile.ZipFile, root: str) -> bool:
    name = f"{root}byteorder"
    return name in archive.namelist() and archive.read(name) == b"big"
