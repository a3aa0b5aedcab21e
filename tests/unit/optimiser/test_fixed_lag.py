"""The stream's answer is the whole recording's, however it is cut, and memory stays as it is."""

import gc
import tracemalloc
from dataclasses import replace
from functools import cache
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import small_bodies
from kinefuse import so3
from kinefuse.errors import MissingSensor, TooShort, UnequalRates, UnknownChoice
from kinefuse.optimiser import estimate_body
from kinefuse.optimiser.fixed_lag import FixedLagSmoother, OtherSensors
from kinefuse.optimiser.gauss_newton import solve
from kinefuse.optimiser.marginal import Within, left_behind
from kinefuse.optimiser.normal_equations import NormalEquations
from kinefuse.optimiser.start import knot_attitudes
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.sensor_models import degrade, sensor_model

RATE_HZ, LAG_S, SECONDS = 25.0, 6.0, 40.0
LEG = ("thigh_r", "shank_r")
SHORTEST = 3  # samples of a recording


@cache
def walk(seconds=SECONDS, rate_hz=RATE_HZ, segments=LEG):
    trial = simulate_person("walking", np.random.default_rng(8), seconds=seconds, rate_hz=rate_hz)
    model = replace(sensor_model("consumer"), misalignment_deg=0.0, acc_bias_m_s2=0.0)
    worn = degrade(trial.imus, model, np.random.default_rng(9))
    return ImuSession(name="walk", sensors={s: worn[s] for s in segments})


def part(session, start, stop):
    sensors = {
        s: replace(imu, acc_m_s2=imu.acc_m_s2[start:stop], gyr_rad_s=imu.gyr_rad_s[start:stop])
        for s, imu in session.sensors.items()
    }
    return replace(session, sensors=sensors)


def smoother(segments=LEG, rate_hz=RATE_HZ, lag_s=LAG_S):
    return FixedLagSmoother(segments, rate_hz, "walking", lag_s=lag_s)


def streamed(session, cuts=(), **more):
    """All parts, each as it became final."""
    stream = smoother(tuple(session.sensors), session.rate_hz, **more)
    bounds = [0, *cuts, session.samples]
    given_out = [stream.add(part(session, a, b)) for a, b in pairwise(bounds)]
    return [*given_out, stream.finish()]


def chained(parts, joint="knee_r"):
    return np.concatenate([p.angles.angles_rad[joint] for p in parts])


@cache
def in_one_go():
    return streamed(walk())


def test_every_sample_becomes_final_once_and_in_order():
    parts = streamed(walk(), cuts=range(50, 1000, 50))
    numbers = [np.arange(p.first_sample, p.first_sample + p.samples) for p in parts]
    np.testing.assert_array_equal(np.concatenate(numbers), np.arange(walk().samples))
    for p in parts:
        assert len(p.angles.angles_rad["knee_r"]) == len(p.angles_sd_rad["knee_r"]) == p.samples


def test_nothing_is_final_before_the_lag_nor_much_later():
    stream, session = smoother(), walk()
    final, step = 0, 20
    for start in range(0, session.samples, step):
        final += stream.add(part(session, start, start + step)).samples
        behind_s = (start + step - final) / RATE_HZ
        assert behind_s >= min(LAG_S, (start + step) / RATE_HZ)
        assert behind_s <= LAG_S + 5.0 + 1.0 + step / RATE_HZ  # a group of knots, and one knot


def test_the_stream_finds_what_the_whole_recording_finds():
    """Once constants have been seen as long: in the last third, and in shape everywhere."""
    whole = estimate_body(walk(), "walking")
    apart = np.rad2deg(chained(in_one_go()) - whole.angles.angles_rad["knee_r"])
    late = apart[2 * len(apart) // 3 :]
    assert np.sqrt(np.mean(late**2)) < 0.6  # of a second few strides have been seen
    assert np.std(apart, axis=0).max() < 0.6
    assert np.abs(np.diff(apart, axis=0)).max() < 0.2  # no jump where groups of knots meet


def test_it_is_as_sure_as_the_whole_recording_in_the_end():
    whole = estimate_body(walk(), "walking").angles_sd_rad["knee_r"]
    sds = np.concatenate([p.angles_sd_rad["knee_r"] for p in in_one_go()])
    np.testing.assert_allclose(sds[-100:], whole[-100:], rtol=0.25)


def test_attitudes_are_rotations_that_give_the_angles():
    for p in in_one_go():
        for R in p.R_world_segment.values():
            np.testing.assert_allclose(
                so3.transpose(R) @ R, np.broadcast_to(np.eye(3), R.shape), atol=1e-9
            )


@settings(max_examples=4, deadline=None)
@given(
    sizes=st.lists(st.integers(SHORTEST, 400), min_size=1, max_size=12),
)
def test_how_it_is_cut_changes_nothing(sizes):
    session = walk()
    cuts = [c for c in np.cumsum(sizes).tolist() if c <= session.samples - SHORTEST]
    parts = streamed(session, cuts)
    np.testing.assert_array_equal(chained(parts), chained(in_one_go()))


def test_a_recording_within_one_window_is_answered_as_a_whole():
    session = part(walk(), 0, 200)
    parts = streamed(session, cuts=(70, 110))
    whole = estimate_body(session, "walking")
    np.testing.assert_array_equal(chained(parts), whole.angles.angles_rad["knee_r"])


def test_memory_does_not_grow():
    session, stream = walk(), smoother()
    held = []
    tracemalloc.start()
    for start in range(0, session.samples, 125):
        stream.add(part(session, start, start + 125))
        gc.collect()
        held.append(tracemalloc.get_traced_memory()[0])
    tracemalloc.stop()
    assert held[-1] < 1.1 * held[4] + 100_000


def test_finishing_begins_anew():
    stream, session = smoother(), part(walk(), 0, 500)
    answers = []
    for _ in range(2):
        answers.append([stream.add(session), stream.finish()])
    np.testing.assert_array_equal(chained(answers[0]), chained(answers[1]))
    assert answers[1][0].first_sample == 0


def test_finishing_before_anything_is_refused_in_a_sentence():
    with pytest.raises(TooShort, match="the stream"):
        smoother().finish()


def test_other_sensors_and_rates_are_refused_in_a_sentence():
    stream, session = smoother(), walk()
    alone = ImuSession(name="one", sensors={"thigh_r": session["thigh_r"]})
    with pytest.raises(OtherSensors, match="thigh_r, shank_r, but a part has thigh_r"):
        stream.add(alone)
    faster = {s: replace(imu, rate_hz=50.0) for s, imu in session.sensors.items()}
    with pytest.raises(UnequalRates, match="25, 50 Hz"):
        stream.add(replace(session, sensors=faster))
    with pytest.raises(MissingSensor, match="neighbouring"):
        smoother(("pelvis", "foot_l"))
    with pytest.raises(UnknownChoice, match="elbow"):
        smoother(("elbow", "thigh_r"))


# What left the window, on made-up residuals: exact where everything is linear, and the same
# optimum where it is not but was left behind at the optimum.


def optimum(seed=3):
    rng = np.random.default_rng(seed)
    witnesses = list(small_bodies.terms(rng).values())
    solution = solve(witnesses, small_bodies.unknowns(rng, spread=0.2), 1e-12, 200)
    return witnesses, solution, small_bodies.paths(rng)


def later(at, knots):
    return replace(at, C=at.C[knots:], bias_rad_s=at.bias_rad_s[knots:], A=at.A[knots:])


@pytest.mark.parametrize("gone", [1, 2, 3])
def test_who_left_at_the_optimum_does_not_move_those_who_stay(gone):
    witnesses, solution, paths = optimum()
    at = solution.at
    S = np.stack([path.S_knot for path in paths.values()], axis=1)
    assert knot_attitudes(paths, at).shape == S.shape
    past = left_behind(solution.residuals, at, S, gone)
    window = Within(terms=witnesses, around=at, before=gone)
    stayed = solve([window, past], later(at, gone), 1e-12, 50)
    np.testing.assert_allclose(stayed.at.C, at.C[gone:], atol=1e-8)
    np.testing.assert_allclose(stayed.at.bias_rad_s, at.bias_rad_s[gone:], atol=1e-8)
    np.testing.assert_allclose(stayed.at.A, at.A[gone:], atol=1e-8)


@pytest.mark.parametrize("gone", [1, 3])
def test_who_stays_is_as_sure_as_before(gone):
    witnesses, solution, paths = optimum()
    at = solution.at
    S = np.stack([path.S_knot for path in paths.values()], axis=1)
    past = left_behind(solution.residuals, at, S, gone)
    there = later(at, gone)
    window = Within(terms=witnesses, around=at, before=gone)
    now = [*window.linearise(there), *past.linearise(there)]
    size = at.layout.size
    covariances = NormalEquations.of(now, there.knots, size).eliminated().covariances()
    before = NormalEquations.of(solution.residuals, at.knots, size).eliminated().covariances()
    np.testing.assert_allclose(covariances, before[gone:], rtol=1e-6, atol=1e-10)


def test_the_past_is_believed_as_its_jacobian_says():
    """Finite differences, away from where it was linearised, behind another dead reckoning."""
    _, solution, paths = optimum()
    S = np.stack([path.S_knot for path in paths.values()], axis=1)
    past = left_behind(solution.residuals, solution.at, S, 2)
    rng = np.random.default_rng(1)
    restarted = replace(past, S=so3.exp(rng.normal(size=(2, 3))))
    at = later(small_bodies.unknowns(rng), 2)
    stated, size = restarted.linearise(at)[0], at.layout.size
    for column in range(size):
        step = np.zeros((at.knots, size))
        step[0, column] = 1e-6
        ahead, behind = (restarted.linearise(at.moved(s * step))[0].values for s in (1, -1))
        np.testing.assert_allclose(
            (ahead - behind)[0] / 2e-6, stated.jacobians[0][:, column], rtol=1e-5, atol=1e-4
        )


def test_the_past_does_not_mind_where_dead_reckoning_began():
    _, solution, paths = optimum()
    at, gone = solution.at, 2
    S = np.stack([path.S_knot for path in paths.values()], axis=1)
    past = left_behind(solution.residuals, at, S, gone)
    turn = so3.exp(np.random.default_rng(2).normal(size=(2, 3)))
    restarted = replace(past, S=turn)
    there = later(at, gone)
    C = there.C.copy()
    C[0] = C[0] @ S[gone] @ so3.transpose(turn)
    np.testing.assert_allclose(
        restarted.linearise(replace(there, C=C))[0].values,
        past.linearise(there)[0].values,
        atol=1e-9,
    )
