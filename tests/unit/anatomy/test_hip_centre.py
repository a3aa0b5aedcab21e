"""Hip centres against figures worked out by hand."""

import numpy as np
import pytest

from kinefuse.anatomy.hip_centre import HIP_CENTRES, hip_centres
from kinefuse.errors import UnknownChoice

PELVIS = {  # 240 mm wide, 150 mm deep, level
    "asis_r": np.array([0.0, 1.0, 0.12]),
    "asis_l": np.array([0.0, 1.0, -0.12]),
    "psis_middle": np.array([-0.15, 1.0, 0.0]),
    "trochanter_r": np.array([-0.04, 0.9, 0.18]),
    "trochanter_l": np.array([-0.04, 0.9, -0.18]),
}


def test_harrington_on_a_pelvis_of_240_by_150_mm():
    # -0.24 * 150 - 9.9, -0.30 * 240 - 10.9, 0.33 * 240 + 7.3
    hips = hip_centres("harrington", PELVIS, np.eye(3))
    np.testing.assert_allclose(hips["r"], [-0.0459, 1.0 - 0.0829, 0.0865], atol=1e-12)
    np.testing.assert_allclose(hips["l"], [-0.0459, 1.0 - 0.0829, -0.0865], atol=1e-12)


def test_a_quarter_between_the_trochanters():
    hips = hip_centres("trochanters", PELVIS, np.eye(3))
    np.testing.assert_allclose(hips["r"], [-0.04, 0.9, 0.09], atol=1e-12)
    np.testing.assert_allclose(hips["l"], [-0.04, 0.9, -0.09], atol=1e-12)


@pytest.mark.parametrize("method", HIP_CENTRES)
def test_every_method_turns_and_moves_with_the_person(method):
    turn = np.array([[0.0, 0, 1], [0, 1, 0], [-1, 0, 0]])
    shift = np.array([1.0, 0.2, -3.0])
    moved = {name: turn @ p + shift for name, p in PELVIS.items()}
    before = hip_centres(method, PELVIS, np.eye(3))
    after = hip_centres(method, moved, turn)
    for side, hip in before.items():
        np.testing.assert_allclose(after[side], turn @ hip + shift, atol=1e-12)


def test_an_unknown_method_lists_the_known_ones():
    with pytest.raises(UnknownChoice, match=r"guess.*harrington"):
        hip_centres("guess", PELVIS, np.eye(3))
