"""Streams whose clocks are their own, brought to one by the motion that neighbours share.

Every joint between two sensors on different clocks is a measurement of one clock against the other.
All of them together give each clock's offset and drift against the first one's.
"""

from collections.abc import Generator, Mapping
from dataclasses import dataclass, replace

import numpy as np

from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.progress import Progress, result_of
from kinefuse.sensor_streams import SHARED_CLOCK, SensorStream
from kinefuse.sessions.errors import ClocksUnknown
from kinefuse.sessions.lags import GRID_HZ, Lag, lag_between
from kinefuse.sessions.resampling import on_own_ticks
from kinefuse.sessions.shared_joint import Carried, carried

SURE = 0.99
"""Least probability that a clock is not wrong by a stride."""
LOOSEST_S = 0.03
"""Largest standard deviation of a clock: at 6 rad/s, a knee's fastest, 30 ms are 10 deg."""
TISSUE_S = {"hip": 0.015, "knee": 0.009, "ankle": 0.005}
"""What soft tissue adds to the deviation of a lag: RMS over the joints of real walks whose clocks
were one (``revalidation/synchronisation.py``)."""
_ABSOLUTE_S = 1e8
"""Stamps beyond it are times of day since 1970 and not seconds since the start."""
_TIME_OF_DAY_SD_S = 0.5
"""Of a device's time of day: set by a phone or the network (NTP keeps 0.1 s)."""


@dataclass(frozen=True, kw_only=True)
class ClockFit:
    """How one clock reads, against the session's."""

    offset_s: float
    """What it says minus the time of the session, at ``about_s`` of the session."""
    about_s: float
    drift: float
    """Change of that per second: 1e-6 is a part in a million."""
    sd_s: float
    """One standard deviation of the offset, soft tissue included."""
    certainty: float
    """Probability that it is not wrong by a whole stride."""

    def session_time(self, stamp_s: np.ndarray) -> np.ndarray:
        """Time of the session for stamps of this clock."""
        ahead = stamp_s - self.about_s - self.offset_s
        return np.asarray(self.about_s + ahead / (1 + self.drift))


def on_one_clock(
    name: str, streams: Mapping[str, SensorStream], places: Mapping[str, str], activity: str
) -> Generator[Progress, None, tuple[dict[str, SensorStream], list[str]]]:
    """The same streams with stamps of one clock, and notes on how that was found; a step a joint.

    Args:
        name: Of the session, for messages.
        streams: By whatever name.
        places: Segments, by the same names: neighbours are compared.
        activity: 'walking' or 'running', for messages.

    Raises:
        ClocksUnknown: It cannot be found with certainty.
    """
    if len({stream.clock for stream in streams.values()}) == 1:
        return dict(streams), []
    fits = yield from fitted_in_steps(name, streams, places, activity)
    return set_by(fits, streams), [_told(clock, fit) for clock, fit in fits.items() if fit.sd_s > 0]


def set_by(
    fits: Mapping[str, ClockFit], streams: Mapping[str, SensorStream]
) -> dict[str, SensorStream]:
    """Streams with the session's stamps, which are of one clock."""
    return {
        key: replace(
            stream,
            time_s=fits[stream.clock].session_time(stream.time_s),
            clock=SHARED_CLOCK,
        )
        for key, stream in streams.items()
    }


def fitted_clocks(
    name: str, streams: Mapping[str, SensorStream], places: Mapping[str, str], activity: str
) -> dict[str, ClockFit]:
    """As ``fitted_in_steps``, when nobody watches."""
    return result_of(fitted_in_steps(name, streams, places, activity))


def fitted_in_steps(
    name: str, streams: Mapping[str, SensorStream], places: Mapping[str, str], activity: str
) -> Generator[Progress, None, dict[str, ClockFit]]:
    """Every clock against the first one's, by the motion; the first one's own is exact.

    Raises:
        ClocksUnknown: A clock is not joined to the others, or not surely enough.
    """
    on = {places[key]: stream for key, stream in streams.items() if key in places}
    unplaced = [key for key in streams if key not in places]
    if unplaced:
        raise ClocksUnknown(
            name,
            f"its sensors have clocks of their own, and which segment {', '.join(unplaced)} are on "
            "is not known, so that nothing says which of them move together",
            "write session.toml by hand, or rename the files so that they name segments",
        )
    felt = {segment: _carried(stream) for segment, stream in on.items()}
    lags: dict[tuple[str, str], tuple[str, Lag]] = {}
    between = [
        (joint, (joint.proximal, joint.distal))
        for joint in JOINTS.values()
        if {joint.proximal, joint.distal} <= set(on)
        and on[joint.proximal].clock != on[joint.distal].clock
    ]
    for done, (joint, pair) in enumerate(between):
        yield Progress(done, len(between), f"clocks on either side of {joint.name}")
        (one, start_s), (other, other_start_s) = (felt[s] for s in pair)
        lag = lag_between(one, other, (start_s, other_start_s), _told_by_stamps(start_s))
        if lag is not None:
            lags[pair] = joint.kind, lag
    clocks = [on[s].clock for s in SEGMENTS if s in on]
    return _solved(name, list(dict.fromkeys(clocks)), on, lags, activity)


def _carried(stream: SensorStream) -> tuple[Carried, float]:
    """A stream on even ticks of its own clock, and the stamp of the first."""
    even, start_s = on_own_ticks(stream, GRID_HZ)
    return carried(even.acc_m_s2, even.gyr_rad_s, even.sound, GRID_HZ), start_s


def _told_by_stamps(start_s: float) -> tuple[float, float] | None:
    """Lag that stamps let expect, and its deviation; None where they count from a start."""
    return (0.0, _TIME_OF_DAY_SD_S) if start_s > _ABSOLUTE_S else None


def _solved(
    name: str,
    clocks: list[str],
    on: Mapping[str, SensorStream],
    lags: Mapping[tuple[str, str], tuple[str, Lag]],
    activity: str,
) -> dict[str, ClockFit]:
    """Offset and drift of every clock, joint by joint outwards from the first one's."""
    own = float(np.mean([stream.time_s[0] for stream in on.values() if stream.clock == clocks[0]]))
    fits = {clocks[0]: ClockFit(offset_s=0.0, about_s=own, drift=0.0, sd_s=0.0, certainty=1.0)}
    while len(fits) < len(clocks):
        reached = [
            (on[far].clock, _beyond(fits[on[near].clock], kind, lag, turned))
            for (proximal, distal), (kind, lag) in lags.items()
            for near, far, turned in ((proximal, distal, False), (distal, proximal, True))
            if on[near].clock in fits and on[far].clock not in fits
        ]
        if not reached:
            lost = [s for s, stream in on.items() if stream.clock not in fits]
            raise ClocksUnknown(
                name,
                f"{' and '.join(lost)} have clocks of their own, and no joint whose sensors "
                f"recorded the same {activity} ties them to the others",
                "record on one clock, or give the sensors between them as well",
            )
        clock, fit = max(reached, key=lambda found: (found[1].certainty, -found[1].sd_s))
        _check(name, clock, fit)
        fits[clock] = fit
    return fits


def _beyond(near: ClockFit, kind: str, lag: Lag, turned: bool) -> ClockFit:
    """The clock on the far side of a joint whose near side's is known."""
    offset_s = -lag.at_zero_s if turned else lag.at_zero_s
    drift = -lag.drift if turned else lag.drift
    stamp_s = lag.about_s + (lag.at_zero_s if turned else 0.0)  # of the near clock
    about_s = float(near.session_time(np.array(stamp_s)))
    return ClockFit(
        offset_s=stamp_s - about_s + offset_s,
        about_s=about_s,
        drift=(1 + near.drift) * (1 + drift) - 1,
        sd_s=float(np.sqrt(near.sd_s**2 + lag.sd_s**2 + TISSUE_S[kind] ** 2)),
        certainty=near.certainty * lag.certainty,
    )


def _check(name: str, clock: str, fit: ClockFit) -> None:
    if fit.certainty >= SURE and fit.sd_s <= LOOSEST_S:
        return
    why = (
        f"it may be wrong by a whole stride (only {100 * fit.certainty:.1f} % sure, where "
        f"{100 * SURE:.0f} % are needed)"
        if fit.certainty < SURE
        else f"it is known to {1000 * fit.sd_s:.0f} ms, where {1000 * LOOSEST_S:.0f} are needed"
    )
    raise ClocksUnknown(
        name,
        f"the clock of {clock} differs from the others', and by the motion alone {why}",
        "write clock = 'shared' in session.toml if all stamps are of one clock, else record on "
        "one clock, or a longer walk with a start, a stop and a few jumps, or leave that sensor "
        "out of session.toml",
    )


def _told(clock: str, fit: ClockFit) -> str:
    return (
        f"The clock of {clock} is {fit.offset_s:+.3f} s ahead of the session's and drifts by "
        f"{1e6 * fit.drift:+.0f} ppm, by the motion that neighbouring sensors share (one standard "
        f"deviation {1000 * fit.sd_s:.0f} ms; right to the stride with "
        f"{min(100 * fit.certainty, 99.9):.1f} % probability)."
    )
