"""How long each person of a published ``*_meta.h5`` was recorded, without reading the signals."""

from pathlib import Path

import h5py

from kinefuse.formats.published_lab import opened


def frames_in(path: Path) -> dict[str, int]:
    """Frames of every person's markers; 0 where there are none.

    Raises:
        UnreadableFile: This is not readable HDF5.
    """
    with opened(path) as h5:
        return {str(person): _frames(h5.get(f"{person}/markers")) for person in h5}


def _frames(markers: object) -> int:
    if not isinstance(markers, h5py.Group):
        return 0
    paths = [path for path in markers.values() if isinstance(path, h5py.Dataset) and path.ndim]
    return max((path.shape[0] for path in paths), default=0)
