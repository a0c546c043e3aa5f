"""The training loop: its events, its sums, what it trains on and what may not disturb it."""

import math
from dataclasses import replace
from itertools import chain

import numpy as np
import pytest
import torch

from tests.small import CPU, assert_same, pictures, recipe, training, weights
from vae_studio.data.split import split
from vae_studio.errors import TrainingError
from vae_studio.evaluation.report import evaluate
from vae_studio.runs.snapshot import Snapshot
from vae_studio.training import loop
from vae_studio.training.batches import PictureStore
from vae_studio.training.events import EpochDone, Finished, Losses, Progress, Started, StepDone, Stopped
from vae_studio.training.held_out import held_out_losses
from vae_studio.training.loop import train


@pytest.fixture(autouse=True)
def report_every_step(monkeypatch):
    monkeypatch.setattr(loop, "_REPORT_SECONDS", -1.0)


def names(events):
    return [type(event).__name__ for event in events]


def test_events_come_in_order_and_say_where_the_training_stands():
    parts = training(recipe(training__epochs=2))  # 37 pictures, 7 held out, 30 in batches of 8
    events = list(train(*parts.parts))
    epoch = ["StepDone"] * 4 + ["EpochDone"]
    assert names(events) == ["Started", *epoch, *epoch, "Finished"]
    assert [event.progress.step for event in events] == [0, 1, 2, 3, 4, 4, 5, 6, 7, 8, 8, 8]
    epochs = [event.progress.epoch for event in events]
    assert epochs == pytest.approx([0, 8 / 30, 16 / 30, 24 / 30, 1, 1, 38 / 30, 46 / 30, 54 / 30, 2, 2, 2])
    seconds = [event.progress.seconds for event in events]
    assert seconds == sorted(seconds)
    assert seconds[-1] > 0
    assert {event.progress.epochs for event in events} == {2}


def test_a_finished_training_has_nothing_left_to_do():
    parts = training()
    list(train(*parts.parts))
    before = weights(parts.state.model)
    assert names(train(*parts.parts)) == ["Started", "Finished"]
    assert_same(before, weights(parts.state.model))


def test_steps_are_reported_some_times_a_second_only(monkeypatch):
    monkeypatch.setattr(loop, "_REPORT_SECONDS", 1.0)
    now = iter(np.arange(0, 1000, 0.3))
    monkeypatch.setattr(loop.time, "perf_counter", lambda: float(next(now)))
    parts = training(recipe(training__batch_size=1, training__epochs=1))
    steps = [event.progress.step for event in train(*parts.parts) if isinstance(event, StepDone)]
    assert len(steps) > 3
    assert min(np.diff(steps)) >= 3


def test_a_step_report_is_the_mean_since_the_last_one(monkeypatch):
    monkeypatch.setattr(loop, "_REPORT_SECONDS", 1.0)
    clock = [0.0]
    monkeypatch.setattr(loop.time, "perf_counter", lambda: clock[0])
    parts = training(recipe(training__epochs=1, training__batch_size=4))
    seen = spied(parts)
    for event in train(*parts.parts, should_stop=lambda: clock.__setitem__(0, clock[0] + 0.4)):
        if isinstance(event, StepDone):
            assert event.training.loss == pytest.approx(weighted(seen, 1), rel=1e-6)
            seen.clear()


def spied(parts):
    """Note the size and the terms of every training batch."""
    objective, seen = parts.objective, []

    def noting(model, x, generator, progress):
        terms = objective(model, x, generator, progress)
        if torch.is_grad_enabled():
            seen.append((len(x), terms.loss.item(), terms.reconstruction.item(), terms.kl.item()))
        return terms

    parts.objective = noting
    return seen


def weighted(rows, column):
    return sum(row[0] * row[column] for row in rows) / sum(row[0] for row in rows)


def test_epoch_means_are_exact_over_a_last_batch_that_is_shorter():
    parts = training(recipe(training__epochs=1))
    seen = spied(parts)
    (done,) = [event for event in train(*parts.parts) if isinstance(event, EpochDone)]
    assert [row[0] for row in seen] == [8, 8, 8, 6]
    assert done.training.loss == pytest.approx(weighted(seen, 1), rel=1e-12)
    assert done.training.reconstruction == pytest.approx(weighted(seen, 2), rel=1e-12)
    assert done.training.kl == pytest.approx(weighted(seen, 3), rel=1e-12)


def test_held_out_losses_are_those_of_all_held_out_pictures_at_the_full_kl_weight():
    parts = training(recipe(training__epochs=1, objective__beta=3.0))
    (done,) = [event for event in train(*parts.parts) if isinstance(event, EpochDone)]
    assert done.held_out == held_out_losses(parts.state.model, parts.objective, parts.store, parts.split.held_out)
    assert done.held_out.loss == pytest.approx(done.held_out.reconstruction + 3 * done.held_out.kl, rel=1e-6)
    assert done.held_out.total == done.held_out.reconstruction + done.held_out.kl


def test_held_out_means_weigh_pictures_and_not_batches(monkeypatch):
    parts = training(images=pictures(50))
    indices = np.arange(50)
    monkeypatch.setattr(torch.Tensor, "normal_", lambda self, generator=None: self.zero_())
    whole = held_out_losses(parts.state.model, parts.objective, parts.store, indices)
    monkeypatch.setattr("vae_studio.training.held_out._BATCH", 7)
    in_parts = held_out_losses(parts.state.model, parts.objective, parts.store, indices)
    assert in_parts.total == pytest.approx(whole.total, rel=1e-6)


def test_held_out_pictures_never_enter_a_training_batch_and_all_others_do_once_an_epoch():
    images = pictures(40)
    images.pictures[:, 0, 0, 0] = np.arange(40)  # a number on every picture
    parts = training(recipe(training__epochs=3), images)
    seen, objective = [], parts.objective

    def noting(model, x, generator, progress):
        if torch.is_grad_enabled():
            seen.append(x[:, 0, 0, 0].mul(255).round().int().tolist())
        return objective(model, x, generator, progress)

    parts.objective = noting
    list(train(*parts.parts))
    per_epoch = [list(chain(*seen[start : start + 4])) for start in (0, 4, 8)]
    assert len(seen) == 12
    for order in per_epoch:
        assert sorted(order) == parts.split.train.tolist()
    assert per_epoch[0] != per_epoch[1] != per_epoch[2]
    assert not set(parts.split.held_out) & set(chain(*seen))


def test_the_own_test_part_of_a_set_is_held_out():
    parts = split(replace(pictures(10), held_out_from=6), 0.5, seed=1)
    assert parts.train.tolist() == [0, 1, 2, 3, 4, 5]
    assert parts.held_out.tolist() == [6, 7, 8, 9]


@pytest.mark.parametrize("network", ["dense", "conv"])
def test_looking_changes_nothing_bit_by_bit(network):
    quiet, watched = (training(recipe(network__kind=network, **smaller(network))) for _ in range(2))
    list(train(*quiet.parts))
    torch.manual_seed(0)
    for _ in train(*watched.parts):
        torch.randn(3)
        np.random.default_rng().random()
        look(watched)
    assert_same(weights(quiet.state.model), weights(watched.state.model))
    assert_same(quiet.state.to_tensors(), watched.state.to_tensors())


def smaller(network):
    return {"network__channels": [4, 4], "network__hidden": 8} if network == "conv" else {}


def look(parts):
    images = pictures()
    snapshot = Snapshot(parts.state.model, parts.objective.likelihood, images.shape, 0)
    snapshot.decode(snapshot.encode(images.pictures).mu)
    evaluate(parts.state.model, parts.objective, parts.store, parts.split.held_out)
    parts.state.to_tensors()


def test_no_report_changes_the_weights(monkeypatch):
    often = training()
    list(train(*often.parts))
    monkeypatch.setattr(loop, "_REPORT_SECONDS", 1e9)
    seldom = training()
    assert "StepDone" not in names(train(*seldom.parts))
    assert_same(weights(often.state.model), weights(seldom.state.model))


def test_a_rate_that_blows_up_ends_in_one_sentence():
    parts = training(recipe(training__schedule="constant"))
    parts.options = parts.options.model_copy(update={"learning_rate": 1e30})
    with pytest.raises(TrainingError, match=r"not (a number|numbers) any more \(step \d+\).*Lower the learning rate"):
        list(train(*parts.parts))


def test_weights_ruined_by_the_very_last_step_are_not_called_an_epoch():
    parts = training(recipe(training__epochs=1, training__batch_size=64))
    parts.options = parts.options.model_copy(update={"learning_rate": math.inf})
    with pytest.raises(TrainingError, match="weights are not numbers any more"):
        list(train(*parts.parts))


@pytest.mark.parametrize("steps", [0, 1, 3, 4, 5, 7])
def test_a_stop_comes_before_the_next_step(steps):
    parts = training()
    *_, last = train(*parts.parts, should_stop=lambda: parts.state.position.step >= steps)
    assert isinstance(last, Stopped)
    assert last.progress.step == steps
    assert not isinstance(last, Finished)


def test_the_time_left_is_estimated_from_the_time_spent():
    assert Progress(1.0, 4, 10, seconds=5.0).seconds_left == 15.0
    assert Progress(0.0, 4, 0, seconds=0.0).seconds_left == math.inf
    assert Losses(3.0, 1.0, 0.5).total == 1.5


def test_pictures_become_floats_between_nought_and_one_without_a_copy():
    images = pictures(5, channels=3)
    store = PictureStore(images.pictures, CPU.torch)
    assert store.bytes.data_ptr() == images.pictures.ctypes.data
    batch = store.batch(torch.tensor([4, 2]))
    assert batch.shape == (2, 3, 8, 8)
    np.testing.assert_allclose(batch.permute(0, 2, 3, 1).numpy() * 255, images.pictures[[4, 2]], atol=1e-4)


def test_pictures_mapped_from_a_file_that_may_not_be_written_are_fine(tmp_path):
    np.save(tmp_path / "pictures.npy", pictures(5).pictures)
    mapped = np.load(tmp_path / "pictures.npy", mmap_mode="r")
    assert len(PictureStore(mapped, CPU.torch).batch(torch.arange(5))) == 5


def test_the_first_event_is_started():
    assert isinstance(next(iter(train(*training().parts))), Started)
