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
                values=(slip * change).reshape(len(change), len(columns)),
                columns=columns,
                # J_left^-1 = (J_right^-1)^T
                jacobians=-slip * _diagonal(so3.transpose(by_next)),
                next_jacobians=slip * _diagonal(by_next),
            ),
        ]


@dataclass(frozen=True, kw_only=True)
class Start:
    """The first knot is somewhere near where the start says: north is anywhere.

    Without it nothing would pin the common heading, nor a sensor's inclination or heading if the
    witnesses that know them are switched off.
    """

    C_start: Float[np.ndarray, "segment 3 3"]
    sd_rad: float = 0.5
    """Of every turn: thirty degrees, which tell nothing where anybody knows better."""
    heading_sd_rad: float = 1e-2
    """Of the first segment's heading, which everybody else's then follows."""

    def linearise(self, at: Unknowns) -> Sequence[Residuals]:
        """A row of three a segment at the first knot, and one number for the heading."""
        turned = so3.log(at.C[0] @ so3.transpose(self.C_start))
        by_step = so3.transpose(so3.inverse_right_jacobian(turned))
        segments = at.layout.segments
        return [
            Residuals(
                name="start",
                values=turned.reshape(1, -1) / self.sd_rad,
                columns=at.layout.turn(*segments),
                jacobians=_diagonal(by_step[None]) / self.sd_rad,
            ),
            Residuals(
                name="heading",
                values=turned[:1, 1:2] / self.heading_sd_rad,
                columns=at.layout.turn(segments[0]),
                jacobians=by_step[:1, 1:2] / self.heading_sd_rad,
            ),
        ]


def _diagonal(blocks: Float[np.ndarray, "knot segment 3 3"]) -> Float[np.ndarray, "knot row row"]:
    knots, segments = blocks.shape[:2]
    out = np.zeros((knots, 3 * segments, 3 * segments))
    for i in range(segments):
        own = slice(3 * i, 3 * i + 3)
        out[:, own, own] = blocks[:, i]
    return out
