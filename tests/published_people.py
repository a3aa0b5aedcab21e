"""Anybody whom the published files could describe."""

import numpy as np
from hypothesis import strategies as st

from kinefuse.formats.published_lab import SOURCE, About


def _known_or_not(low, high):
    return st.just(np.nan) | st.floats(low, high)


people = st.builds(
    About,
    sex=st.sampled_from([None, "male", "female"]),
    height_m=_known_or_not(1.4, 2.1),
    mass_kg=_known_or_not(40, 120),
    speed_m_s=_known_or_not(0.5, 6),
    source=st.sampled_from([SOURCE, "somebody else, CC BY 4.0"]),
)
