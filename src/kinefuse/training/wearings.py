"""What a correction network learns from: trials worn many times, estimated, and kept on disk.

Every training trial is worn with faults drawn anew, estimated as a user's recording would be, and
kept as a file of plain float32 numbers; training only reads. Files that are there are not made
again, so several processes, or one that was killed, may fill one folder.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from jaxtyping import Float
from safetensors import SafetensorError, safe_open
from safetensors.numpy import save_file

from kinefuse.anatomy.joints import JOINTS
from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.dataset.conditions import AS_WORN
from kinefuse.dataset.store import StoreEntry, read_trial
from kinefuse.errors import UnreadableFile
from kinefuse.networks.legs import BodySignals, body_signals
from kinefuse.optimiser import BodyEstimate, estimate_body
from kinefuse.progress import Progress
from kinefuse.recordings import ImuSession, Trial
from kinefuse.training.correction_config import UNTOLD, WearingConfig
from kinefuse.whole_body.answer import Alignments
from kinefuse.whole_body.wearing import ALIGNED, Seen, seen_in
from kinefuse.whole_files import written_whole

Estimator = Callable[[ImuSession, str, Alignments], BodyEstimate]

PARTIAL = (
    ("thigh_r", "shank_r"),
    ("shank_l", "foot_l"),
    ("pelvis", "thigh_l"),
    ("pelvis", "thigh_r", "shank_r"),
    ("thigh_l", "shank_l", "foot_l"),
    ("pelvis", "thigh_r", "shank_r", "foot_r"),
    ("thigh_r", "shank_r", "thigh_l", "shank_l"),
    ("pelvis", "thigh_r", "shank_r", "thigh_l", "shank_l"),
    ("thigh_r", "shank_r", "foot_r", "thigh_l", "shank_l", "foot_l"),
)
"""Sets of sensors that people wear when they do not wear all seven."""


@dataclass(frozen=True, kw_only=True)
class Wearing:
    """One trial, worn once."""

    person: str
    trial: str
    condition: str
    seed: int
    segments: tuple[str, ...] = SEGMENTS

    def file(self, folder: Path) -> Path:
        """Where it is kept."""
        name = f"{self.person}__{self.trial}__{self.condition}__{self.seed}__{len(self.segments)}"
        return folder / f"{name.replace(' ', '_').replace('/', '_')}.safetensors"


@dataclass(frozen=True, kw_only=True)
class WornBody:
    """What the network is told about one wearing, and the truth."""

    wearing: Wearing
    source: str
    signals: BodySignals
    truth_rad: Float[np.ndarray, "time 6 3"]


def wearings(entries: Iterable[StoreEntry], config: WearingConfig) -> list[Wearing]:
    """Every wearing of some trials; seeds differ between conditions."""
    wanted = []
    for entry in entries:
        for condition, times in config.times.items():
            for time in range(times):
                number = 1000 * config.seed + time
                part = condition == AS_WORN and time >= times - config.partly
                wanted.append(
                    Wearing(
                        person=entry.person,
                        trial=entry.name,
                        condition=condition,
                        seed=number,
                        segments=_part(entry, number) if part else SEGMENTS,
                    )
                )
    return wanted


def optimised(session: ImuSession, activity: str, alignment: Alignments) -> BodyEstimate:
    """What the optimiser says, told how sure the alignment is."""
    return estimate_body(session, activity, alignment=alignment)


def wear(trial: Trial, wearing: Wearing) -> Seen:
    """The trial's sensors as worn, in what is taken for segment axes, and how sure that is."""
    kept = {s: imu for s, imu in trial.imus.sensors.items() if s in wearing.segments}
    trial = replace(trial, imus=replace(trial.imus, sensors=kept))
    if wearing.condition == UNTOLD:
        return replace(seen_in(trial, ALIGNED, wearing.seed), alignment={}, condition=AS_WORN)
    return seen_in(trial, wearing.condition, wearing.seed)


def make_wearings(
    entries: Sequence[StoreEntry],
    wanted: Sequence[Wearing],
    folder: Path,
    rate_hz: float,
    estimate: Estimator = optimised,
) -> Iterator[Progress]:
    """Wear, estimate and keep whatever is not in ``folder`` yet."""
    folder.mkdir(parents=True, exist_ok=True)
    by_trial: Mapping[tuple[str, str], StoreEntry] = {(e.person, e.name): e for e in entries}
    trial, of = None, None
    for done, wearing in enumerate(wanted, start=1):
        file, key = wearing.file(folder), (wearing.person, wearing.trial)
        if not file.exists():
            if trial is None or of != key:
                trial, of = read_trial(by_trial[key].file), key
            keep(file, estimated(trial, wearing, rate_hz, estimate))
        yield Progress(done, len(wanted), file.stem)


def estimated(
    trial: Trial, wearing: Wearing, rate_hz: float, estimate: Estimator = optimised
) -> WornBody:
    """Wear a trial and let the optimiser look at it."""
    seen = wear(trial, wearing).at(rate_hz)
    session, truth = seen.trial.imus, seen.trial.angles.angles_rad
    body = estimate(session, trial.activity, seen.alignment)
    missing = np.full((session.samples, 3), np.nan)
    return WornBody(
        wearing=wearing,
        source=trial.source,
        signals=body_signals(session, body.R_world_segment, body.angles, seen.told),
        truth_rad=np.stack([truth.get(joint, missing) for joint in JOINTS], axis=1),
    )


def keep(file: Path, body: WornBody) -> None:
    """Write one wearing; a kill leaves no half file."""
    w = body.wearing
    words = {"person": w.person, "trial": w.trial, "condition": w.condition, "seed": str(w.seed)}
    words |= {"segments": ",".join(w.segments), "source": body.source}
    numbers = {
        "vectors": body.signals.vectors,
        "angles_rad": body.signals.angles_rad,
        "truth_rad": body.truth_rad,
    }
    single = {name: np.ascontiguousarray(v, dtype=np.float32) for name, v in numbers.items()}
    with written_whole(file) as beside:
        save_file(single, beside, metadata=words)


def read_worn(file: Path) -> WornBody:
    """Read what ``keep`` wrote, in float32.

    Raises:
        UnreadableFile: It is damaged.
    """
    try:
        with safe_open(file, framework="np") as stored:
            words = dict(stored.metadata())
            source = words.pop("source")
            segments, seed = tuple(words.pop("segments").split(",")), int(words.pop("seed"))
            numbers = {name: stored.get_tensor(name) for name in stored.keys()}  # noqa: SIM118
    except (SafetensorError, KeyError, ValueError, TypeError, OSError) as error:
        raise UnreadableFile(
            file, "this wearing is damaged", "delete it to make it anew"
        ) from error
    return WornBody(
        wearing=Wearing(**words, seed=seed, segments=segments),
        source=source,
        signals=BodySignals(
            vectors=numbers["vectors"],
            angles_rad=numbers["angles_rad"],
            worn=np.array([s in segments for s in SEGMENTS]),
            glued=np.array([words["condition"] == ALIGNED]),
        ),
        truth_rad=numbers["truth_rad"],
    )


def _part(entry: StoreEntry, number: int) -> tuple[str, ...]:
    return PARTIAL[zlib.crc32(f"{entry.person}/{entry.name}/{number}".encode()) % len(PARTIAL)]
