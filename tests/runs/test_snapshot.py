"""Snapshots: frozen copies that decode as the model does."""

import numpy as np
import pytest
import torch

from tests.small import CPU, pictures, recipe
from vae_studio.errors import UsageError
from vae_studio.runs import snapshot as snapshots
from vae_studio.runs.codes_file import read_codes
from vae_studio.runs.run import Run, load_snapshot, start_run
from vae_studio.runs.snapshot import Snapshot
from vae_studio.runs.store import RunFolder


def started(path, images=None, **values):
    return start_run(recipe(**values), CPU, path, images=images or pictures())


def drained(run, until=None):
    return list(run.train(lambda: until is not None and run.state.position.step >= until))


@pytest.fixture
def run():
    return Run(recipe(), pictures(40, 9, 7, 3), CPU)


def test_a_snapshot_decodes_and_encodes_as_the_model_does(run):
    drained(run)
    snapshot = run.snapshot()
    z = torch.randn(600, 2, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        mean = run.objective.likelihood.mean(run.model.decode(z))
        posterior = run.model.encode(run.store.batch(torch.arange(40)))
    wanted = mean.mul(255).round().to(torch.uint8).permute(0, 2, 3, 1).numpy()
    ours = snapshot.decode(z.numpy())
    assert ours.shape == (600, 9, 7, 3)
    assert ours.dtype == np.uint8
    assert abs(ours.astype(int) - wanted).max() <= 1
    assert (ours == wanted).mean() > 0.999
    codes = snapshot.encode(run.images.pictures)
    np.testing.assert_allclose(codes.mu, posterior.mu.numpy(), atol=1e-5)
    np.testing.assert_allclose(codes.log_var, posterior.log_var.numpy(), atol=1e-5)
    assert np.array_equal(snapshot.reconstruct(run.images.pictures), snapshot.decode(codes.mu))
    assert snapshot.epoch == 2.0


def test_many_pictures_have_the_codes_of_few(monkeypatch):
    run = Run(recipe(), pictures(40, 9, 7, 3), CPU)
    few = run.snapshot().encode(run.images.pictures)
    asked = []
    monkeypatch.setattr(snapshots, "of_bytes", lambda encoder: asked.append(encoder) or (lambda x: encoder(x / 255)))
    monkeypatch.setattr(snapshots, "_MANY", 40)
    snapshot = run.snapshot()
    many = snapshot.encode(run.images.pictures)
    np.testing.assert_allclose(many.mu, few.mu, atol=1e-5)
    np.testing.assert_allclose(many.log_var, few.log_var, atol=1e-5)
    snapshot.encode(run.images.pictures)
    snapshot.encode(run.images.pictures[:39])
    assert len(asked) == 1, "the quicker encoder is made once, and for many pictures only"


def test_a_snapshot_is_untouched_by_further_training(run):
    snapshot = run.snapshot()
    z = np.array([[0.5, -0.5]], np.float32)
    before = snapshot.decode(z)
    drained(run)
    assert np.array_equal(snapshot.decode(z), before)
    assert not np.array_equal(run.snapshot().decode(z), before)


def test_a_saved_snapshot_decodes_as_the_live_one(tmp_path):
    run = started(tmp_path / "run")
    drained(run)
    z = np.random.default_rng(0).normal(size=(9, 2))
    assert np.array_equal(load_snapshot(RunFolder.open(tmp_path / "run")).decode(z), run.snapshot().decode(z))


def test_codes_and_pictures_of_another_size_are_refused(run):
    snapshot = run.snapshot()
    with pytest.raises(UsageError, match="has 2 numbers, not 3"):
        snapshot.decode([[1, 2, 3]])
    with pytest.raises(UsageError, match="7 x 9 pixels in colour; these are 8 x 8 pixels in grey"):
        snapshot.encode(pictures().pictures)
    assert snapshot.decode(np.zeros((0, 2))).shape == (0, 9, 7, 3)
    assert snapshot.decode([0.1, 0.2]).shape == (1, 9, 7, 3)
    assert len(snapshot.encode(run.images.pictures[:0])) == 0


def test_gradients_of_a_decoded_picture_reach_its_code_and_not_the_weights(run):
    snapshot = run.snapshot()
    z = torch.ones(1, 2, requires_grad=True)
    snapshot.decode_mean(z).sum().backward()
    assert z.grad.any()
    assert all(weight.grad is None for weight in snapshot._model.parameters())


def test_a_snapshot_of_a_bfloat16_run_is_exact_float32():
    run = Run(recipe(training__precision="bfloat16"), pictures(), CPU)
    assert run.model.in_bfloat16
    plain = Snapshot(run.model, run.objective.likelihood, run.images.shape, 0).encode(run.images.pictures)
    run.model.in_bfloat16 = False
    with torch.inference_mode():
        wanted = run.model.encode_mean(run.store.batch(torch.arange(37)))
    np.testing.assert_allclose(plain.mu, wanted.numpy(), atol=1e-6)


def test_floats_are_what_the_bytes_are_rounded_from(run):
    snapshot = run.snapshot()
    z = np.random.default_rng(0).normal(size=(700, 2)).astype(np.float32)
    floats = snapshot.decode_floats(z)
    assert floats.shape == (700, 9, 7, 3)
    assert np.array_equal(np.round(floats * np.float32(255)).astype(np.uint8), snapshot.decode(z))
    assert snapshot.decode_floats(np.zeros((0, 2))).shape == (0, 9, 7, 3)


@pytest.mark.parametrize("kind", ["dense", "residual", "conv", "pyramid"])
def test_every_network_has_a_metric_that_reverse_mode_confirms(kind):
    shape = (12, 12, 1) if kind == "conv" else (9, 7, 3)
    snapshot = Run(recipe(network__kind=kind), pictures(40, *shape), CPU).snapshot()
    codes = np.random.default_rng(0).normal(size=(3, 2)).astype(np.float32)
    full = [
        torch.autograd.functional.jacobian(snapshot.decode_mean, torch.from_numpy(code[None])).reshape(-1, 2).double()
        for code in codes
    ]
    found = snapshot.metric(codes)
    assert np.allclose(found, [(part.T @ part).numpy() for part in full], rtol=1e-4, atol=1e-9)
    assert np.allclose(snapshot.metric(codes, np.eye(2)[:1])[:, 0, 0], found[:, 0, 0])


@pytest.mark.parametrize("kind", ["autoencoder", "wae-mmd"])
def test_codes_without_a_posterior_are_points_also_when_they_are_saved(kind, tmp_path):
    images = pictures()
    made = start_run(recipe(objective__kind=kind), CPU, tmp_path / "run", images=images)
    list(made.train())
    codes = load_snapshot(made.folder).encode(images.pictures)
    saved, _ = read_codes(made.folder.read("codes"))
    for found in (codes, saved):
        assert found.are_points and not len(found.kl_per_dim())
        assert np.isnan(found.prior.kl_of_each(found.mu, found.log_var)).all()
        assert found.log_var.max() < -10, "nobody trained how unsure they are"
    assert found.prior.sample(4, 3, np.random.default_rng(1)).shape == (4, 3)
