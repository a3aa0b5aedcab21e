"""How the sensors are worn, by whom doing what: held against what a person said of it."""

import numpy as np

from kinefuse.alignment.assignment_check import AS_LABELLED
from kinefuse.alignment.reference_posture import GAIT, up_in_segment
from kinefuse.alignment.stride_patterns import UNLIKE_GAIT
from kinefuse.alignment.stride_signature import LEAST_REGULAR
from kinefuse.alignment.vertical import STILL_S, still_pose
from kinefuse.doctor.wearing import EVERYBODY, Wearing, WornCheck


def _label_probabilities(worn: Wearing) -> dict[str, float]:
    """By segment, how probable its label is [%]; nothing where the sides are exchanged."""
    found = worn.places
    if found is None or worn.sides_exchanged:
        return {}
    together = 100 * found.as_labelled
    return {
        s: together if moved != s else 100 * found.certainty[s]
        for s, moved in found.segment_of.items()
    }


def _side_probability(worn: Wearing) -> dict[str, float]:
    """How probable it is [%] that right is right; nothing without three sensors on legs."""
    found = worn.places
    if found is None or sum(s != "pelvis" for s in found.segment_of) < 3:
        return {}
    return {EVERYBODY: 100 * (found.as_labelled if worn.sides_exchanged else 1.0)}


def _misfit(worn: Wearing) -> dict[str, float]:
    """Deviation from usual gait, of the activity that fits better."""
    return {EVERYBODY: best.misfit} if (best := worn.best) else {}


def _regularity(worn: Wearing) -> dict[str, float]:
    """How well the movement repeats after a stride."""
    return {EVERYBODY: best.regularity} if (best := worn.best) else {}


def _activity_ratio(worn: Wearing) -> dict[str, float]:
    """Misfit of the activity that was said, over that of the other."""
    if worn.places is None or worn.as_said is None or worn.as_other is None:
        return {}
    return {EVERYBODY: worn.as_said.misfit / worn.as_other.misfit}


def _stillest(worn: Wearing) -> dict[str, float]:
    """Length of a still pose [s]: that which is looked for, or none."""
    if worn.session is None:
        return {}
    return {EVERYBODY: STILL_S if still_pose(worn.session) is not None else 0.0}


def _contradictions(worn: Wearing) -> dict[str, float]:
    """Angle [deg] between up as gravity has it and as a known mounting has it."""
    angles = {}
    for segment, R in worn.description.mountings.items():
        if segment not in worn.sensors:
            continue
        felt = worn.sensors[segment].acc_m_s2.mean(axis=0)
        usual = GAIT[worn.description.activity][segment.partition("_")[0]]
        cosine = up_in_segment(usual, segment) @ (R @ felt) / max(np.linalg.norm(felt), 1e-9)
        angles[segment] = float(np.rad2deg(np.arccos(np.clip(cosine, -1.0, 1.0))))
    return angles


WORN_CHECKS = (
    WornCheck(
        name="place",
        measure=_label_probabilities,
        lowest=100 * AS_LABELLED,
        unit="% probable",
        source="seven real recordings have 99 or more; below 0.3 with any two exchanged",
        sees="{label}, said to be on {segment}, moves as {moved} does",
        consequence="angles are those of other joints than their names say",
        remedy="look where each sensor was worn, and correct session.toml",
    ),
    WornCheck(
        name="left and right",
        measure=_side_probability,
        lowest=100 * AS_LABELLED,
        unit="% probable",
        source="left strides are the mirror image of right ones",
        sees="sensors said to be on one leg move as those of {likeness} do",
        consequence="each leg's angles carry the other leg's name, and adduction and rotation "
        "their opposite sign",
        remedy="look where each sensor was worn, and exchange _r and _l in session.toml; if they "
        "are right, all accelerometers have the wrong sign, or all axes are left-handed",
    ),
    WornCheck(
        name="gait",
        measure=_misfit,
        highest=UNLIKE_GAIT,
        unit="times the usual spread, squared",
        source="300 simulated people have 0.1 to 1.0, five real walks 0.4 to 0.7",
        sees="strides are {value:.1f} from usual ones",
        consequence="sensors are aligned by usual gait, so angles may be off by a constant; "
        "whether sensors are where they are said to be is not known",
        severity="doubt",
        remedy="record steady walking or running, or give mountings in session.toml",
    ),
    WornCheck(
        name="rhythm",
        measure=_regularity,
        lowest=LEAST_REGULAR,
        unit="of 1",
        source="a walk with turns repeats with 0.48, others with more, noise with 0.03",
        sees="the movement repeats after a stride with {value:.2f}, where 1 is exactly",
        consequence="this is no gait: sensors cannot be aligned by it",
        severity="doubt",
        remedy="record steady walking or running, or give mountings in session.toml",
    ),
    WornCheck(
        name="activity",
        measure=_activity_ratio,
        highest=1.5,
        unit="times",
        source="at most 0.37 in 300 simulated people and five real walks rightly named, which "
        "makes 2.7 at least wrongly",
        sees="it is {value:.1f} times as far from usual {said} as from usual {other}",
        consequence="sensors are aligned by the posture of the wrong activity",
        severity="doubt",
        remedy="correct the activity in session.toml",
    ),
    WornCheck(
        name="still pose",
        measure=_stillest,
        lowest=STILL_S,
        unit="s",
        source="quiet standing turns every sensor by less than 0.25 rad/s",
        sees="all sensors together stand still for {value:.1f} s",
        consequence="the neutral pose is a typical person's; angles may be off by a constant",
        severity="information",
        remedy="stand still for three seconds before walking next time",
    ),
    WornCheck(
        name="length",
        measure=lambda worn: {EVERYBODY: worn.seconds},
        lowest=5.0,
        unit="s",
        source="chosen: three strides of slow walking",
        sees="all sensors together recorded {value:.1f} s",
        consequence="few strides tell little about how sensors are mounted, and nothing about "
        "how strides vary",
        severity="doubt",
        remedy="record ten strides or more",
    ),
    WornCheck(
        name="mounting",
        measure=_contradictions,
        highest=60.0,
        unit="deg",
        source="chosen: twice what a slipping strap turns; true mountings of twelve simulated "
        "people are within 17, upside down is 180",
        sees="up by the known mounting is {value:.0f} deg from up by gravity",
        consequence="the known mounting is believed, so the segment's angles are wrong by as much",
        remedy="correct or remove this sensor's mounting in session.toml",
    ),
)
