"""``kinefuse evaluate`` writes the paper's final table, with the published method beside ours."""

from dataclasses import replace

import polars as pl
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.cli.evaluate import write_tables
from kinefuse.dataset.store import write_trial
from kinefuse.evaluation import METHODS
from kinefuse.networks.model_card import read_card, write_card
from kinefuse.report.final_table import final_table
from scores import scores
from small_networks import write_model
from toy import puppet_trial
from workbooks import Workbook

FUSED = {
    "smoothing": {"attitude_sigma_rad": 1.0},
    "fusion": {"alpha_share": (0.5,) * 3, "beta_share": (0.5,) * 3},
}
BLEND = {"std_ratio": (1.0,) * 3, "weight": (0.5,) * 3}


def kinefuse(*words):
    return CliRunner().invoke(app, [str(word) for word in words])


def model(folder, recipe, **words):
    """An untrained model that left out p8 and p9."""
    write_model(folder, "temporal", seed=len(words))
    card = read_card(folder)
    people = {**card.people, "test": ("p8", "p9")}
    write_card(folder, replace(card, recipe=recipe, people=people, joints={"knee": words}))
    return folder


@pytest.fixture(scope="module")
def models(tmp_path_factory):
    root = tmp_path_factory.mktemp("models")
    ours = {"aligned": FUSED, "as worn": FUSED}
    return {
        "ours": model(root / "ours", "ours", **ours),
        "published": model(root / "published", "published-cnn", published=BLEND),
        "both": model(root / "both", "published-lstm", published=BLEND, **ours),
    }


@pytest.fixture(scope="module", autouse=True)
def _quick_optimiser():
    """The real one is tried where a model is trained and evaluated; here, tables are."""

    def nearly_right(_contender, seen):
        for name, truth in seen.trial.angles.angles_rad.items():
            yield name, {"alpha": truth + 0.02, "beta": truth + 0.01}

    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(METHODS, "map", nearly_right)
        yield


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    for person in ("p8", "p9"):
        write_trial(folder, puppet_trial(person, seconds=2))
    return folder


@pytest.fixture(scope="module")
def one(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "one"
    write_trial(folder, puppet_trial("p9", seconds=2))
    return folder


@pytest.fixture(scope="module")
def compared(models, store, tmp_path_factory):
    out = tmp_path_factory.mktemp("scores") / "out"
    words = ("--baseline", models["published"], "--out", out)
    result = kinefuse("evaluate", models["ours"], store, *words)
    assert result.exit_code == 0, result.output
    return out, result.output


def test_both_methods_stand_in_one_table_network_and_optimised(compared):
    final = pl.read_csv(compared[0] / "final_table.csv")
    lines = final.filter(condition="aligned", joint="knee")
    assert lines.select("method", "answer").rows() == [
        (method, answer)
        for method, last in (
            ("map", "optimisation"),
            ("ours", "network + optimisation"),
            ("published", "network + optimisation"),
        )
        for answer in ("network", last)
    ]
    assert set(final["activity"]) == {"walking"}
    assert set(final["people"]) == {2}


def test_the_table_is_that_of_the_scores_beside_it(compared):
    expected = final_table(pl.read_csv(compared[0] / "scores.csv"))
    written = pl.read_csv(compared[0] / "final_table.csv")
    assert written.columns == expected.columns
    for name in expected.columns[6:]:
        assert written[name].to_list() == pytest.approx(expected[name].to_list(), abs=1e-4)


def test_the_workbook_opens_and_holds_every_person(compared):
    book = Workbook(compared[0] / "results.xlsx")
    people = {value for cell, value in book["people"].items() if cell[0] == "F" and cell[1:] > "2"}
    assert {"p8", "p9"} <= people
    final = pl.read_csv(compared[0] / "final_table.csv")
    assert book.row("final table", 3)[:5] == list(final.row(0)[:5])


def test_the_terminal_shows_what_was_published_too(compared):
    assert "flexion < 1.27 ± 0.38" in compared[1]


@pytest.mark.parametrize(
    ("name", "methods"),
    [("published", {"map", "published"}), ("both", {"map", "ours", "published"})],
)
def test_a_published_model_is_scored_as_published(models, one, tmp_path, name, methods):
    result = kinefuse("evaluate", models[name], one, "--out", tmp_path / "out")
    assert result.exit_code == 0, result.output
    final = pl.read_csv(tmp_path / "out" / "final_table.csv")
    assert set(final["method"]) == methods


def test_two_published_models_at_once_are_refused(models, store):
    result = kinefuse("evaluate", models["published"], store, "--baseline", models["both"])
    assert result.exit_code == 2
    assert "was itself trained as published" in " ".join(result.output.split())


def test_without_xlsxwriter_all_but_the_workbook_is_written(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr("kinefuse.report.workbook.can_write_workbooks", lambda: False)
    write_tables(tmp_path, scores())
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "final_table.csv", "final_table.tex", "scores.csv", "scores.svg", "summary.csv",
    ]  # fmt: skip
    assert "pip install 'kinefuse[train]'" in capsys.readouterr().err
