"""The whole paper in miniature: five people, hardly any training, no other process."""

from kinefuse.dataset.to_published import meta_recording
from kinefuse.formats.meta_h5 import write_meta_h5
from kinefuse.reproduction.budget import Budget
from kinefuse.reproduction.job import Job
from kinefuse.reproduction.places import Places
from kinefuse.reproduction.stages import STAGES, run_stage
from kinefuse.simulation.gait import as_captured, simulate_one
from kinefuse.training.correction_config import CorrectionConfig, WearingConfig
from small_searches import HereExecutor

TINY = Budget(
    name="tiny",
    trials={"cnn": 1, "lstm": 1},
    iterations=0.002,
    orientation_iterations=2,
    correction=CorrectionConfig(
        settings={"width": 4, "trunk": [1], "head": [1]},
        wearings=WearingConfig(times={"aligned": 1}, partly=0),
        shares={"aligned": 1.0},
        iterations=2,
        window_s=1.0,
        batch=2,
    ),
)


def people(activity, count, seconds=8.0):
    """Simulated ones, smoothed as a laboratory does."""
    return [as_captured(simulate_one(i, activity, 0, seconds=seconds), 12.0) for i in range(count)]


def job_for(folder, **changes):
    """A reproduction of ``folder / 'Data'`` into ``folder / 'out'``, done in this process."""
    words = {
        "data": folder / "Data",
        "places": Places(folder / "out"),
        "budget": TINY,
        "workers": 1,
        "engine": lambda *_: HereExecutor(),
    }
    return Job(**(words | changes))


def run_all(job, stages=STAGES):
    """Every stage to its end."""
    for stage in stages:
        for _ in run_stage(stage, job):
            pass


def write_data(folder, trials_of):
    """``1_Extracted/<activity>_meta.h5``, people named s1 onwards."""
    for activity, trials in trials_of.items():
        file = folder / "Data" / "1_Extracted" / f"{activity}_meta.h5"
        file.parent.mkdir(parents=True, exist_ok=True)
        recordings = [meta_recording(t, f"s{i}") for i, t in enumerate(trials, start=1)]
        for _ in write_meta_h5(file, recordings):
            pass
