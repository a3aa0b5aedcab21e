"""A session's sensors in, the optimiser's estimate and its correction out."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from kinefuse.alignment import SegmentAlignment
from kinefuse.correction import CorrectedAngles, CorrectionNetwork, correct
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.optimiser import BodyEstimate, estimate_body
from kinefuse.recordings import ImuSession, JointAngles
from kinefuse.segment_orientations import SegmentOrientations, laid_over

Alignments = Mapping[str, SegmentAlignment]
"""By segment."""


@dataclass(frozen=True, kw_only=True)
class BodyAnswer:
    """What the optimiser found, and what the correction network made of it."""

    body: BodyEstimate
    corrected: CorrectedAngles | None = None
    """None without a correction network."""

    @property
    def angles(self) -> JointAngles:
        """The corrected angles where there are any, else the optimiser's."""
        return self.corrected.angles if self.corrected else self.body.angles

    @property
    def angles_sd_rad(self) -> Mapping[str, Float[np.ndarray, "_time 3"]]:
        """One sigma of ``angles``, by joint."""
        return self.corrected.sd_rad if self.corrected else self.body.angles_sd_rad

    def orientations(self) -> SegmentOrientations:
        """Attitudes of all segments that agree with ``angles``.

        The optimiser's own, with its standard deviations, where nothing was corrected. Corrected
        angles say nothing of the world: they make a chain, which is laid over the optimiser's
        attitudes, and how sure that is nobody knows.
        """
        if self.corrected:
            return laid_over(self.corrected.angles, self.body.R_world_segment)
        return SegmentOrientations(
            rate_hz=self.body.rate_hz,
            R_world_segment=self.body.R_world_segment,
            sd_rad=self.body.R_world_segment_sd_rad,
        )


def estimated_body(
    aligned: ImuSession,
    activity: str,
    alignment: Alignments,
    correction: CorrectionNetwork | None = None,
    condition: str = AS_WORN,
) -> BodyAnswer:
    """Attitudes and angles of everything between the sensors.

    Args:
        aligned: Sensors in segment axes, at any rate.
        activity: 'walking' or 'running'.
        alignment: How sure each sensor's alignment is; a segment that is missing is taken to be
            strapped on as people usually do.
        correction: Of this activity; None leaves the optimiser's own answer.
        condition: Told to the correction, one of ``dataset.conditions.CONDITIONS``; real sensors
            are worn, however they were aligned.
    """
    body = estimate_body(aligned, activity, alignment=alignment)
    if correction is None:
        return BodyAnswer(body=body)
    return BodyAnswer(body=body, corrected=correct(aligned, body, correction, condition))
