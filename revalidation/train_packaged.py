"""Train the models that come with the package, from nothing but code and public recordings.

    OMP_NUM_THREADS=1 python revalidation/train_packaged.py walking WORK
    OMP_NUM_THREADS=1 python revalidation/train_packaged.py running WORK

Each simulates sixty people, adds the recordings whose licences let weights be shipped, trains the
six networks and puts the model under ``src/kinefuse/models``. The two may run side by side, one a
core. Killed, the same command goes on. WORK keeps stores and checkpoints.

The CMU walks (``walking_cmu_asf``) are left out although their licence allows them: their
skeleton's knee is a hinge, so they would teach that no knee adducts or rotates.
"""

import os
import shutil
import sys
from pathlib import Path

from kinefuse.dataset.marker_sources import find_sources
from kinefuse.dataset.prepare import prepare
from kinefuse.dataset.splits import Split
from kinefuse.dataset.store import Store, open_store, write_trial
from kinefuse.simulation.gait import simulate_people
from kinefuse.training.config import recipe
from kinefuse.training.train_model import TrainingPlan, train_model

PROJECT = Path(__file__).parent.parent
DATA = Path(os.environ.get("KINEFUSE_DATA", PROJECT.parent / "shared" / "data"))
PEOPLE, SEED, RATE_HZ = 60, {"walking": 20251, "running": 20252}, 200.0
SHIPS = {
    "walking": ("walking_markers_biomechzoo",),
    "running": ("running_markers_rbds", "running_markers_ric"),
}
# Real people to tune on, and those kept from everything for revalidation/running_rbds.
TUNED_ON = {"walking": ("HC044A",), "running": ("RBDS016", "RBDS020")}
LEFT_OUT = ("RBDS004", "RBDS011", "RBDS018", "RBDS023")


def main(activity: str, work: Path) -> None:
    """Make what is missing, train, and install the model."""
    stores = simulated(activity, work), real(activity, work)
    plan = TrainingPlan(
        stores=stores,
        split=split(stores),
        configs=recipe("ours"),
        recipe="ours",
        activity=activity,
    )
    trained = work / activity
    if not trained.exists():
        for step in train_model(plan, trained):
            if step.done % 50 == 0 or step.done == step.total:
                print(f"{step.network} {step.done}/{step.total}: {step.message}", flush=True)
    home = PROJECT / "src" / "kinefuse" / "models" / activity
    shutil.rmtree(home, ignore_errors=True)
    # The computation files hold the weights too; the package need not hold them twice.
    shutil.copytree(trained, home, ignore=shutil.ignore_patterns("weights.safetensors"))
    size = sum(file.stat().st_size for file in home.rglob("*") if file.is_file())
    print(f"{home}: {size / 1e6:.1f} MB")


def simulated(activity: str, work: Path) -> Store:
    """Sixty people drawn from the published curves."""
    folder = work / f"simulated_{activity}"
    if not folder.exists():
        beside = folder.with_suffix(".partial")
        for trial in simulate_people(PEOPLE, activity, SEED[activity], rate_hz=RATE_HZ):
            write_trial(beside, trial)
        beside.rename(folder)
    return open_store(folder)


def real(activity: str, work: Path) -> Store:
    """Everybody whose recordings may be trained on and shipped."""
    folder = work / f"real_{activity}"
    if not folder.exists():
        beside = folder.with_suffix(".partial")
        sources = find_sources([DATA / name for name in SHIPS[activity]])
        for step in prepare(sources, beside, rate_hz=RATE_HZ, processes=1):
            print(step.message, flush=True)
        beside.rename(folder)
    return open_store(folder)


def split(stores: tuple[Store, ...]) -> Split:
    """A tenth of the simulated people each to tune on and to test on, and the real ones above."""
    people = sorted({person for store in stores for person in store.people})
    made_up = [person for person in people if person.startswith("sim-")]
    tenth = len(made_up) // 10
    tuned_on = {*made_up[:tenth], *TUNED_ON["walking"], *TUNED_ON["running"]}
    left_out = {*made_up[-tenth:], *LEFT_OUT}
    return Split(
        train=tuple(p for p in people if p not in tuned_on | left_out),
        validation=tuple(p for p in people if p in tuned_on),
        test=tuple(p for p in people if p in left_out),
    )


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
