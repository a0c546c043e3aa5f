"""The sampled likelihood against a model whose likelihood is known exactly."""

import math

import numpy as np
import pytest
import torch
from torch import nn
from torch.distributions import MultivariateNormal

from tests.small import pictures, training
from vae_studio.evaluation.importance import negative_log_likelihood
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.vae import VAE
from vae_studio.training.batches import PictureStore
from vae_studio.training.held_out import held_out_losses

SIGMA = 0.2


class LinearGaussian(VAE):
    """x = W z + b + sigma * noise, with orthogonal columns in W, so that the true posterior is diagonal."""

    def __init__(self, pixels, dim, widened=1.0):
        super().__init__(nn.Identity(), nn.Identity(), dim)
        orthogonal = torch.linalg.qr(torch.randn(pixels, dim, generator=torch.Generator().manual_seed(0)))[0]
        self.weight = nn.Parameter(orthogonal * torch.tensor([0.8, 0.3]))
        self.bias = nn.Parameter(torch.full((pixels,), 0.5))
        self.widened = widened

    def encode(self, x):
        precision = 1 + self.weight.square().sum(0) / SIGMA**2
        mu = (x.flatten(1) - self.bias) @ self.weight / SIGMA**2 / precision
        log_var = (self.widened / precision).log().expand_as(mu)
        return DiagonalGaussian(mu, log_var)

    def decode(self, z):
        return (z @ self.weight.T + self.bias).reshape(len(z), 1, 3, 4)

    def exact(self, x):
        covariance = self.weight @ self.weight.T + SIGMA**2 * torch.eye(12)
        return -MultivariateNormal(self.bias.double(), covariance.double()).log_prob(x.flatten(1).double())


class Plain:
    """A Gaussian likelihood whose mean is the output itself."""

    def negative_log_prob(self, output, x):
        constant = math.log(SIGMA) + 0.5 * math.log(2 * math.pi)
        return (0.5 * ((x - output) / SIGMA).square() + constant).flatten(1).sum(1)

    def mean(self, output):
        return output


@pytest.fixture
def store():
    return PictureStore(pictures(30, 3, 4).pictures, torch.device("cpu"))


def test_with_the_true_posterior_one_sample_gives_the_exact_likelihood(store):
    model = LinearGaussian(12, 2)
    ours = negative_log_likelihood(model, Plain(), store, np.arange(30), samples=1)
    np.testing.assert_allclose(ours, model.exact(store.batch(torch.arange(30))).detach().numpy(), rtol=1e-4)


def test_with_a_wider_posterior_many_samples_come_near(store):
    model = LinearGaussian(12, 2, widened=1.8)
    exact = model.exact(store.batch(torch.arange(30))).detach().numpy()
    few = negative_log_likelihood(model, Plain(), store, np.arange(30), samples=1)
    many = negative_log_likelihood(model, Plain(), store, np.arange(30), samples=2000)
    assert abs(many - exact).max() < 0.1
    assert abs(few - exact).max() > 0.3, "one sample is not enough, so the samples do count"


def test_only_the_asked_for_pictures_are_measured_in_their_order(store, monkeypatch):
    model = LinearGaussian(12, 2)
    monkeypatch.setattr("vae_studio.evaluation.importance._BATCH", 4)
    chosen = np.array([7, 3, 29, 0, 11, 12])
    ours = negative_log_likelihood(model, Plain(), store, chosen, samples=1)
    np.testing.assert_allclose(ours, model.exact(store.batch(torch.from_numpy(chosen))).detach().numpy(), rtol=1e-4)


def test_the_sampled_likelihood_is_above_the_bound():
    parts = training()
    indices = np.arange(37)
    bound = held_out_losses(parts.state.model, parts.objective, parts.store, indices).total
    sampled = negative_log_likelihood(parts.state.model, parts.objective.likelihood, parts.store, indices, 100)
    assert sampled.mean() < bound


def test_the_figure_is_the_same_each_time_in_float32_and_progress_is_told(store):
    parts = training()
    parts.state.model.in_bfloat16 = True
    told = []
    first, second = (
        negative_log_likelihood(
            parts.state.model, parts.objective.likelihood, parts.store, np.arange(9), 5, lambda *now: told.append(now)
        )
        for _ in range(2)
    )
    assert np.array_equal(first, second)
    assert parts.state.model.in_bfloat16, "the precision is put back"
    assert told
    parts.state.model.in_bfloat16 = False
    plain = negative_log_likelihood(parts.state.model, parts.objective.likelihood, parts.store, np.arange(9), 5)
    assert np.array_equal(first, plain)
