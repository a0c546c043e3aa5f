"""What is damaged, killed, foreign or without room: the moments of a training are told, and the run stays whole."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.runs.replaying import drained, opened, quick, small_run, started, unhurried  # noqa: F401
from tests.small import CPU, pictures
from vae_studio.errors import ExportError, RunError
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.moment import INDEX, PROBE, is_history, read_index
from vae_studio.runs.probe import Probe
from vae_studio.runs.replay import Replay
from vae_studio.runs.run import Run, load_snapshot
from vae_studio.runs.store import MANIFEST, RunFolder


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(data=st.data())
def test_a_damaged_moment_is_told_and_the_run_opens(run, data):
    folder = RunFolder.open(run.folder.path)
    moments = Replay(folder).moments()
    broken = data.draw(st.sampled_from(moments))
    file = folder.path / folder.names()[data.draw(st.sampled_from(broken.roles))]
    sound = file.read_bytes()
    place = data.draw(st.integers(0, len(sound) - 1))
    flipped = sound[:place] + bytes([sound[place] ^ 1 << data.draw(st.integers(0, 7))]) + sound[place + 1 :]
    file.write_bytes(data.draw(st.sampled_from([sound[:place], flipped])))
    try:
        replay = opened(run)
        assert replay.fault(broken) is not None and "damaged" in replay.fault(broken)
        assert [moment for moment in moments if replay.fault(moment)] == [broken]
        load_snapshot(RunFolder.open(run.folder.path))
        again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
        assert again.recorder.moments == moments
    finally:
        file.write_bytes(sound)


@pytest.mark.parametrize("role", [INDEX, PROBE])
def test_when_the_list_or_the_probe_is_damaged_the_run_goes_on_with_a_new_one(run, role):
    (run.folder.path / run.folder.names()[role]).write_bytes(b"?")
    with pytest.raises(RunError, match="damaged"):
        opened(run)
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    again.extend(4)
    drained(again)
    replay = opened(again)
    assert [replay.fault(moment) for moment in replay.moments()] == [None] * len(replay.moments())
    assert replay.moments()[-1].epoch == 4


def test_a_run_without_moments_opens_as_before(run):
    run.folder.save({}, {}, drop=tuple(role for role in run.folder.names() if is_history(role)))
    replay = opened(run)
    assert replay.moments() == []
    with pytest.raises(RunError, match="keeps no moments"):
        assert replay.probe
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    again.extend(4)
    drained(again)
    assert [moment.epoch for moment in opened(again).moments()][-1] == 4


class Kill(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("survivors", range(14))
def test_a_kill_between_any_two_writes_leaves_moments_and_weights_of_one_state(tmp_path, monkeypatch, survivors):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: False)
    run = started(tmp_path / "run")
    drained(run, until=3)
    before = opened(run).moments()
    done, real = [0], Path.replace

    def replacing(self, target):
        if done[0] == survivors:
            raise Kill
        done[0] += 1
        return real(self, target)

    events = run.train(lambda: run.state.position.step >= 7)
    with monkeypatch.context() as dying:
        dying.setattr(Path, "replace", replacing)
        dying.setattr(Path, "unlink", lambda self, missing_ok=False: None)  # the dead remove nothing
        try:
            list(events)
            killed = False
        except Kill:
            killed = True
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    step = again.state.position.step
    assert step == (3 if killed else 7)
    replay = opened(again)
    assert replay.moments()[-1].step == step
    assert (replay.moments() == before) is killed
    assert not any(replay.fault(moment) for moment in replay.moments())
    again.save()
    files = {file.name for file in again.folder.path.iterdir()}
    assert files == {MANIFEST, *again.folder.names().values()}, "what the killed one left is swept up"


def test_a_disk_without_room_for_moments_still_keeps_the_run(tmp_path, monkeypatch):
    run = started(tmp_path / "run")
    real = RunFolder.save

    def crowded(self, files, facts, drop=()):
        if any(is_history(role) for role in files):
            raise ExportError("The disk is full.")
        return real(self, files, facts, drop)

    monkeypatch.setattr(RunFolder, "save", crowded)
    drained(run)
    assert RunFolder.open(run.folder.path).facts["epoch"] == 2
    assert opened(run).moments() == []
    monkeypatch.undo()
    run.save()
    assert opened(run).moments()[-1].epoch == 2


def test_a_damaged_moment_is_left_out_of_the_pack(run, tmp_path):
    broken = opened(run).moments()[1]
    (run.folder.path / run.folder.names()[broken.weights_role]).write_bytes(b"?")
    pack(run.folder, tmp_path / "run.vaez")
    replay = Replay(unpack(tmp_path / "run.vaez", tmp_path / "again"))
    assert [moment for moment in replay.moments() if replay.fault(moment)] == [broken]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda rows: rows.reverse(),
        lambda rows: rows[0].update(step=-1),
        lambda rows: rows[0].update(step="one"),
        lambda rows: rows[0].update(step=10**9),
        lambda rows: rows[0].update(step=True),
        lambda rows: rows[0].update(epoch=None),
        lambda rows: rows[0].update(epoch=float("nan")),
        lambda rows: rows[0].update(seconds=10**400),
        lambda rows: rows[0].update(training=[1]),
        lambda rows: rows[0].update(held_out={"loss": 1}),
        lambda rows: rows[0].update(more=1),
        lambda rows: rows[0].pop("has_codes"),
        lambda rows: rows.append(5),
    ],
)
def test_a_list_of_something_else_is_refused(run, spoil):
    rows = json.loads(run.folder.read(INDEX))
    spoil(rows)
    with pytest.raises(RunError, match="moments cannot be read"):
        read_index(json.dumps(rows).encode())


@pytest.mark.parametrize(
    "other",
    [
        {"indices": np.array([-1, 2])},
        {"indices": np.zeros(0, np.int64)},
        {"labels": np.zeros(1, np.int64)},
        {"originals": np.zeros((1, 2), np.uint8)},
        {"originals": np.full((1, 4, 4, 1), np.nan, np.float32)},
    ],
)
def test_pictures_to_follow_that_do_not_belong_together_are_refused(other):
    whole = {
        "indices": np.array([1, 5]),
        "labels": np.zeros(2, np.int64),
        "pictures": np.zeros((2, 4, 4, 1), np.uint8),
        "shown": np.array([3]),
        "originals": np.zeros((1, 4, 4, 1), np.uint8),
    }
    assert len(Probe.from_bytes(Probe(**whole).to_bytes()).indices) == 2
    with pytest.raises(RunError, match="followed cannot be read"):
        Probe.from_bytes(Probe(**(whole | other)).to_bytes())


@pytest.mark.parametrize("told", ["indices", "shown"])
def test_pictures_to_follow_that_the_run_does_not_have_are_told(run, told):
    probe = Probe.from_bytes(run.folder.read(PROBE))
    numbers = getattr(probe, told).copy()
    numbers[-1] = 37  # it has #0 to #36
    run.folder.save({PROBE: replace(probe, **{told: numbers}).to_bytes()}, {})
    with pytest.raises(RunError, match="followed the picture #37, but it has only 37; restore it from a copy"):
        opened(run)
    again = Run.load(RunFolder.open(run.folder.path), CPU, pictures())
    again.extend(4)
    drained(again)
    assert opened(again).moments()[-1].epoch == 4, "the run itself goes on"
