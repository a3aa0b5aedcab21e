"""A few knots of a made-up leg, with every term, for tests of derivatives and optima."""

import numpy as np

from kinefuse import so3
from kinefuse.optimiser.paths import Knots, Path
from kinefuse.optimiser.terms.gravity import Direction
from kinefuse.optimiser.terms.network import RelativeAttitude
from kinefuse.optimiser.terms.posture import Posture, RangeOfMotion
from kinefuse.optimiser.terms.priors import Alignments, Biases, Start
from kinefuse.optimiser.terms.rest import BiasAtRest
from kinefuse.optimiser.terms.shared_joint import SharedJoint
from kinefuse.optimiser.terms.turns import Turns
from kinefuse.optimiser.unknowns import Layout, Unknowns
from kinefuse.recordings import ImuRecording

SEGMENTS = ("thigh_r", "shank_r")
KNOTS, RATE_HZ, SPACING = 5, 50.0, 10


def unknowns(rng, spread=0.3):
    shape = KNOTS, len(SEGMENTS)
    return Unknowns(
        layout=Layout(SEGMENTS),
        C=so3.exp(spread * rng.normal(size=(*shape, 3))),
        bias_rad_s=0.1 * rng.normal(size=(*shape, 3)),
        A=so3.exp(0.2 * rng.normal(size=(*shape, 3))),
    )


def paths(rng):
    knots = Knots((KNOTS - 1) * SPACING + 1, RATE_HZ, SPACING)
    assert knots.count == KNOTS
    return {
        segment: Path(
            ImuRecording(
                segment=segment,
                rate_hz=RATE_HZ,
                acc_m_s2=np.array([0, 9.8, 0]) + rng.normal(size=(knots.samples, 3)),
                gyr_rad_s=rng.normal(size=(knots.samples, 3)),
            ),
            knots,
            0.05 * rng.normal(size=(KNOTS, 3)),
        )
        for segment in SEGMENTS
    }


def terms(rng):
    """Every term, by name; some of them not known at every knot."""
    thigh, shank = SEGMENTS
    apart_s = np.full(KNOTS - 1, SPACING / RATE_HZ)
    known = np.array([True, True, False, True, True])
    many = so3.exp(0.4 * rng.normal(size=(2, KNOTS, 3, 3)))
    force = np.array([0, 9.8, 0]) + rng.normal(size=(KNOTS, 3))
    return {
        "turns": Turns(paths=paths(rng), noise_rad_sqrt_s=0.05),
        "gravity": Direction(
            name="gravity",
            segment=thigh,
            measured=force,
            length=9.8,
            sd=rng.uniform(0.5, 2, KNOTS),
            likeness=0.6,
            known=known,
        ),
        "shared": SharedJoint(
            joint="knee_r", pairs=2 * rng.normal(size=(KNOTS, 6, 6)), sd_m_s2=3.0
        ),
        "network": RelativeAttitude(
            joint="knee_r",
            Q=so3.exp(0.3 * rng.normal(size=(KNOTS, 3))),
            sd_rad=0.2,
            likeness=0.4,
        ),
        "posture": Posture(
            joint="knee_r",
            S_proximal=many[0],
            S_distal=many[1],
            weights=np.tile([0.2, 0.5, 0.3], (KNOTS, 1)),
            gait=known,
            usual_rad=np.array([0.4, 0.0, -0.1]),
            sd_rad=np.array([0.3, 0.2, 0.2]),
        ),
        "range": RangeOfMotion(
            joint="knee_r", S_proximal=many[0], S_distal=many[1], beyond_sd_rad=0.05
        ),
        "rest": BiasAtRest(
            segment=shank, gyr_rad_s=0.1 * rng.normal(size=(KNOTS, 3)), sd_rad_s=0.1, known=known
        ),
        "biases": Biases(sd_rad_s=0.1, walk_rad_s_sqrt_s=0.05, apart_s=apart_s),
        "alignments": Alignments(
            sd_rad=rng.uniform(0.1, 0.2, (2, 3)), walk_rad_sqrt_s=0.3, apart_s=apart_s
        ),
        "start": Start(C_start=so3.exp(0.2 * rng.normal(size=(2, 3)))),
    }
