"""Serial numbers and clocks of their own: places are right, or there is no proposal."""

from dataclasses import replace

import numpy as np
import pytest

from kinefuse import so3
from kinefuse.progress import result_of
from kinefuse.sensor_streams import SensorStream, SensorStreams
from kinefuse.sessions import Opened, assemble, proposed, read
from kinefuse.sessions.errors import ClocksUnknown, NoProposal, PlacesContradict
from kinefuse.sessions.placing import Placement
from kinefuse.sessions.placing_apart import LEAST_SURE, placed_apart, unsure
from toy import UP
from walker import Walker

STARTS = {
    "pelvis": 0,
    "thigh_r": 310,
    "shank_r": 120,
    "foot_r": 470,
    "thigh_l": 55,
    "shank_l": 260,
    "foot_l": 10,
}


def apart(session, starts=STARTS) -> dict[str, SensorStream]:
    """Serial numbers in disorder, each with a clock that counts from its own late start."""
    rng = np.random.default_rng(3)
    found = {}
    for i, (segment, start) in enumerate(starts.items()):
        imu = session[segment].turned(so3.exp(rng.normal(size=3)))
        label = f"N{(3 * i) % 7}"
        found[label] = SensorStream(
            label=label,
            time_s=np.arange(imu.samples - start) / imu.rate_hz * (1 + rng.uniform(-1e-4, 1e-4)),
            acc_m_s2=imu.acc_m_s2[start:],
            gyr_rad_s=imu.gyr_rad_s[start:],
            clock=label,
        )
    return dict(sorted(found.items()))


def opened(streams, path) -> Opened:
    return Opened(path=path, streams=SensorStreams(name="w", streams=streams, format_name="csv"))


@pytest.fixture(scope="module")
def walk(shared_data):
    return read(shared_data / "walking_imu_capsense" / "Sub01" / "CSBaseline")


@pytest.fixture(scope="module")
def robot():
    """Both legs do exactly the same, over and over."""
    return Walker().session


def true_places(starts=STARTS) -> dict[str, str]:
    return {segment: f"N{(3 * i) % 7}" for i, segment in enumerate(starts)}


def test_a_real_walk_is_placed_and_its_clocks_are_set(walk, tmp_path):
    found = opened(apart(walk), tmp_path)
    proposal = proposed(found)
    assert {s: place.label for s, place in proposal.sensors.items()} == true_places()
    assert proposal.doubts == ()
    assert all(LEAST_SURE <= (e.certainty or 0.0) <= 1 for e in proposal.evidence.values())
    session = assemble(replace(found, description=proposal))
    assert sum("clock of" in note for note in session.notes) == 6
    off = {
        s: session[s].gyr_rad_s
        - walk[s].turned(_mounting(i)).gyr_rad_s[470 : 470 + session.samples]
        for i, s in enumerate(STARTS)
    }
    for segment, rest in off.items():  # a stride late would be 140 %
        assert np.sqrt(np.mean(rest**2)) < 0.25 * np.sqrt(np.mean(walk[segment].gyr_rad_s ** 2))


def _mounting(index: int) -> np.ndarray:
    rng = np.random.default_rng(3)
    turns = []
    for _ in STARTS:
        turns.append(so3.exp(rng.normal(size=3)))
        rng.uniform()
    return turns[index]


def test_places_do_not_depend_on_when_sensors_begin(walk):
    others = dict(zip(STARTS, reversed(STARTS.values()), strict=True))
    one, other = (
        result_of(placed_apart("w", apart(walk, starts), "walking", {}))[0]
        for starts in (STARTS, others)
    )
    assert one.segment_of == other.segment_of
    assert one.regularity == pytest.approx(other.regularity, abs=0.05)


def test_nobody_is_surer_for_clocks_that_were_set_by_a_guess(robot):
    """Its feet can be exchanged, each half a stride late, and every clock seems to be set."""
    placement, off = result_of(placed_apart("w", apart(robot), "walking", {}))
    wrong = [s for s, label in true_places().items() if placement.segment_of[label] != s]
    assert all(placement.certainty[true_places()[s]] < LEAST_SURE for s in wrong)
    assert off is None or isinstance(off, ClocksUnknown)


def test_what_is_not_sure_is_not_proposed_but_told(robot, tmp_path):
    streams = apart(robot, {"pelvis": 0, "foot_r": 40})
    with pytest.raises(NoProposal) as refused:
        proposed(opened(streams, tmp_path))
    told = str(refused.value)
    assert "by the shapes of strides alone places are not sure enough (likeliest: N3 on" in told
    assert f"write {tmp_path / 'session.toml'} by hand" in told


def test_places_without_clocks_are_proposed_with_what_to_do(walk, tmp_path):
    """A minute of the treadmill, of which shanks know nothing of each other's time."""
    legs = {s: STARTS[s] for s in ("shank_r", "shank_l", "thigh_r", "thigh_l")}
    proposal = proposed(opened(apart(walk, legs), tmp_path))
    assert {s: place.label for s, place in proposal.sensors.items()} == {
        s: true_places(legs)[s] for s in proposal.sensors
    }
    assert len(proposal.sensors) == 4
    assert proposal.doubts[0].startswith("Clocks are not known yet: ")
    assert "no joint" in proposal.doubts[0]


def test_noise_is_no_gait(tmp_path):
    rng = np.random.default_rng(0)
    streams = {
        label: SensorStream(
            label=label,
            time_s=np.arange(2000) / 100,
            acc_m_s2=rng.normal(0, 0.3, (2000, 3)) + UP,
            gyr_rad_s=rng.normal(0, 0.3, (2000, 3)),
            clock=label,
        )
        for label in ("A", "B")
    }
    with pytest.raises(NoProposal, match=r"since it is unlike usual walking .* by hand"):
        proposed(opened(streams, tmp_path))


def test_labels_that_name_segments_are_judged_with_serial_numbers_beside_them(walk, tmp_path):
    streams = apart(walk)
    named = dict(streams) | {"foot_l": replace(streams["N4"], label="foot_l", clock="foot_l")}
    del named["N4"]  # which is the left foot
    assert true_places()["foot_l"] == "N4"
    proposal = proposed(opened(named, tmp_path))
    assert proposal.sensors["foot_l"].label == "foot_l"
    assert proposal.evidence["foot_l"].agrees
    assert len(proposal.sensors) == 7


def test_the_contradiction_names_who_moves_as_what():
    error = PlacesContradict("w", {"A": "foot_r", "B": "foot_l"}, {"A": "foot_r", "B": None})
    assert str(error) == (
        "w: B moves as foot_l does by itself and as none does together with the others; "
        "write session.toml by hand."
    )


def test_only_places_below_the_limit_are_unsure():
    placement = Placement(
        segment_of={"A": "foot_r", "B": None},
        certainty={"A": LEAST_SURE, "B": LEAST_SURE - 1e-6},
        fit={"A": 0.0, "B": 0.0},
        sides_certainty=1.0,
        as_said=None,
        misfit=1.0,
        regularity=1.0,
    )
    assert list(unsure(placement, clocks_set=True)) == ["B"]
    assert list(unsure(placement, clocks_set=False)) == ["A", "B"]
