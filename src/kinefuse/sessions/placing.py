"""Which sensor is on which segment, told by the motion, when some may be worn elsewhere.

As ``kinefuse.alignment.assignment``, with one more place: none of the segments. What a sensor there
feels is not known beforehand; it is taken for one where no segment's usual stride is nearer than
the limit beyond which nothing is called gait.

Sensors on one clock share the phase of their stride. Where clocks differ, every sensor has a phase
of its own, and what remains is the shape of its stride: which segment's it is, and whether it or
its mirror image is a right leg's.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from scipy.special import logsumexp

from kinefuse.alignment.assignment import (
    LONGEST_S,
    TEMPERATURE,
    compared,
    on_the_other_side,
    signatures_of,
)
from kinefuse.alignment.dealing import NOWHERE, Dealing
from kinefuse.alignment.own_strides import own_signatures
from kinefuse.alignment.stride_patterns import UNLIKE_GAIT, stride_patterns
from kinefuse.alignment.stride_signature import LEAST_REGULAR, share_in_rhythm
from kinefuse.alignment.vertical import busiest_stretch
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.recordings import ImuRecording, ImuSession

_SECOND = np.log(0.05)
"""Of sensors beyond seven, one in twenty is a second one on a segment, the rest are worn elsewhere
(a guess; the real recording with such, and the likelihoods there, would bear 1e-10 to 1)."""
_LEAST_SHARE = 0.1
"""Of a sensor's turning that is in the rhythm of the stride: pelves of real walks have 0.22 (with
turns) to 0.8, noise 0.02. What hardly moves would else pass for a quiet pelvis."""


@dataclass(frozen=True, kw_only=True)
class Placement:
    """Where the motion puts every sensor, and how sure that is."""

    segment_of: Mapping[str, str | None]
    """By label; None: worn elsewhere. Of more than seven sensors several may share a segment."""
    certainty: Mapping[str, float]
    """Probability of that place, by label."""
    fit: Mapping[str, float]
    """Log-likelihood of every sensor where it is; of two on one segment, the higher fits better."""
    sides_certainty: float
    """Probability that right and left are not the other way round."""
    as_said: float | None
    """Probability of all that labels say, together; None where they say nothing."""
    misfit: float
    """Mean squared deviation from usual gait in units of its spread: about 1 for the healthy."""
    regularity: float
    """How well the movement repeats after a stride: 0 not at all, 1 exactly."""

    @property
    def is_gait(self) -> bool:
        """Whether the movement is one from which anything can be told."""
        return self.misfit <= UNLIKE_GAIT and self.regularity >= LEAST_REGULAR

    def label_of(self, given: Mapping[str, str] | None = None) -> dict[str, str]:
        """Label of every segment: as given, else of the sensors there the one that fits best."""
        found = dict(given or {})
        taken = set(found.values())
        for label in sorted(self.fit, key=lambda label: -self.fit[label]):
            segment = self.segment_of[label]
            if segment is not None and label not in taken:
                found.setdefault(segment, label)
        return {s: found[s] for s in SEGMENTS if s in found}


def placed_by_motion(
    session: ImuSession, activity: str, said: Mapping[str, str] | None = None
) -> Placement:
    """The likeliest segment of every sensor.

    Args:
        session: Sensors under their labels, mounted anyhow, worn anywhere.
        activity: 'walking' or 'running'.
        said: Segments that labels name, by label; judged, not believed.

    Raises:
        TooShort: Less than one and a half strides.
    """
    seen = busiest_stretch(session, LONGEST_S)
    signatures, strides = signatures_of(seen)
    fits, misfit = compared(signatures, SEGMENTS, stride_patterns(activity))
    aside = [share_in_rhythm(imu, strides) < _LEAST_SHARE for imu in seen.sensors.values()]
    labels = list(session.sensors)
    return _dealt(labels, fits, misfit, aside, strides.regularity, activity, said or {})


def placed_one_by_one(
    sensors: Mapping[str, ImuRecording], activity: str, said: Mapping[str, str] | None = None
) -> Placement:
    """The same for sensors whose clocks differ, each by the shape of its own stride.

    Args:
        sensors: By label, of one rate; each may begin and end when it likes.
        activity: 'walking' or 'running'.
        said: Segments that labels name, by label; judged, not believed.

    Raises:
        TooShort: A sensor felt less than two of the slowest strides.
    """
    found = own_signatures(sensors, LONGEST_S)
    signatures = [signature for _, _, signature in found.values()]
    fits, misfit = compared(signatures, SEGMENTS, stride_patterns(activity))
    # Whichever phase each has: all are equally likely, and independent of each other.
    fits = logsumexp(fits, axis=-1, keepdims=True) - np.log(fits.shape[-1])
    misfit = misfit.min(axis=-1, keepdims=True)
    aside = [share_in_rhythm(imu, its) < _LEAST_SHARE for imu, its, _ in found.values()]
    regularity = next(iter(found.values()))[1].regularity
    return _dealt(list(sensors), fits, misfit, aside, regularity, activity, said or {})


def _dealt(
    labels: list[str],
    on_segments: np.ndarray,
    misfit: np.ndarray,
    aside: list[bool],
    regularity: float,
    activity: str,
    said: Mapping[str, str],
) -> Placement:
    """The likeliest way to deal sensors out, given how each fits every segment at every phase."""
    on_segments[np.array(aside)] = -np.inf
    patterns = stride_patterns(activity)
    at_limit = min(pattern.log_likelihood_at(UNLIKE_GAIT) for pattern in patterns.values())
    elsewhere = np.full((len(labels), 1, on_segments.shape[-1]), at_limit / TEMPERATURE)
    shared = _SECOND if len(labels) > len(SEGMENTS) else -np.inf
    dealing = Dealing(np.concatenate([on_segments, elsewhere], axis=1), shared)
    places, phase = dealing.best()
    chosen = [i for i, place in enumerate(places) if place != NOWHERE]
    certainty = dealing.certainty(dealing.anywhere())
    return Placement(
        segment_of={
            label: None if place == NOWHERE else SEGMENTS[place]
            for label, place in zip(labels, places, strict=True)
        },
        certainty={label: float(certainty[i, places[i]]) for i, label in enumerate(labels)},
        fit={label: float(dealing.fits[i, places[i], phase]) for i, label in enumerate(labels)},
        sides_certainty=_sides(dealing, places),
        as_said=_as_said(dealing, labels, said),
        misfit=float(np.mean([misfit[i, places[i], phase] for i in chosen])) if chosen else np.inf,
        regularity=regularity,
    )


def _sides(dealing: Dealing, places: list[int]) -> float:
    mirrored = [
        place if place == NOWHERE else SEGMENTS.index(on_the_other_side(SEGMENTS[place]))
        for place in places
    ]
    if mirrored == places:
        return 1.0
    found, other = (dealing.log_weight(dealing.only(way)) for way in (places, mirrored))
    return float(1 / (1 + np.exp(np.minimum(other - found, 700.0))))


def _as_said(dealing: Dealing, labels: list[str], said: Mapping[str, str]) -> float | None:
    named = [SEGMENTS.index(said[label]) if label in said else None for label in labels]
    if all(place is None for place in named):
        return None
    return float(np.exp(dealing.log_weight(dealing.only(named)) - dealing.log_weight()))
