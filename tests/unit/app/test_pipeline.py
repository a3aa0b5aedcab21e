"""The program's work in the words of the page."""

from pathlib import Path

import numpy as np
import pytest

from kinefuse.anatomy.segments import SEGMENTS
from kinefuse.app import pipeline
from kinefuse.app.records import DOWNLOAD, Said
from kinefuse.app.refusals import BadName
from kinefuse.app.result_folder import listed, pack, replaced
from kinefuse.errors import KinefuseError, RecordingError, UnreadableFile
from kinefuse.formats.csv_session import write_session_csv
from kinefuse.progress import Progress, result_of
from kinefuse.sessions import Opened
from kinefuse.simulation.sensor_models import degrade, sensor_model
from own_logger import write_logged, write_map
from vendor_files import EXAMPLES
from vendor_files import session as vendor_session

TURN = "R_segment_sensor = [[1, 0, 0], [0, 1, 0], [0, 0, 1]]"


@pytest.fixture(scope="module")
def worn(walker):
    """With noise: sensors that repeat themselves while somebody stands are faulty."""
    session, _ = walker.worn(np.random.default_rng(3))
    return degrade(session, sensor_model("research"), np.random.default_rng(4))


@pytest.fixture
def folder(worn, tmp_path) -> Path:
    """A recording as it is laid out for readers."""
    recording = tmp_path / "recording"
    recording.mkdir()
    write_session_csv(recording / "walk.csv", worn)
    return recording


class Enough(Exception):
    """Before anything is estimated."""


def begun_with(recording: Path, said: Said, results: Path) -> Opened:
    """What an estimate finds out of the files and of what is said."""
    handed: list[Opened] = []

    def prepare(opened: Opened):
        handed.append(opened)
        raise Enough

    with pytest.raises(Enough):
        result_of(pipeline.estimate(recording, said, results, prepare))
    return handed[0]


def test_sensors_are_recognised_and_placed_with_a_certainty(folder):
    recognised, said = result_of(pipeline.recognise(folder, "Anna 1"))
    assert recognised.format_name == "csv"
    assert [sensor.label for sensor in recognised.sensors] == list(SEGMENTS)
    assert all(sensor.duration_s == pytest.approx(14.0) for sensor in recognised.sensors)
    assert said == Said(name="Anna 1", sensors={s: s for s in SEGMENTS})
    for segment, place in recognised.proposal.items():
        assert place.label == segment
        assert place.certainty is not None
        assert place.certainty > 0.9
        assert place.why == "by name and movement"


def test_names_that_contradict_the_movement_are_told(folder):
    swapped = (folder / "walk.csv").read_text().splitlines(keepends=True)
    swapped[0] = (
        swapped[0].replace("thigh_r", "?").replace("foot_l", "thigh_r").replace("?", "foot_l")
    )
    (folder / "walk.csv").write_text("".join(swapped))
    recognised, said = result_of(pipeline.recognise(folder, "walk.csv"))
    assert said.sensors["thigh_r"] == "foot_l"
    assert "moves like" in recognised.proposal["thigh_r"].why
    assert any("contradict" in doubt for doubt in recognised.doubts)


@pytest.mark.parametrize("name", ["xsens_txt", "shimmer", "mvnx"])
def test_vendors_files_that_hold_no_gait_leave_the_places_to_the_person(name, tmp_path):
    """These are a puppet's, no gait: names may tell, else nothing is made up."""
    EXAMPLES[name].write(tmp_path / "recording", vendor_session(EXAMPLES[name]))
    recognised, said = result_of(pipeline.recognise(tmp_path / "recording", "walk"))
    labels = {sensor.label for sensor in recognised.sensors}
    assert recognised.format_words
    assert set(said.sensors.values()) <= labels


def test_a_single_file_is_told_what_it_lacks(tmp_path):
    (tmp_path / "holiday.csv").write_text("a,b\n1,2\n")
    with pytest.raises(UnreadableFile, match=r"holiday\.csv"):
        result_of(pipeline.recognise(tmp_path, "holiday"))


def test_what_session_toml_says_is_heard(folder):
    (folder / "session.toml").write_text(
        f'name = "Ben"\nactivity = "running"\n[person]\nheight_m = 1.8\n[sensors.pelvis]\n'
        f'label = "foot_r"\n{TURN}\n'
    )
    recognised, said = result_of(pipeline.recognise(folder, "walk.csv"))
    assert said == Said(name="Ben", activity="running", height_m=1.8, sensors={"pelvis": "foot_r"})
    assert recognised.proposal["pelvis"].why == "by session.toml"


@pytest.mark.parametrize("elsewhere", ["..", "/etc", "../other", "a/../../x"])
def test_a_session_toml_cannot_lead_out_of_the_folder(folder, elsewhere):
    (folder.parent / "other").mkdir()
    (folder / "session.toml").write_text(f'recording = "{elsewhere}"\n')
    with pytest.raises(BadName, match=r"session\.toml"):
        result_of(pipeline.recognise(folder, "walk.csv"))
    with pytest.raises(BadName):
        result_of(pipeline.check(folder, Said(name="x")))


def test_a_map_among_the_files_is_heard_and_one_elsewhere_is_refused(worn, tmp_path):
    folder = write_logged(tmp_path / "recording", worn)
    write_map(folder / "ours.toml")
    write_map(tmp_path / "ours.toml")
    (folder / "session.toml").write_text('map = "ours.toml"\n')
    recognised, _ = result_of(pipeline.recognise(folder, "x"))
    assert recognised.format_words == "Our laboratory's logger"
    (folder / "session.toml").write_text('map = "../ours.toml"\n')
    with pytest.raises(BadName, match=r"session\.toml leads out of the folder"):
        result_of(pipeline.recognise(folder, "x"))


def test_a_known_mounting_stays_known_where_its_sensor_stays(folder, tmp_path):
    (folder / "session.toml").write_text(f'[sensors.pelvis]\nlabel = "pelvis"\n{TURN}\n')
    there, elsewhere = ({segment: "pelvis"} for segment in ("pelvis", "thigh_r"))
    kept = begun_with(folder, Said(name="x", sensors=there), tmp_path / "results")
    moved = begun_with(folder, Said(name="x", sensors=elsewhere), tmp_path / "results")
    assert kept.description is not None
    assert moved.description is not None
    assert kept.description.mountings.keys() == {"pelvis"}
    assert not moved.description.mountings


def test_a_sound_recording_passes_its_checks_and_a_swapped_one_does_not(folder):
    sound = Said(name="x", sensors={s: s for s in SEGMENTS})
    assert all(row.passed for row in result_of(pipeline.check(folder, sound)).findings)
    swapped = sound.sensors | {"thigh_r": "foot_l", "foot_l": "thigh_r"}
    found = result_of(pipeline.check(folder, sound.changed(sensors=swapped))).findings
    assert not all(row.passed for row in found)


def test_a_swap_is_offered_a_mend_which_puts_every_sensor_right(folder, tmp_path):
    swapped = {s: s for s in SEGMENTS} | {"thigh_r": "foot_l", "foot_l": "thigh_r"}
    said = Said(name="x", sensors=swapped)
    checked = result_of(pipeline.check(folder, said))
    assert {row.subject for row in checked.findings if not row.passed} == {"thigh_r", "foot_l"}
    assert {row.severity for row in checked.findings if not row.passed} == {"grave"}
    opened, mends = pipeline.mended(begun_with(folder, said, tmp_path / "results"))
    assert mends == checked.mends
    assert len(mends) == 2
    assert opened.description is not None
    assert {s: place.label for s, place in opened.description.sensors.items()} == {
        s: s for s in SEGMENTS
    }


def test_a_sensor_that_was_not_recorded_is_told(folder):
    with pytest.raises(RecordingError, match="nobody"):
        result_of(pipeline.check(folder, Said(name="x", sensors={"pelvis": "nobody"})))


def test_an_estimate_tells_each_step_and_leaves_whole_results(folder, tmp_path):
    said = Said(name="Anna", sensors={s: s for s in ("shank_r", "foot_r")})
    steps, told = pipeline.estimate(folder, said, tmp_path / "results"), []
    for step in steps:
        told.append(step)
        assert not (tmp_path / "results").exists()
    assert [step.done for step in told] == list(range(told[0].total))
    assert all(isinstance(step, Progress) and step.message for step in told)
    (tmp_path / "results" / "earlier.txt").touch()
    outcome = result_of(
        pipeline.estimate(folder, said, tmp_path / "results", lambda opened: (opened, ("Mended.",)))
    )
    assert outcome.mended == ("Mended.",)
    assert "Mended." in (tmp_path / "results" / "summary.json").read_text()
    names = [file.name for file in outcome.files]
    assert names[0] == "report.html"
    assert {"angles.csv", "angles.mot", "estimate.h5", "summary.json"} <= set(names)
    assert sorted(file.name for file in (tmp_path / "results").iterdir()) == sorted(
        [*names, DOWNLOAD]
    )
    assert "Anna" in (tmp_path / "results" / "report.html").read_text()
    assert outcome.headline


def test_an_estimate_that_fails_leaves_earlier_results_alone(folder, tmp_path):
    (tmp_path / "results").mkdir()
    (tmp_path / "results" / "report.html").write_text("earlier")
    said = Said(name="x", sensors={"pelvis": "pelvis"})  # no joint
    with pytest.raises(KinefuseError):
        result_of(pipeline.estimate(folder, said, tmp_path / "results"))
    assert (tmp_path / "results" / "report.html").read_text() == "earlier"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["recording", "results"]


def test_results_take_the_place_of_earlier_ones_whole(tmp_path):
    place = tmp_path / "results"
    for words in ("earlier", "later"):
        with replaced(place) as folder:
            (folder / f"{words}.txt").write_text(words)
            pack(folder, "walk")
    assert sorted(path.name for path in place.iterdir()) == [DOWNLOAD, "later.txt"]
    assert [file.size_bytes for file in listed(place) if file.name == "later.txt"] == [5]
