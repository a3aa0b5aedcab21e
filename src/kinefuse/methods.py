"""How a session's angles may be estimated: one row a method, and only what it needs is computed."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

import numpy as np
from jaxtyping import Float

from kinefuse.anatomy.joints import JOINTS
from kinefuse.classical import angles_between, classical_attitudes
from kinefuse.correction import CorrectionNetwork, load_correction
from kinefuse.errors import NoModel, UnknownChoice
from kinefuse.learned import answers_of, learned_angles
from kinefuse.networks.saved_model import load_model
from kinefuse.packaged import correction_in, packaged_correction, packaged_model
from kinefuse.recordings import ImuSession, JointAngles
from kinefuse.segment_orientations import SegmentOrientations, laid_over
from kinefuse.whole_body import Alignments, BodyAnswer, estimated_body


@dataclass(frozen=True, kw_only=True)
class Request:
    """What a method is given."""

    aligned: ImuSession
    """Sensors in segment axes."""
    activity: str
    alignment: Alignments
    model: Path | None = None
    """Folder of networks to use instead of the packaged ones."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a method says."""

    angles: JointAngles
    angles_sd_rad: Mapping[str, Float[np.ndarray, "_time 3"]] | None = None
    """One sigma, by joint; None where the method does not know."""
    model_name: str | None = None
    alternatives: Mapping[str, JointAngles] = field(default_factory=dict)
    """Other methods' answers that came for free on the way."""
    body: BodyAnswer | None = None
    """Everything else that the optimiser knows."""
    orientations: SegmentOrientations | None = None
    """In agreement with ``angles``; None from a method that knows no attitude at all."""


def optimised(request: Request) -> Answer:
    """The whole body, corrected by a network where there is one."""
    correction = _correction(request)
    found = estimated_body(request.aligned, request.activity, request.alignment, correction)
    return Answer(
        angles=found.angles,
        angles_sd_rad=found.angles_sd_rad,
        model_name=correction.card.name if correction else None,
        alternatives={"optimiser": found.body.angles} if correction else {},
        body=found,
        orientations=found.orientations(),
    )


def uncorrected(request: Request) -> Answer:
    """The whole body as physics has it, by no network at all."""
    found = estimated_body(request.aligned, request.activity, request.alignment)
    return Answer(
        angles=found.angles,
        angles_sd_rad=found.angles_sd_rad,
        body=found,
        orientations=found.orientations(),
    )


def classical(request: Request) -> Answer:
    """Each sensor filtered by itself."""
    attitudes = classical_attitudes(request.aligned, request.activity)
    angles = angles_between(request.aligned, attitudes)
    return Answer(angles=angles, orientations=laid_over(angles, attitudes))


def learned(request: Request, method: str) -> Answer:
    """One of the answers of the networks that look at a joint's two sensors.

    Each joint is answered by itself, in a world of its own. Orientations of the whole body are
    therefore the chain of these angles, laid over the attitudes of the method 'classical'.

    Raises:
        NoModel: There are no such networks for this activity.
        UnknownChoice: The model gives no such answer.
    """
    folder = request.model or packaged_model(request.activity)
    if folder is None:
        raise NoModel(request.activity)
    model = load_model(folder)
    attitudes = classical_attitudes(request.aligned, request.activity)
    at_rest = angles_between(request.aligned, attitudes)
    answers = learned_angles(request.aligned, model, at_rest) | {"classical": at_rest}
    if method not in answers:
        raise UnknownChoice("method for this model", method, known=answers)
    angles = answers.pop(method)
    return Answer(
        angles=angles,
        model_name=model.card.name,
        alternatives=answers,
        orientations=laid_over(angles, attitudes),
    )


METHODS: Mapping[str, Callable[[Request], Answer]] = {
    "map": optimised,
    "optimiser": uncorrected,
    "fused": partial(learned, method="fused"),
    "classical": classical,
    "network": partial(learned, method="network"),
    "orientation": partial(learned, method="orientation"),
}
"""The optimiser and its correction; without it; both networks of a joint fused; no network; the
angle network; the orientation network smoothed. Best first, by the mean-removed error on people
who wore real sensors (``revalidation/``)."""


def default_method(session: ImuSession, model: Path | None) -> str:
    """The first of ``METHODS``, unless a model was named that can do something else.

    That is one without a correction, whose networks can be fused for all of a session's joints:
    who names it wants to hear it.
    """
    if model is None or correction_in(model):
        return next(iter(METHODS))
    networks = load_model(model)
    kinds = {JOINTS[name].kind for name in session.joints()}
    fuses = all("fused" in answers_of(networks, kind) for kind in kinds)
    return "fused" if fuses else next(iter(METHODS))


def _correction(request: Request) -> CorrectionNetwork | None:
    """Of the model asked for, else the packaged one."""
    if request.model is not None:
        folder = correction_in(request.model)
    else:
        folder = packaged_correction(request.activity)
    return load_correction(folder) if folder else None
