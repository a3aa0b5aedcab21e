"""From streams to a session: what is sound keeps every number, what is done to time is told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from imu_files import streams_of, write_csv
from kinefuse.errors import UnreadableFile
from kinefuse.progress import Progress
from kinefuse.sensor_streams import SensorStreams
from kinefuse.session_description import Person, SensorPlace, SessionDescription
from kinefuse.sessions import (
    Opened,
    assemble,
    open_in_steps,
    open_session,
    read,
    read_in_steps,
    write_description,
)
from kinefuse.sessions.errors import (
    BadDescription,
    ClocksUnknown,
    NoCommonTime,
    NotEven,
    UnknownPlaces,
)
from toy import puppet_trial
from vendor_files import write_ximu

IMUS = puppet_trial(seconds=8.0, rate_hz=100.0).imus


def opened(streams, path, description=None):
    recording = SensorStreams(name="walk", streams=streams, format_name="streams_folder")
    return Opened(path=path, streams=recording, description=description)


def put_together(path, **changes):
    """The puppet's session after changes of single streams, by segment."""
    streams = dict(streams_of(IMUS).streams)
    for segment, change in changes.items():
        streams[segment] = change(streams[segment])
    return assemble(opened(streams, path))


def kept(stream, keep):
    return replace(
        stream,
        time_s=stream.time_s[keep],
        acc_m_s2=stream.acc_m_s2[keep],
        gyr_rad_s=stream.gyr_rad_s[keep],
    )


def without(*lost):
    return lambda stream: kept(stream, ~np.isin(np.arange(stream.samples), lost))


def same(session, imus, start=0, stop=None):
    return all(
        np.array_equal(session[s].acc_m_s2, imus[s].acc_m_s2[start:stop])
        and np.array_equal(session[s].gyr_rad_s, imus[s].gyr_rad_s[start:stop])
        for s in imus.sensors
    )


def test_what_is_sound_keeps_every_number_and_needs_no_word(tmp_path):
    session = put_together(tmp_path)
    assert same(session, IMUS)
    assert session.rate_hz == IMUS.rate_hz
    assert session.notes == ()


@settings(max_examples=20)
@given(shift=st.floats(-1e4, 2e9))
def test_when_the_clock_was_started_does_not_matter(shift, tmp_path_factory):
    streams = {
        s: replace(stream, time_s=stream.time_s + shift)
        for s, stream in streams_of(IMUS).streams.items()
    }
    session = assemble(opened(streams, tmp_path_factory.mktemp("walk")))
    assert same(session, IMUS)
    assert session.notes == ()


@settings(max_examples=10)
@given(first=st.integers(0, 40), last=st.integers(700, 800))
def test_sensors_that_start_and_end_apart_are_cut_to_what_they_share(first, last, tmp_path_factory):
    session = put_together(
        tmp_path_factory.mktemp("walk"),
        foot_l=lambda stream: kept(stream, slice(first, None)),
        pelvis=lambda stream: kept(stream, slice(None, last)),
    )
    assert same(session, IMUS, first, last)


def test_a_short_gap_is_bridged_closely_and_told(tmp_path):
    session = put_together(tmp_path, shank_r=without(300, 301, 302, 500))
    off = session["shank_r"].gyr_rad_s - IMUS["shank_r"].gyr_rad_s
    assert not off[np.setdiff1d(np.arange(800), [300, 301, 302, 500])].any()
    assert np.abs(off).max() < 0.02
    assert session.notes == (
        "shank_r: 2 gaps of 4 samples in all, the longest of 30 ms, bridged by a smooth curve.",
    )


def test_missing_numbers_are_bridged_as_missing_samples_are(tmp_path):
    def blank(stream):
        acc = stream.acc_m_s2.copy()
        acc[300:303] = np.nan
        return replace(stream, acc_m_s2=acc)

    lost = put_together(tmp_path, shank_r=without(300, 301, 302))
    missing = put_together(tmp_path, shank_r=blank)
    np.testing.assert_array_equal(missing["shank_r"].acc_m_s2, lost["shank_r"].acc_m_s2)
    assert missing.notes == lost.notes


@pytest.mark.parametrize(("lost", "left"), [((0, 1, 2), (3, 800)), ((798, 799), (0, 798))])
def test_nothing_is_invented_before_the_first_sample_or_after_the_last(lost, left, tmp_path):
    def blank(stream):
        gyr = stream.gyr_rad_s.copy()
        gyr[list(lost)] = np.nan
        return replace(stream, gyr_rad_s=gyr)

    assert same(put_together(tmp_path, foot_l=blank), IMUS, *left)


def test_a_long_gap_cuts_where_stamps_lie_on_no_even_grid_too(tmp_path):
    def slowing(stream):  # its quartz warms up: 40 samples off a line in the middle
        lost = kept(stream, ~np.isin(np.arange(stream.samples), np.arange(200, 230)))
        share = lost.time_s / stream.time_s[-1]
        return replace(lost, time_s=lost.time_s + 1.6 * share * (1 - share))

    session = put_together(tmp_path, shank_r=slowing)
    assert session.notes[-1].startswith("Only 2.65 s to 8.00 s")
    assert np.abs(session["shank_r"].acc_m_s2).max() <= np.abs(IMUS["shank_r"].acc_m_s2).max() * 1.1


def test_a_long_gap_cuts_to_the_longest_stretch(tmp_path):
    session = put_together(tmp_path, thigh_l=without(*range(90, 120)))
    assert same(session, IMUS, 120)
    (note,) = session.notes
    assert "1.20 s to 8.00 s" in note
    assert "thigh_l" in note


def test_gaps_that_leave_too_little_are_refused_by_name(tmp_path):
    with pytest.raises(NoCommonTime, match=r"at most 4\.0 s.*missing of thigh_l"):
        put_together(tmp_path, thigh_l=without(*range(400, 420)))


def test_sensors_of_different_times_are_refused(tmp_path):
    with pytest.raises(NoCommonTime, match="before foot_r starts"):
        put_together(tmp_path, foot_r=lambda s: replace(s, time_s=s.time_s + 100))


@pytest.mark.parametrize("first", [0, 1, 3])
def test_other_rates_and_ticks_are_met_by_a_smooth_curve(first, tmp_path):
    """A sensor at 50 Hz, whose ticks may lie between those of the others."""
    fine = puppet_trial(seconds=8.0, rate_hz=200.0).imus
    ticks = slice(first, None, 4)
    slow = replace(kept(streams_of(fine).streams["shank_l"], ticks), time_s=fine.time_s[ticks])
    session = put_together(tmp_path, shank_l=lambda _: slow)
    assert session.rate_hz == 100
    starts = np.arange(session.samples) * 2 + first  # the last one to start sets the ticks
    off = session["shank_l"].gyr_rad_s - fine["shank_l"].gyr_rad_s[starts]
    assert np.abs(off[20:-20]).max() < 0.01
    other = session["thigh_l"].gyr_rad_s - fine["thigh_l"].gyr_rad_s[starts]
    assert np.abs(other[20:-20]).max() < 0.02
    assert any("50 and 100 Hz" in note for note in session.notes)


def test_a_faster_sensor_is_low_passed_and_does_not_alias(tmp_path):
    fine = puppet_trial(seconds=8.0, rate_hz=1000.0).imus

    def fast(stream):
        found = streams_of(fine).streams[stream.label]
        hum = 0.5 * np.sin(2 * np.pi * 205.0 * fine.time_s)[:, None]  # would fold to 5 Hz
        return replace(found, gyr_rad_s=found.gyr_rad_s + hum)

    session = put_together(tmp_path, foot_r=fast)
    assert session.rate_hz == 200
    ours = fine["foot_r"].gyr_rad_s[::5][: session.samples]
    assert np.abs(session["foot_r"].gyr_rad_s - ours)[40:-40].max() < 0.05
    assert any("low-pass" in note for note in session.notes)


def test_jittered_stamps_of_even_samples_change_no_number(tmp_path):
    rng = np.random.default_rng(0)

    def jitter(stream):
        noise = rng.uniform(-0.003, 0.003, stream.samples)
        return replace(stream, time_s=stream.time_s + noise - noise.mean())

    session = put_together(tmp_path, pelvis=jitter)
    assert same(session, IMUS, 0, session.samples) or same(session, IMUS, 1, session.samples + 1)
    assert any("scatter" in note and "pelvis" in note for note in session.notes)


def test_clocks_that_differ_in_a_movement_that_repeats_exactly_are_refused(tmp_path):
    with pytest.raises(ClocksUnknown, match=r"walk: .*clock.*record"):
        put_together(tmp_path, foot_r=lambda s: replace(s, clock="foot_r"))


# --- which sensor is where -------------------------------------------------------------------
SERIALS = {segment: f"00B4{i}" for i, segment in enumerate(IMUS.sensors)}


def by_serial():
    return {
        SERIALS[s]: replace(stream, label=SERIALS[s])
        for s, stream in streams_of(IMUS).streams.items()
    }


def test_labels_that_say_nothing_lead_to_session_new(tmp_path):
    with pytest.raises(UnknownPlaces, match=f"kinefuse session new {tmp_path}"):
        assemble(opened(by_serial(), tmp_path))


def test_labels_of_vendors_are_understood_and_others_named_as_left_out(tmp_path):
    streams = dict(by_serial())
    streams["RightShank"] = replace(streams.pop(SERIALS["shank_r"]), label="RightShank")
    session = assemble(opened(streams, tmp_path))
    assert list(session.sensors) == ["shank_r"]
    assert session.notes[0].startswith("Not used, as no segment is known for them: 00B40, ")


def test_a_description_says_who_is_where_on_whom(tmp_path):
    R = np.array([[0.0, 1, 0], [-1, 0, 0], [0, 0, 1]])
    places = {s: SensorPlace(label=SERIALS[s]) for s in ("thigh_l", "shank_l")}
    places["shank_l"] = replace(places["shank_l"], R_segment_sensor=R)
    said = SessionDescription(name="Tuesday", sensors=places, person=Person(height_m=1.8))
    session = assemble(opened(by_serial(), tmp_path, said))
    assert session.name == "Tuesday"
    assert list(session.sensors) == ["thigh_l", "shank_l"]
    assert session["shank_l"].segment == "shank_l"
    assert session.person.height_m == 1.8
    np.testing.assert_array_equal(session.mountings["shank_l"], R)
    np.testing.assert_array_equal(session["shank_l"].acc_m_s2, IMUS["shank_l"].acc_m_s2)


def test_a_gap_in_a_plain_file_names_the_way_that_bridges_it(tmp_path):
    (file,) = write_csv(tmp_path, IMUS)
    lines = file.read_text().splitlines()
    column = lines[0].split(",").index("shank_r_acc_x_m_s2")
    for row in (300, 301):
        cells = lines[1 + row].split(",")
        cells[column] = "nan"
        lines[1 + row] = ",".join(cells)
    file.write_text("\n".join(lines) + "\n")
    with pytest.raises(NotEven, match="run 'kinefuse session new"):
        read(file)
    places = {s: SensorPlace(label=s) for s in IMUS.sensors}
    said = SessionDescription(name="walk", recording="walk.csv", sensors=places)
    write_description(tmp_path / "session.toml", said)
    assert "bridged" in " ".join(read(tmp_path).notes)


@pytest.mark.parametrize("clock", ["own", "shared", None])
def test_a_description_says_whose_clocks_they_are(clock, tmp_path):
    write_csv(tmp_path, IMUS)
    places = {s: SensorPlace(label=s) for s in IMUS.sensors}
    said = SessionDescription(name="walk", recording="walk.csv", clock=clock, sensors=places)
    write_description(tmp_path / "session.toml", said)
    clocks = {one.clock for one in open_session(tmp_path).streams.streams.values()}
    assert clocks == (set(IMUS.sensors) if clock == "own" else {"shared"})


def test_a_description_of_a_sensor_that_is_not_there_is_refused(tmp_path):
    said = SessionDescription(name="x", sensors={"pelvis": SensorPlace(label="lost")})
    with pytest.raises(UnreadableFile, match=r"'lost' on pelvis, but the recording holds 00B40"):
        assemble(opened(by_serial(), tmp_path, said))


# --- what lies at a path ---------------------------------------------------------------------
def test_a_folder_its_description_and_the_plain_file_are_one_session(tmp_path):
    (file,) = write_csv(tmp_path / "walk", IMUS)
    places = {s: SensorPlace(label=s) for s in IMUS.sensors}
    plain = read(file)
    write_description(
        tmp_path / "walk" / "session.toml", SessionDescription(name="walk", sensors=places)
    )
    for path in (tmp_path / "walk", tmp_path / "walk" / "session.toml"):
        assert open_session(path).description is not None
        session = read(path)
        assert same(session, plain)
        assert session.rate_hz == plain.rate_hz


def test_a_session_tells_of_every_file_that_is_read(tmp_path):
    write_ximu(tmp_path / "ximu", IMUS)
    files = sorted(file.name for file in (tmp_path / "ximu").iterdir())
    told = [Progress(i, len(files), f"reading {name}") for i, name in enumerate(files)]
    assert list(open_in_steps(tmp_path / "ximu")) == told
    write_csv(tmp_path, IMUS)
    told = [Progress(0, 1, "reading walk.csv")]
    assert list(read_in_steps(tmp_path / "walk.csv")) == told


def test_a_description_may_lie_elsewhere_than_the_recording(tmp_path):
    write_csv(tmp_path / "walk", IMUS)
    said = SessionDescription(name="walk", recording="walk", sensors={})
    write_description(tmp_path / "session.toml", said)
    assert same(read(tmp_path), IMUS)


def test_a_recording_that_is_not_there_is_named(tmp_path):
    write_description(tmp_path / "session.toml", SessionDescription(name="x", recording="lost.csv"))
    with pytest.raises(BadDescription, match=r"recording is 'lost\.csv', which is not there"):
        read(tmp_path)


@pytest.mark.parametrize("trial", ["Sub01/CSBaseline", "Sub03/CSStiffKnee"])
def test_real_walks_are_the_same_whichever_way_they_are_read(trial, shared_data):
    folder = shared_data / "walking_imu_capsense" / trial
    strict, assembled = read(folder), assemble(open_session(folder))
    assert same(assembled, strict)
    assert list(assembled.sensors) == list(strict.sensors)
