"""Whatever happens to a file, reading it ends in numbers or in one sentence, never otherwise."""

import numpy as np
import pytest

from kinefuse.errors import KinefuseError
from kinefuse.formats import FORMATS, read_streams
from kinefuse.recordings import ImuSession
from vendor_files import EXAMPLES, session

DAMAGES = 150
"""Of each row: cut somewhere, or some bytes changed."""
SENSORS = ("shank_r",)


@pytest.mark.parametrize("name", FORMATS)
def test_only_our_own_errors_escape(name, tmp_path):
    example = EXAMPLES[name]
    imus = session(example, seconds=0.2)
    if name != "published_npy":  # its files are about joints, which need all sensors
        imus = ImuSession(name=imus.name, sensors={s: imus[s] for s in SENSORS})
    files = example.write(tmp_path / "walk", imus)
    rng = np.random.default_rng(sum(name.encode()))
    said = []
    for _ in range(DAMAGES):
        file = files[rng.integers(len(files))]
        whole = file.read_bytes()
        file.write_bytes(damaged(whole, rng))
        try:
            read_streams(tmp_path / "walk")
        except KinefuseError as error:
            said.append(str(error))
        file.write_bytes(whole)
    assert said
    assert not any("\n" in sentence for sentence in said)
    assert read_streams(tmp_path / "walk").streams


def damaged(data: bytes, rng: np.random.Generator) -> bytes:
    """Cut short, or up to eight bytes changed."""
    if rng.random() < 0.5:
        return data[: rng.integers(len(data))]
    changed = bytearray(data)
    for place in rng.integers(len(data), size=rng.integers(1, 9)):
        changed[place] = rng.integers(256)
    return bytes(changed)
