"""Marker files -> a store of trials with clean simulated sensors and true angles."""

import json
import multiprocessing
import os
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

import numpy as np

from kinefuse.dataset import marker_motion
from kinefuse.dataset.marker_motion import Calibration, Reconstruction, calibrate, reconstruct
from kinefuse.dataset.store import write_trial
from kinefuse.errors import KinefuseError, UnreadableFile
from kinefuse.formats.c3d import read_c3d
from kinefuse.formats.markersets import MARKERSETS, MarkerSet
from kinefuse.progress import Progress
from kinefuse.quality.checks import examine, faults
from kinefuse.quality.evidence import ClusterEvidence, Evidence
from kinefuse.recordings import MarkerRecording, SegmentPoses, Trial
from kinefuse.simulation.imu import CUTOFF_HZ, resample_poses, simulate_imus

REPORT = "prepared.json"
"""In the store: what became of every file, also of those that gave no trial."""


@dataclass(frozen=True, kw_only=True)
class Job:
    """One file to be prepared."""

    file: Path
    markerset: MarkerSet
    person: str
    name: str
    static_pattern: str


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """What became of one file."""

    file: str
    person: str
    name: str
    activity: str
    seconds: float
    faults: tuple[str, ...] = ()
    """Why it is kept out of training."""
    left_out: str = ""
    """Why there is no trial at all."""
    notes: dict[str, object] = field(default_factory=dict)

    @property
    def verdict(self) -> str:
        """One word for a table."""
        return "left out" if self.left_out else "failed" if self.faults else "sound"


@dataclass(frozen=True)
class Prepared(Progress):
    """One more file is done."""

    outcome: Outcome | None = None


def find_jobs(sources: Iterable[Path], markerset: MarkerSet | None = None) -> tuple[Job, ...]:
    """Every trial below these files and directories that a marker set recognises by its name.

    Raises:
        UnreadableFile: A source does not exist, or nothing is recognised in any of them.
    """
    sets = [markerset] if markerset else list(MARKERSETS.values())
    sources = list(sources)
    files: dict[Path, None] = {}
    for source in sources:
        if not source.exists():
            raise UnreadableFile(source, "there is no such file or directory", "check the path")
        found = sorted(source.rglob("*")) if source.is_dir() else [source]
        files |= dict.fromkeys(file for file in found if file.is_file())
    jobs = [job for file in files if (job := _job(file, sets)) is not None]
    if not jobs:
        raise UnreadableFile(
            ", ".join(map(str, sources)),
            f"no trial of a known marker set ({', '.join(s.name for s in sets)}) is here",
            "describe your own in a .toml and name it with --markerset",
        )
    return tuple(jobs)


def prepare(
    jobs: Iterable[Job], store: Path, *, rate_hz: float = 200.0, processes: int = 1
) -> Iterator[Prepared]:
    """Prepare every file and write its trial; a trial that is there already is replaced.

    One file's failure stops no other: it is told in its outcome and in the store's report.
    """
    jobs = tuple(jobs)
    outcomes: list[Outcome] = []
    for outcome in _outcomes(jobs, store, rate_hz, processes):
        outcomes.append(outcome)
        _write_report(store, outcomes)
        name = f"{outcome.person} {outcome.name}"
        yield Prepared(len(outcomes), len(jobs), name, outcome=outcome)


def prepare_one(job: Job, store: Path, rate_hz: float) -> Outcome:
    """Read, reconstruct, judge, simulate and write one file."""
    blank = Outcome(
        file=str(job.file),
        person=job.person,
        name=job.name,
        activity=job.markerset.activity,
        seconds=0.0,
    )
    try:
        static = _static_file(job)
        calibration = calibrate(read_c3d(static, job.markerset), job.markerset)
        recording = read_c3d(job.file, job.markerset)
        trial = prepare_recording(recording, calibration, job, rate_hz)
        write_trial(store, trial)
    except KinefuseError as error:
        return replace(blank, left_out=str(error))
    return replace(
        blank,
        seconds=round(trial.poses.samples / rate_hz, 3),
        faults=trial.faults,
        notes=dict(trial.provenance),
    )


def prepare_recording(
    recording: MarkerRecording, calibration: Calibration, job: Job, rate_hz: float
) -> Trial:
    """The computing part: clusters, gaps, frames, checks, angles and simulated sensors."""
    markers = job.markerset
    rebuilt = reconstruct(recording, calibration, markers)
    findings = examine(evidence(rebuilt))
    poses, turned_rad = rebuilt.poses, 0.0
    if markers.surface == "overground":
        poses, turned_rad = marker_motion.face_forward(poses)
    smooth = resample_poses(poses, rate_hz, CUTOFF_HZ[markers.activity])
    return Trial(
        person=job.person,
        name=job.name,
        activity=markers.activity,
        source=markers.provenance,
        imus=simulate_imus(smooth, name=f"{job.person} {job.name}"),
        poses=smooth,
        angles=smooth.joint_angles(),
        faults=faults(findings),
        provenance={
            "file": job.file.name,
            "marker set": markers.name,
            "hip centre": markers.hip_centre,
            "file rate, Hz": recording.rate_hz,
            "low-pass, Hz": CUTOFF_HZ[markers.activity],
            "turned about the vertical, deg": round(float(np.rad2deg(turned_rad)), 2),
            "standing angles, deg": _standing(calibration.standing),
            "checks": [asdict(finding) for finding in findings],
            **rebuilt.account(),
        },
    )


def evidence(rebuilt: Reconstruction) -> Evidence:
    """What the quality checks look at."""
    return Evidence(
        poses=rebuilt.poses,
        clusters={
            segment: ClusterEvidence(
                markers=track.cluster.names,
                points_m=track.cluster.points_m[rebuilt.kept],
                local_m=track.cluster.local_m,
                misfit_m=track.misfit_m[rebuilt.kept],
            )
            for segment, track in rebuilt.tracks.items()
        },
        bridged=rebuilt.bridged,
    )


def _job(file: Path, sets: Iterable[MarkerSet]) -> Job | None:
    for markers in sets:
        name = markers.match(file)
        if name is not None:
            return Job(file=file, markerset=markers, **asdict(name))
    return None


def _static_file(job: Job) -> Path:
    found = sorted(job.file.parent.glob(job.static_pattern))
    if not found:
        raise UnreadableFile(
            job.file,
            f"there is no static trial '{job.static_pattern}' beside it",
            "without one no anatomical frame is known, so add it",
        )
    return found[0]


def _standing(standing: SegmentPoses) -> dict[str, list[float]]:
    return {
        name: np.round(angles[0], 2).tolist()
        for name, angles in standing.joint_angles().in_degrees().items()
    }


def _outcomes(
    jobs: tuple[Job, ...], store: Path, rate_hz: float, processes: int
) -> Iterator[Outcome]:
    if processes <= 1 or len(jobs) <= 1:
        for job in jobs:
            yield prepare_one(job, store, rate_hz)
        return
    with _single_threaded(), _pool(min(processes, len(jobs))) as pool:
        running = [pool.submit(prepare_one, job, store, rate_hz) for job in jobs]
        for done in as_completed(running):
            yield done.result()


def _pool(processes: int) -> ProcessPoolExecutor:
    # Fresh processes: a fork would share the libraries' threads and locks.
    return ProcessPoolExecutor(processes, mp_context=multiprocessing.get_context("spawn"))


@contextmanager
def _single_threaded() -> Iterator[None]:
    """Processes started meanwhile compute on one core each; several files keep all cores busy."""
    names = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")
    before = {name: os.environ.get(name) for name in names}
    os.environ.update(dict.fromkeys(names, "1"))
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


def _write_report(store: Path, outcomes: list[Outcome]) -> None:
    """What became of every file so far; those of earlier runs stay."""
    file = store / REPORT
    known = {row["file"]: row for row in _read_report(file)}
    known |= {outcome.file: asdict(outcome) for outcome in outcomes}
    store.mkdir(parents=True, exist_ok=True)
    beside = file.with_suffix(f".partial{os.getpid()}")
    beside.write_text(json.dumps(list(known.values()), indent=1) + "\n")
    beside.replace(file)


def _read_report(file: Path) -> list[dict]:
    try:
        return json.loads(file.read_text())
    except (OSError, ValueError):
        return []
