"""A .npy file that grows row by row, so that what is written never has to fit into memory."""

from pathlib import Path

import numpy as np
from numpy.lib import format as npy


class GrowingArray:
    """Rows of float32 in a file that ``np.load`` can map."""

    def __init__(self, file: Path, columns: int) -> None:
        self._file, self._columns, self._rows = file.open("w+b"), columns, 0
        self._head()
        self._start = self._file.tell()

    def append(self, rows: np.ndarray) -> None:
        """Add rows at the end."""
        self._file.write(np.ascontiguousarray(rows, dtype="<f4").tobytes())
        self._rows += len(rows)

    def close(self) -> None:
        """Note the number of rows in the head; numpy leaves room for it there."""
        self._file.seek(0)
        self._head()
        assert self._file.tell() == self._start  # else the first row would be overwritten
        self._file.close()

    def _head(self) -> None:
        shape = (self._rows, self._columns)
        words = {"descr": "<f4", "fortran_order": False, "shape": shape}
        npy.write_array_header_1_0(self._file, words)
