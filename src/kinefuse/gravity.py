"""How strong gravity is: one g as defined, and as worn sensors are taken to feel it."""

STANDARD_GRAVITY_M_S2 = 9.80665
"""CGPM 1901: what files call g, and gravity where people are simulated."""

WORN_GRAVITY_M_S2 = 9.81
"""Of a sensor at rest in the middle latitudes; what is learned from real walks (the optimiser's
trust, the usual strides) was learned with it, so it changes only together with them."""
