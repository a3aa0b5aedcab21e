"""How far the optimiser trusts orientation networks, and whether hearing them helps.

    OMP_NUM_THREADS=1 python revalidation/fit_network_trust.py MODEL STORE...

Fits, on the model's validation people with sensors as worn but not askew, SD and duration of the
error of each cell's mean (maximum likelihood of a first-order autoregressive error), writes them
with ``--write`` into ``src/kinefuse/optimiser/trust.json``, and scores the optimiser with and
without the network on the model's test people, to ``results/network_trust_<activity>.csv``.
"""

import json
import sys
from collections import defaultdict
from dataclasses import replace
from pathlib import Path as File

import numpy as np
import polars as pl

from kinefuse import so3
from kinefuse.anatomy.joints import JOINTS, PLANES
from kinefuse.dataset.conditions import AS_WORN, worn
from kinefuse.dataset.resampling import resampled_trial
from kinefuse.dataset.store import open_store
from kinefuse.metrics import rmse, rmse_mean_removed
from kinefuse.networks.limbs import as_right_leg, pair_signals
from kinefuse.networks.saved_model import load_model
from kinefuse.optimiser import NetworkAttitudes, Trust, estimate_body, fitted
from kinefuse.optimiser.paths import Knots
from kinefuse.optimiser.trust import Spread
from kinefuse.recordings import Trial
from kinefuse.simulation.sensor_models import degrade, sensor_model

HERE = File(__file__).parent
TRUST = HERE.parent / "src" / "kinefuse" / "optimiser" / "trust.json"
MOST_TRIALS = 24


def main(model_folder: File, stores: list[File], write: bool) -> None:
    """Fit on validation people, score on test people."""
    model = load_model(model_folder)
    activity = model.card.activity
    trials = {
        part: [
            put_on(resampled_trial(trial, model.rate_hz))
            for folder in stores
            for trial in open_store(folder).of(model.card.people[part])
            if trial.activity == activity
        ][:MOST_TRIALS]
        for part, put_on in (("validation", straight), ("test", askew))
    }
    relative, up = fit(model, trials["validation"])
    words = {
        "network_relative_rad": {k: vars(s) for k, s in relative.items()},
        "network_up": {k: vars(s) for k, s in up.items()},
    }
    print(json.dumps(words, indent=1))
    if write:
        every = json.loads(TRUST.read_text())
        every[activity] |= words
        TRUST.write_text(json.dumps(every, indent=1) + "\n")
    trust = replace(fitted(activity), network_relative_rad=relative, network_up=up)
    scores = pl.DataFrame(list(scored(model, trials["test"], trust)))
    table = scores.group_by("joint", "plane", "network", maintain_order=True).mean()
    beside = table.pivot(on="network", index=["joint", "plane"], values=["rmse_deg", "shape_deg"])
    (HERE / "results").mkdir(exist_ok=True)
    beside.write_csv(HERE / "results" / f"network_trust_{activity}.csv", float_precision=3)
    with pl.Config(tbl_rows=-1, tbl_cols=-1, float_precision=2):
        print(beside)


def straight(trial: Trial) -> Trial:
    """On flesh, with noise and bias, but along the segment, so that its attitude is known."""
    model = replace(sensor_model("consumer"), misalignment_deg=0.0)
    return replace(trial, imus=degrade(trial.imus, model, np.random.default_rng(7)))


def askew(trial: Trial) -> Trial:
    """As worn."""
    return worn(trial, AS_WORN, 0)


def said(model, session, name: str) -> NetworkAttitudes:
    """A pair's attitudes by the network, on its own side of the body."""
    joint = JOINTS[name]
    both = model.predict_orientations(pair_signals(session, name), joint.kind)
    return NetworkAttitudes(*(as_right_leg(R, joint.side) for R in both))


def fit(model, trials) -> tuple[dict[str, Spread], dict[str, Spread]]:
    """SD and duration, by kind of joint, of the relative attitude and of the vertical."""
    relative, up = defaultdict(list), defaultdict(list)
    for trial in trials:
        R = trial.poses.R_world_segment
        knots = Knots.every(1.0, trial.imus.samples, trial.imus.rate_hz)
        for name in trial.imus.joints():
            joint = JOINTS[name]
            if not model.has(joint.kind, "orientation"):
                continue
            network = said(model, trial.imus, name)
            pair = [R[joint.proximal], R[joint.distal]]
            apart = so3.transpose(network.R_up_proximal) @ network.R_up_distal
            true = so3.transpose(pair[0]) @ pair[1]
            # about the proximal axes, so that a lasting error stays one
            turned = so3.log(true @ so3.transpose(apart))
            relative[joint.kind].append(knots.means(turned))
            for bone, found in zip(pair, (network.R_up_proximal, network.R_up_distal), strict=True):
                up[joint.kind].append(knots.means(found[:, 1] - bone[:, 1]))
    return {k: spread(v) for k, v in relative.items()}, {k: spread(v) for k, v in up.items()}


def spread(errors: list[np.ndarray]) -> Spread:
    """Root mean square, and 1/e of the correlation from cell to cell."""
    sd = float(np.sqrt(np.mean(np.concatenate(errors) ** 2)))
    like = np.mean(np.concatenate([e[1:] * e[:-1] for e in errors])) / sd**2
    return Spread(sd=round(sd, 4), lasts_s=round(float(-1 / np.log(np.clip(like, 1e-3, 0.999))), 1))


def scored(model, trials, trust: Trust):
    """Raw and mean-removed errors with and without the network."""
    for trial in trials:
        joints = [n for n in trial.imus.joints() if model.has(JOINTS[n].kind, "orientation")]
        network = {name: said(model, trial.imus, name) for name in joints}
        for heard in ("without", "with"):
            body = estimate_body(
                trial.imus,
                trial.activity,
                network=network if heard == "with" else None,
                trust=trust,
            )
            for name in joints:
                curves = body.angles.angles_rad[name], trial.angles.angles_rad[name]
                raw, shape = (np.rad2deg(f(*curves)) for f in (rmse, rmse_mean_removed))
                for i, plane in enumerate(PLANES):
                    yield {
                        "joint": JOINTS[name].kind,
                        "plane": plane,
                        "network": heard,
                        "rmse_deg": float(raw[i]),
                        "shape_deg": float(shape[i]),
                    }


if __name__ == "__main__":
    arguments = [File(a) for a in sys.argv[1:] if a != "--write"]
    main(arguments[0], arguments[1:], "--write" in sys.argv)
