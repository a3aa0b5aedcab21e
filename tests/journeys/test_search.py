"""``kinefuse search`` and ``kinefuse best`` as people use them, with processes that are killed."""

import json
import os
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

import optuna
import psutil
import pytest
from typer.testing import CliRunner

from kinefuse.cli.app import app
from kinefuse.networks.saved_model import load_model
from kinefuse.search.outcomes import read_study
from processes import Processes, finish, kill, wait_until
from small_searches import PEOPLE, puppet_store

LONG_ENOUGH = ("--iterations", "0.015")  # seconds, not tenths: time to be killed in
SHORT = ("--iterations", "0.002")
POSTGRES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("stores") / "puppets"
    puppet_store(folder)
    return folder


@pytest.fixture(scope="module")
def split(tmp_path_factory):
    file = tmp_path_factory.mktemp("split") / "split.json"
    people = {"train": PEOPLE[:2], "validation": PEOPLE[2:3], "test": PEOPLE[3:]}
    file.write_text(json.dumps(people))
    return file


@pytest.fixture
def processes():
    started = Processes()
    yield started
    started.close()


def words(store, split, out, *more, network="cnn", trials=3):
    common = ("--activity", "walking", "--joint", "knee", "--split", split, "--no-pruning")
    return ("search", store, "--out", out, "--network", network, "--trials", trials, *common, *more)


def kinefuse(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def complete(study, trials):
    """Every trial asked for is there once, trained to its end, and nothing else is."""
    found = read_study(study)
    assert len(found.complete) == trials
    assert len({t.number for t in found.trials}) == len(found.trials) == trials
    for trial in found.trials:
        assert trial.iterations == 2 * trial.settings["iterations"]
        load_model(trial.folder)
    assert list((study / "running").glob("*")) == []
    return found


def in_storage(study, url=None):
    """Numbers of the finished trials by what the storage says."""
    from kinefuse.search.address import Address, storage_of

    place = url or str(study / "journal.log")
    address = Address(storage=place, name="", pruner="none", report_every=1, longest=1)
    storage = storage_of(address)
    (row,) = storage.get_all_studies()
    trials = storage.get_all_trials(row._study_id)
    if url:
        storage.remove_session()
        storage.engine.dispose()
    return [t.number for t in trials if t.state == optuna.trial.TrialState.COMPLETE]


@pytest.mark.slow
def test_search_here_and_take_the_best_of_two_networks(store, split, tmp_path, processes):
    log = tmp_path / "log"
    cnn, lstm = tmp_path / "cnn", tmp_path / "lstm"
    for out in (cnn, lstm):
        more = words(store, split, out, *SHORT, "--workers", 2, network=out.name, trials=2)
        said = finish(processes.start("kinefuse.cli.app", *more, log=log), log)
        complete(out, 2)
    assert "2 people to train on, 1 to score on, 1 left out." in said
    assert "Best: trial" in said
    model = tmp_path / "model"
    result = kinefuse("best", cnn, lstm, "--out", model)
    assert result.exit_code == 0, result.output
    scores = {s.name: s.best.score_deg for s in map(read_study, (cnn, lstm))}
    winner = min(scores, key=lambda name: scores[name])
    assert f"of {winner}, validation RMSE {scores[winner]:.2f} deg, first of 4" in result.output
    card = load_model(model).card
    assert card.networks["knee_angles"].scores["search"]["score_deg"] == scores[winner]
    assert kinefuse("best", cnn, "--out", model).exit_code == 2  # already there
    assert kinefuse("best", cnn, "--out", model, "--force").exit_code == 0


@pytest.mark.slow
def test_a_trial_whose_worker_is_killed_is_run_by_another(store, split, tmp_path, processes):
    file, log = tmp_path / "scheduler.json", tmp_path / "log"
    cluster = ("--scheduler-file", file, "--no-dashboard")
    processes.start("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", 0, *cluster,
                    log=log)  # fmt: skip
    wait_until(file.exists, "scheduler")
    worker = ("distributed.cli.dask_worker", "--scheduler-file", file, "--nthreads", 1,
              "--no-nanny", "--no-dashboard", "--local-directory", tmp_path)  # fmt: skip
    workers = [processes.start(*worker, log=log) for _ in range(2)]
    address = json.loads(file.read_text())["address"]
    out, said = tmp_path / "study", tmp_path / "said"
    more = words(store, split, out, *LONG_ENOUGH, "--scheduler", address, trials=4)
    driver = processes.start("kinefuse.cli.app", *more, log=said)
    wait_until(lambda: len(list(out.glob("running/*/state.safetensors"))) == 2, "two at work")
    started = {file.parent.name for file in out.glob("running/*/state.safetensors")}
    assert not started & {file.name for file in out.glob("trials/*")}
    kill(workers[0])
    finish(driver, said)
    found = complete(out, 4)
    assert [t.number for t in found.trials] == in_storage(out) == [0, 1, 2, 3]
    assert workers[1].poll() is None  # it did all the work, and serves on


@pytest.mark.slow
def test_a_killed_driver_loses_only_what_was_running(store, split, tmp_path, processes):
    out, log = tmp_path / "study", tmp_path / "log"
    more = words(store, split, out, *LONG_ENOUGH, "--workers", 1, trials=2)
    driver = processes.start("kinefuse.cli.app", *more, log=log)
    wait_until(lambda: list(out.glob("running/*/state.safetensors")), "at work")
    children = psutil.Process(driver.pid).children(recursive=True)
    kill(driver)
    wait_until(lambda: not any(alive(child) for child in children), "workers end with it")
    checkpoint = next(out.glob("running/*/state.safetensors"))
    before = checkpoint.stat().st_mtime_ns
    assert before > 0
    finish(processes.start("kinefuse.cli.app", *more, log=log), log)
    found = complete(out, 2)
    assert [t.number for t in found.trials] == in_storage(out)
    assert [t.number for t in found.trials] == [1, 2]  # 0 is run again as 1, then there is one more


def alive(process):
    return process.is_running() and process.status() != psutil.STATUS_ZOMBIE


@pytest.mark.slow
def test_ctrl_c_ends_it_and_the_same_command_goes_on(store, split, tmp_path, processes):
    out, log = tmp_path / "study", tmp_path / "log"
    more = words(store, split, out, *LONG_ENOUGH, "--workers", 1, trials=2)
    driver = processes.start("kinefuse.cli.app", *more, log=log)
    wait_until(lambda: list(out.glob("running/*/state.safetensors")), "at work")
    os.killpg(driver.pid, signal.SIGINT)  # as a terminal does: to all of them
    assert driver.wait(timeout=60) == 130
    said = log.read_text()
    assert "stopped on request" in said
    assert "Traceback" not in said
    assert list(out.glob("drivers/*")) == []
    finish(processes.start("kinefuse.cli.app", *more, log=log), log)
    complete(out, 2)


@pytest.fixture
def database():
    """The address of a PostgreSQL server of the test's own, on a socket in a folder of its own."""
    if not (POSTGRES / "initdb").exists():
        pytest.skip(f"no PostgreSQL at {POSTGRES}")
    folder = Path(tempfile.mkdtemp(prefix="kf-pg-"))
    user = "postgres" if os.geteuid() == 0 else None  # it refuses to run as root
    if user:
        shutil.chown(folder, user)

    def server(program, *options):
        command = [POSTGRES / program, "-D", folder / "data", *options]
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(command, check=True, user=user, cwd=folder, timeout=120, **quiet)

    try:
        server("initdb", "-U", "searcher", "--auth=trust", "--no-sync")
        options = f"-c listen_addresses='' -c fsync=off -k {folder}"
        server("pg_ctl", "start", "-w", "-l", folder / "log", "-o", options)
        try:
            yield f"postgresql://searcher@/postgres?host={folder}"
        finally:
            server("pg_ctl", "stop", "-w", "-m", "immediate")
    finally:
        shutil.rmtree(folder)


@pytest.mark.slow
def test_two_drivers_share_a_study_in_a_database(store, split, tmp_path, processes, database):
    out, logs = tmp_path / "study", [tmp_path / "log1", tmp_path / "log2"]
    more = words(store, split, out, *LONG_ENOUGH, "--workers", 1, "--storage", database, trials=5)
    drivers = [processes.start("kinefuse.cli.app", *more, log=log) for log in logs]
    for driver, log in zip(drivers, logs, strict=True):
        finish(driver, log)
    found = complete(out, 5)
    assert [t.number for t in found.trials] == sorted(in_storage(out, database))
    assert not (out / "journal.log").exists()


def test_a_password_is_written_nowhere(store, split, tmp_path):
    out = tmp_path / "study"
    url = "postgresql://me:secret@127.0.0.1:1/none"
    result = kinefuse(*words(store, split, out, *SHORT, "--workers", 1, "--storage", url))
    assert result.exit_code == 2
    assert "me:***@127.0.0.1:1/none cannot be used" in result.output
    assert "secret" not in result.output
    assert not any(b"secret" in f.read_bytes() for f in out.rglob("*") if f.is_file())


@pytest.mark.parametrize(
    ("more", "complaint"),
    [
        (("--network", "rnn"), "choose one of: cnn, lstm"),
        (("--joint", "elbow"), "choose one of: hip, knee, ankle"),
        (("--activity", "swimming"), "walking, running, any"),
        (("--activity", "running"), "no sound trial"),
        (("--budget", "huge"), "published, small"),
        (("--storage", "mysql://x/y"), "only PostgreSQL"),
        (("--storage", "somewhere"), "this is no URL"),
        (("--without", "nowhere.json"), "cannot be read"),
        (("--scheduler", "tcp://127.0.0.1:1"), "no Dask scheduler answers at tcp://127.0.0.1:1"),
    ],
)
def test_a_wrong_wish_is_one_sentence(store, split, tmp_path, more, complaint, monkeypatch):
    monkeypatch.setattr("kinefuse.executor._CONNECT_S", 1)
    result = kinefuse(*words(store, split, tmp_path / "study", "--workers", 1), *more)
    assert result.exit_code == 2, result.output
    assert complaint in result.output
    assert not list(tmp_path.glob("study/trials/*"))


def test_a_missing_extra_is_one_sentence(store, split, tmp_path, monkeypatch):
    monkeypatch.setattr("kinefuse.cli.extras.EXTRAS", {"search": ("torch", "unheard_of")})
    result = kinefuse(*words(store, split, tmp_path / "study"))
    assert result.exit_code == 2
    assert "needs unheard_of" in result.output
    assert "kinefuse[search]" in result.output


def test_a_search_needs_its_own_folder(store, split, tmp_path):
    (tmp_path / "photo.jpg").touch()
    result = kinefuse(*words(store, split, tmp_path))
    assert result.exit_code == 2
    assert "holds no study" in result.output
