"""The moments of a training: kept, thinned, saved with the run, and read again."""

from dataclasses import replace

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.runs.replaying import drained, opened, quick, small_run, started, unhurried  # noqa: F401
from tests.small import CPU, assert_same, pictures, weights
from vae_studio.errors import RunError, TrainingError
from vae_studio.runs import recorder as recorder_module
from vae_studio.runs.archive import pack, unpack
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.compact import save_compact
from vae_studio.runs.moment import Moment, index_bytes, is_history, read_index
from vae_studio.runs.recorder import Recorder
from vae_studio.runs.replay import Replay
from vae_studio.runs.run import Run
from vae_studio.runs.store import RunFolder
from vae_studio.runs.tensors import model_bytes, read_tensors
from vae_studio.training.events import EpochDone, Losses


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
