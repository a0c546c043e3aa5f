"""Active units, KL per dimension and the report."""

import json

import numpy as np
import pytest
import torch
from torch import nn

from tests.small import pictures, recipe, training
from vae_studio.evaluation import report
from vae_studio.evaluation.collapse import active_units, kl_per_dim
from vae_studio.evaluation.report import evaluate
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.vae import VAE
from vae_studio.training.batches import PictureStore


class Constructed(VAE):
    """Posterior means are the first pixel of a picture times given scales; the variances are given."""

    def __init__(self, scales, log_var):
        super().__init__(nn.Identity(), nn.Identity(), len(scales))
        self.scales, self.log_var = torch.tensor(scales), torch.tensor(log_var)

    def encode(self, x):
        mu = x[:, 0, 0, :1] * self.scales
        return DiagonalGaussian(mu, self.log_var.expand_as(mu))


@pytest.fixture
def store():
    grey = np.zeros((2400, 2, 2, 1), np.uint8)
    grey[1::2] = 255  # the first pixel is 0 or 1 in turn: its variance is a quarter
    return PictureStore(grey, torch.device("cpu"))


def test_a_unit_is_active_when_its_mean_varies_by_more_than_a_hundredth(store):
    model = Constructed([1.0, 0.21, 0.19, 0.0], [0.0] * 4)  # variances 0.25, 0.011, 0.009, 0
    assert active_units(model, store, np.arange(2400)) == 2
    assert active_units(model, store, np.arange(0, 2400, 2)) == 0


def test_kl_per_dimension_is_the_mean_over_all_pictures(store):
    model = Constructed([2.0, 0.0], [0.0, 1.0])
    assert kl_per_dim(model, store, np.arange(2400)) == pytest.approx([1.0, 0.5 * (np.e - 2)], rel=1e-6)
    assert kl_per_dim(model, store, np.arange(1, 1501, 2)) == pytest.approx([2.0, 0.5 * (np.e - 2)], rel=1e-6)


def test_the_report_adds_up(monkeypatch):
    monkeypatch.setattr(report, "NLL_PICTURES", 5)
    parts = training()
    told = []
    found = evaluate(
        parts.state.model, parts.objective, parts.store, parts.split.held_out, lambda *now: told.append(now)
    )
    assert found.negative_elbo == found.reconstruction + found.kl
    assert found.nll < found.negative_elbo + 5
    assert sum(found.kl_per_dim) == pytest.approx(found.kl, rel=1e-6)
    assert (found.pictures, found.nll_pictures, found.nll_samples) == (len(parts.split.held_out), 5, 100)
    assert found.nll_standard_error > 0
    assert json.loads(json.dumps(found.to_dict())).keys() == found.to_dict().keys()
    shares = [share for share, _ in told]
    assert shares == sorted(shares)
    assert 0 <= shares[0] <= shares[-1] <= 1


def test_an_autoencoder_is_not_given_figures_that_mean_nothing():
    parts = training(recipe(objective__kind="autoencoder"))
    found = evaluate(parts.state.model, parts.objective, parts.store, parts.split.held_out)
    assert found.negative_elbo is found.kl is found.nll is found.nll_standard_error is None
    assert found.nll_samples == found.nll_pictures == 0
    assert found.reconstruction > 0


def test_measuring_changes_nothing():
    parts = training(images=pictures(20))
    before = [weight.clone() for weight in parts.state.model.parameters()]
    state = torch.random.get_rng_state()
    evaluate(parts.state.model, parts.objective, parts.store, parts.split.held_out)
    assert all(torch.equal(a, b) for a, b in zip(before, parts.state.model.parameters(), strict=True))
    assert torch.equal(state, torch.random.get_rng_state())
    assert all(weight.requires_grad and weight.grad is None for weight in parts.state.model.parameters())


def test_every_figure_is_measured_in_float32_and_the_kl_of_the_dimensions_adds_up_to_the_kl(monkeypatch):
    monkeypatch.setattr(report, "NLL_SAMPLES", 3)
    exact, rough = training(recipe()), training(recipe(training__precision="bfloat16"))
    rough.state.model.load_state_dict(exact.state.model.state_dict())
    figures = [
        evaluate(parts.state.model, parts.objective, parts.store, parts.split.held_out) for parts in (exact, rough)
    ]
    assert figures[0] == figures[1]
    assert sum(figures[1].kl_per_dim) == pytest.approx(figures[1].kl, rel=1e-5)
    assert rough.state.model.in_bfloat16, "training goes on as before"


def test_a_measurement_can_be_cancelled_within_a_batch():
    parts, asked = training(recipe()), []

    def cancel(share, _text):
        asked.append(share)
        if 0.3 < share < 1:
            raise InterruptedError

    with pytest.raises(InterruptedError):
        evaluate(parts.state.model, parts.objective, parts.store, parts.split.held_out, cancel)
    assert asked[-1] < 0.4
