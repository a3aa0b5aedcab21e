"""Made-up scores of an evaluation, whose every mean can be told by hand."""

import itertools

import polars as pl

from kinefuse.anatomy.joints import JOINT_KINDS, PLANES


def score_rows(
    people=("a", "b"),
    activities=("walking",),
    conditions=("aligned",),
    joints=JOINT_KINDS,
    answers=(("ours", "alpha"), ("ours", "theta")),
    trials=("one",),
):
    """Raw scores of 1, 2, 3 deg by plane and half of that calibrated.

    The person's index is added, and 10 where the answer is not theta; the right leg is worse by
    0.5 and the left better.
    """
    every = itertools.product(conditions, activities, enumerate(people), trials, "rl", joints)
    rows = []
    for condition, activity, (number, person), trial, side, joint in every:
        for (method, answer), (i, plane) in itertools.product(answers, enumerate(PLANES)):
            raw = 1 + i + number + (0.5 if side == "r" else -0.5)
            raw += 10 * (answer != "theta")
            rows.append(
                {
                    "condition": condition, "activity": activity, "person": person,
                    "trial": trial, "side": side, "joint": joint, "method": method,
                    "plane": plane, "answer": answer,
                    "rmse_deg": raw, "rmse_mean_removed_deg": raw / 2,
                }
            )  # fmt: skip
    return rows


def scores(**options):
    return pl.DataFrame(score_rows(**options))
