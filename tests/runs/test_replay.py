"""The moments of a training: kept, thinned, saved with the run, and read again."""

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.small import CPU, assert_same, pictures, recipe, weights
from vae_studio.errors import ExportError, RunError, TrainingError
from vae_studio.evaluation import report
from vae_studio.runs import recorder as recorder_module
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.compact import save_compact
from vae_studio.runs.moment import INDEX, PROBE, Moment, index_bytes, is_history, read_index
from vae_studio.runs.probe import Probe
from vae_studio.runs.recorder import Recorder
from vae_studio.runs.replay import Replay
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.runs.store import MANIFEST, RunFolder
from vae_studio.runs.tensors import model_bytes, read_tensors
from vae_studio.training.events import EpochDone, Losses


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    monkeypatch.setattr(report, "NLL_SAMPLES", 3)


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    """Let no moment be left out for want of time: what is kept must not hang on this machine's mood."""
    monkeypatch.setattr(recorder_module, "_HEAD_START", 1e9)
    monkeypatch.setattr(recorder_module, "SHARE", 1e9)


def started(path, images=None, **values):
    return start_run(recipe(**values), CPU, path, images=images or pictures())


def drained(run, until=None):
    return list(run.train(lambda: until is not None and run.state.position.step >= until))


def opened(run):
    return Replay(RunFolder.open(run.folder.path))


@pytest.fixture
def run(tmp_path):
    made = started(tmp_path / "run", training__epochs=3)
    drained(made)
    return made


def test_every_epoch_is_a_moment_with_its_losses(run):
    moments = opened(run).moments()
    assert [moment.epoch for moment in moments if moment.epoch in (0, 1, 2, 3)] == [0, 1, 2, 3]
    assert [m.held_out.total for m in moments if m.epoch in (1, 2, 3)] == list(
        run.history.curve("held_out", "total")[1]
    )
    assert moments[0].training is moments[0].held_out is None
    assert opened(run).remark is None


def test_the_last_moment_is_the_finished_run(run):
    replay = opened(run)
    last = replay.moments()[-1]
    snapshot = replay.snapshot_at(last)
    z = np.random.default_rng(0).standard_normal((9, 2)).astype(np.float32)
    assert np.abs(snapshot.decode(z).astype(int) - run.snapshot().decode(z)).max() <= 1
    assert snapshot.epoch == 3
    codes = run.codes.mu[replay.probe.indices]
    np.testing.assert_allclose(replay.codes_at(last), codes, atol=2e-3)
    np.testing.assert_array_equal(replay.probe.labels, run.images.labels[replay.probe.indices])
    np.testing.assert_array_equal(replay.probe.originals, run.images.pictures[replay.probe.shown])
    assert set(replay.probe.shown) <= set(run.split.held_out)


def test_each_moment_decodes_as_it_did_then(tmp_path):
    run = started(tmp_path / "run")
    then = {}
    for event in run.train():
        if isinstance(event, EpochDone):
            then[event.progress.step] = run.snapshot()
    replay = opened(run)
    seen = [moment for moment in replay.moments() if moment.step in then]
    assert len(seen) == 2
    for moment in seen:
        was = then[moment.step]
        z = np.zeros((1, 2), np.float32)
        assert np.abs(replay.snapshot_at(moment).decode(z).astype(int) - was.decode(z)).max() <= 1
        np.testing.assert_allclose(replay.codes_at(moment), was.encode(run.images.pictures).mu, atol=2e-3)


def test_keeping_moments_changes_no_training(tmp_path, monkeypatch):
    watched = started(tmp_path / "watched", training__precision="bfloat16")
    drained(watched)
    monkeypatch.setattr(Recorder, "note", lambda *_: None)
    alone = started(tmp_path / "alone", training__precision="bfloat16")
    drained(alone)
    assert_same(weights(watched.model), weights(alone.model))
    assert_same(watched.state.to_tensors(), alone.state.to_tensors())
    assert opened(watched).moments() and not opened(alone).moments()


def test_a_stopped_run_goes_on_with_its_moments(tmp_path):
    run = started(tmp_path / "run")
    drained(run, until=3)
    before = opened(run).moments()
    assert before[-1].step == 3 and before[-1].held_out is None
    again = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    drained(again, until=7)
    again.extend(4)
    drained(again)
    moments = opened(again).moments()
    assert moments[: len(before)] == before
    assert [moment.epoch for moment in moments][-1] == 4
    replay = opened(again)
    assert [replay.fault(moment) for moment in moments] == [None] * len(moments)


def test_after_a_divergence_the_moments_are_those_of_the_saved_state(tmp_path, monkeypatch):
    monkeypatch.setattr(Run, "_save_is_due", lambda self: self.state.position.epoch == 1)
    run = started(tmp_path / "run", training__epochs=4)
    events = run.train()
    while run.state.position.epoch < 2:
        next(events)
    run.state.optimiser.param_groups[0]["weight_decay"] = float("nan")
    with pytest.raises(TrainingError):
        list(events)
    assert run.recorder.moments == opened(run).moments()
    assert run.recorder.moments[-1].epoch == 1


def test_a_new_training_in_the_same_folder_begins_a_new_replay(run):
    anew = Run(run.recipe, pictures(), CPU, RunFolder.open(run.folder.path))
    anew.save()
    assert not [role for role in anew.folder.names() if is_history(role)]
    drained(anew, until=2)
    assert opened(anew).moments()[-1].step == 2


def test_weights_and_maps_stay_within_their_bounds(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "MOST_MOMENTS", 7)
    size = len(model_bytes(started(tmp_path / "first").model, half=True))
    monkeypatch.setattr(recorder_module, "MOST_BYTES", 4 * size)
    run = started(tmp_path / "run", training__epochs=30)
    drained(run)
    replay = opened(run)
    moments = replay.moments()
    assert len(moments) <= 7
    assert sum(moment.has_weights for moment in moments) <= 4
    assert moments[0].step == 0 and moments[0].has_weights
    assert moments[-1].epoch == 30 and moments[-1].has_weights
    kept = {role for role in run.folder.names() if role.startswith(("moment-", "map-"))}
    assert kept == {role for moment in moments for role in moment.roles}
    assert "pictures of 4 moments" in replay.remark
    between = next(moment for moment in moments if not moment.has_weights)
    assert replay.snapshot_at(between).epoch == replay.weighted(between).epoch < between.epoch


def test_a_moment_is_thin(tmp_path):
    run = started(tmp_path / "run", network__widths=[256, 256])
    drained(run)
    lengths = {role: len(run.folder.read(role)) for role in run.folder.names()}
    whole = lengths["weights"] + lengths["training"]
    for moment in opened(run).moments():
        assert sum(lengths[role] for role in moment.roles) < 0.25 * whole


def test_of_a_network_too_large_only_maps_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "MOST_BYTES", 100)
    run = started(tmp_path / "run")
    drained(run)
    replay = opened(run)
    last = replay.moments()[-1]
    assert len(replay.codes_at(last)) == len(run.images)
    assert "no pictures" in replay.remark
    with pytest.raises(RunError, match="maps but no pictures"):
        replay.snapshot_at(last)


def test_where_encoding_would_cost_too_much_the_codes_follow_from_the_weights(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "_FORWARD", float("inf"))
    monkeypatch.setattr(recorder_module, "SHARE", 0)
    monkeypatch.setattr(recorder_module, "_HEAD_START", 60)
    run = started(tmp_path / "run")
    drained(run)
    replay = opened(run)
    last = replay.moments()[-1]
    assert not last.has_codes and not replay.needs_pictures
    np.testing.assert_allclose(replay.codes_at(last), run.codes.mu, atol=5e-3)
    assert replay.codes_at(last) is replay.codes_at(last)


def test_large_pictures_are_not_kept_and_asked_for(tmp_path, monkeypatch):
    monkeypatch.setattr("vae_studio.runs.probe._PICTURE_BYTES", 0)
    monkeypatch.setattr(recorder_module, "_FORWARD", float("inf"))
    run = started(tmp_path / "run")
    drained(run)
    replay = opened(run)
    bare = next(moment for moment in replay.moments() if not moment.has_codes)
    assert replay.needs_pictures
    with pytest.raises(RunError, match="needs the pictures"):
        replay.codes_at(bare)
    given_ = Replay(RunFolder.open(run.folder.path), run.images.pictures)
    assert not given_.needs_pictures
    assert given_.codes_at(bare).shape == (37, 2)


def test_without_time_only_doublings_are_kept(tmp_path, monkeypatch):
    monkeypatch.setattr(recorder_module, "_HEAD_START", -1e9)
    monkeypatch.setattr(recorder_module, "SHARE", 0)
    run = started(tmp_path / "run", training__epochs=5)
    drained(run)
    assert [moment.epoch for moment in opened(run).moments()] == [0, 1, 2, 4, 5]


def test_more_dimensions_are_seen_on_the_plane_of_the_final_map(tmp_path):
    run = started(tmp_path / "run", network__latent_dim=5)
    drained(run)
    replay = opened(run)
    final, _ = read_codes(run.folder.read("codes"))
    for moment in replay.moments():
        assert replay.xy_at(moment).shape == (37, 2)
    np.testing.assert_allclose(replay.xy_at(replay.moments()[-1]), replay.plane.to_plane(final.mu), atol=5e-3)
    drained_until = Run.load(RunFolder.open(tmp_path / "run"), CPU, pictures())
    drained_until.extend(5)
    drained(drained_until, until=drained_until.state.position.step + 2)
    assert opened(drained_until).plane.dim == 5, "also where no final codes are saved"


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


def test_packed_with_its_moments_or_without(run, tmp_path):
    pack(run.folder, tmp_path / "whole.vaez")
    pack(run.folder, tmp_path / "bare.vaez", moments=False)
    whole = Replay(unpack(tmp_path / "whole.vaez", tmp_path / "whole"))
    assert whole.moments() == opened(run).moments()
    assert not any(whole.fault(moment) for moment in whole.moments())
    bare = unpack(tmp_path / "bare.vaez", tmp_path / "bare")
    assert Replay(bare).moments() == []
    assert bare.facts == run.folder.facts
    assert (tmp_path / "bare.vaez").stat().st_size < (tmp_path / "whole.vaez").stat().st_size
    Run.load(bare, CPU, pictures())


def test_a_damaged_moment_is_left_out_of_the_pack(run, tmp_path):
    broken = opened(run).moments()[1]
    (run.folder.path / run.folder.names()[broken.weights_role]).write_bytes(b"?")
    pack(run.folder, tmp_path / "run.vaez")
    replay = Replay(unpack(tmp_path / "run.vaez", tmp_path / "again"))
    assert [moment for moment in replay.moments() if replay.fault(moment)] == [broken]


def test_a_compact_run_keeps_no_moments(run, tmp_path):
    compact = save_compact(run, run.codes, tmp_path / "compact")
    assert not [role for role in compact.names() if is_history(role)]


losses = st.none() | st.builds(Losses, *[st.floats(allow_nan=False, allow_infinity=False)] * 3)
moment = st.builds(
    Moment,
    *[st.floats(0, 1e6)],
    st.integers(0, 10**9 - 1),
    st.floats(0, 1e9),
    losses,
    losses,
    st.booleans(),
    st.booleans(),
)


@given(st.lists(moment, max_size=5, unique_by=lambda one: one.step))
def test_the_list_comes_back_as_it_was(moments):
    moments = sorted(moments, key=lambda one: one.step)
    assert read_index(index_bytes(moments)) == moments


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


def test_weights_too_large_for_float16_are_kept_coarser():
    model = torch.nn.Linear(2, 1)
    with torch.no_grad():
        model.weight[:] = torch.tensor([[1e5, 1.0]])
    kept = read_tensors(model_bytes(model, half=True))
    assert kept["weight"].dtype == torch.bfloat16 and kept["bias"].dtype == torch.float16
    assert kept["weight"][0, 0].item() == pytest.approx(1e5, rel=0.01)


def test_a_moment_names_its_files_by_its_step():
    one = Moment(1.0, 42, 0.0, None, None, has_weights=True, has_codes=True)
    assert one.roles == ["moment-000000042", "map-000000042"]
    assert replace(one, has_weights=False).roles == ["map-000000042"]
