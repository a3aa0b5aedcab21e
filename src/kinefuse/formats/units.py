"""What units of sensors are called in files, and what a number is multiplied by to be SI."""

import numpy as np

from kinefuse.gravity import STANDARD_GRAVITY_M_S2

ACCELERATION = {
    **dict.fromkeys(("m/s2", "m/s^2", "m/s²", "m/(s^2)", "m_s2", "m.s-2"), 1.0),
    "g": STANDARD_GRAVITY_M_S2,
    "mg": STANDARD_GRAVITY_M_S2 / 1000,
    **dict.fromkeys(("mm/s2", "mm/s^2", "mm/s²"), 1e-3),
}
ANGULAR_VELOCITY = {
    **dict.fromkeys(("rad/s", "rad_s"), 1.0),
    **dict.fromkeys(("deg/s", "deg_s", "dps", "°/s", "º/s"), np.pi / 180),
    "mdps": np.pi / 180_000,
}
TIME = {
    **dict.fromkeys(("s", "sec", "seconds"), 1.0),
    **dict.fromkeys(("ms", "msec", "milliseconds"), 1e-3),
    **dict.fromkeys(("us", "\N{MICRO SIGN}s", "\N{GREEK SMALL LETTER MU}s"), 1e-6),
    "ns": 1e-9,
    "100us": 1e-4,
    "min": 60.0,
}
QUANTITIES = {"acc": ACCELERATION, "gyr": ANGULAR_VELOCITY}


def to_si(kind: str, unit: str) -> float | None:
    """Factor to m/s2 (kind ``acc``) or rad/s (``gyr``); None if there is no such unit.

    Upper and lower case do not count: no file measures walking in grams or in mega-g.
    """
    known = QUANTITIES[kind]
    written = unit.strip().strip("()[]\"'") if unit.strip() not in known else unit.strip()
    return known.get(written, known.get(written.lower()))
