"""What is believed before any sample: biases and alignment change slowly and start near zero."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse import so3
from kinefuse.optimiser.residuals import Residuals
from kinefuse.optimiser.unknowns import Unknowns


@dataclass(frozen=True, kw_only=True)
class Biases:
    """Every gyroscope's bias: around zero at first, then on a slow walk."""

    sd_rad_s: float
    walk_rad_s_sqrt_s: float
    apart_s: Float[np.ndarray, " interval"]

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """A row at the first knot, and one between neighbours."""
        bias = at.bias_rad_s.reshape(at.knots, -1)
        columns = at.layout.bias(*at.layout.segments)
        walk = 1 / (self.walk_rad_s_sqrt_s * np.sqrt(self.apart_s))[:, None]
        same = walk[:, :, None] * np.eye(len(columns))
        return [
            Residuals(
                name="bias prior",
                values=bias[:1] / self.sd_rad_s,
                columns=columns,
                jacobians=np.eye(len(columns))[None] / self.sd_rad_s,
            ),
            Residuals(
                name="bias walk",
                values=walk * np.diff(bias, axis=0),
                columns=columns,
                jacobians=-same,
                next_jacobians=same,
            ),
        ]


@dataclass(frozen=True, kw_only=True)
class Alignments:
    """Every segment's alignment: as sure as it was found, then slipping slowly."""

    sd_rad: Float[np.ndarray, "segment 3"]
    """About each axis of the segment."""
    walk_rad_sqrt_s: float
    apart_s: Float[np.ndarray, " interval"]

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """A row at the first knot, and one between neighbours."""
        columns = at.layout.alignment(*at.layout.segments)
        error = so3.log(at.A[0])
        blocks = so3.inverse_right_jacobian(error) / self.sd_rad[..., None]
        change = so3.log(so3.transpose(at.A[:-1]) @ at.A[1:])
        slip = 1 / (self.walk_rad_sqrt_s * np.sqrt(self.apart_s))[:, None, None]
        by_next = so3.inverse_right_jacobian(change)
        return [
            Residuals(
                name="alignment prior",
                values=(error / self.sd_rad).reshape(1, -1),
                columns=columns,
                jacobians=_diagonal(blocks[None]),
            ),
            Residuals(
                name="alignment walk",
                values=(slip * change).reshape(len(change), -1),
                columns=columns,
                # J_left^-1 = (J_right^-1)^T
                jacobians=-slip * _diagonal(so3.transpose(by_next)),
                next_jacobians=slip * _diagonal(by_next),
            ),
        ]


@dataclass(frozen=True, kw_only=True)
class Heading:
    """The first segment's heading at the first knot stays where it was: north is anywhere."""

    C_start: Float[np.ndarray, "3 3"]
    sd_rad: float = 1e-2

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """One number at the first knot."""
        first = at.layout.segments[0]
        turn = so3.log(at.turn(first)[:1] @ self.C_start.T)
        left = so3.transpose(so3.inverse_right_jacobian(turn))
        return [
            Residuals(
                name="heading",
                values=turn[:, 1:2] / self.sd_rad,
                columns=at.layout.turn(first),
                jacobians=left[:, 1:2] / self.sd_rad,
            )
        ]


def _diagonal(blocks: Float[np.ndarray, "knot segment 3 3"]) -> Float[np.ndarray, "knot row row"]:
    knots, segments = blocks.shape[:2]
    out = np.zeros((knots, 3 * segments, 3 * segments))
    for i in range(segments):
        own = slice(3 * i, 3 * i + 3)
        out[:, own, own] = blocks[:, i]
    return out
