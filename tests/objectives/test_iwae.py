"""The importance-weighted bound: the ELBO with one sample, tighter with more, the likelihood where q is exact."""

import math

import pytest
import torch

from tests.objectives.small_models import Linear
from vae_studio.models.posterior import DiagonalGaussian, standard_normal_log_prob
from vae_studio.objectives import iwae
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.iwae import Iwae
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective_options import IwaeOptions


@pytest.fixture
def model():
    noise = torch.Generator().manual_seed(4)
    up, down = torch.randn(4, 4, generator=noise).double(), torch.randn(2, 4, generator=noise).double()
    return Linear(up.requires_grad_(), down.requires_grad_())


@pytest.fixture
def x():
    return torch.rand(5, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def terms_of(samples, model, x, seed=1):
    objective = Iwae(IwaeOptions(samples=samples), Bernoulli(BernoulliOptions()))
    return objective(model, x, torch.Generator().manual_seed(seed), 1.0)


def test_one_sample_is_the_estimate_of_the_elbo(model, x):
    posterior = model.encode(x)
    z = posterior.reparameterize(torch.Generator().manual_seed(1))
    cost = Bernoulli(BernoulliOptions()).negative_log_prob(model.decode(z), x)
    terms = terms_of(1, model, x)
    torch.testing.assert_close(terms.loss, (cost + posterior.log_prob(z) - standard_normal_log_prob(z)).mean())
    torch.testing.assert_close(terms.reconstruction, cost.mean())
    torch.testing.assert_close(terms.kl, posterior.kl_per_dim().sum(dim=1).mean())


def test_the_bound_is_the_log_of_the_mean_weight(model, x):
    noise, posterior, weights = torch.Generator().manual_seed(1), model.encode(x), []
    z = torch.empty(3 * 5, 2, dtype=torch.float64).normal_(generator=noise).view(3, 5, 2)
    for epsilon in z:
        code = posterior.mu + (0.5 * posterior.log_var).exp() * epsilon
        cost = Bernoulli(BernoulliOptions()).negative_log_prob(model.decode(code), x)
        weights.append((standard_normal_log_prob(code) - posterior.log_prob(code) - cost).exp())
    torch.testing.assert_close(terms_of(3, model, x).loss, -torch.stack(weights).mean(dim=0).log().mean())


def test_more_samples_are_a_tighter_bound_on_average(model, x):
    with torch.no_grad():
        few, more, many = (
            torch.stack([terms_of(samples, model, x, seed).loss for seed in range(300)]).mean()
            for samples in (1, 5, 50)
        )
    assert few > more > many


@pytest.mark.parametrize("at_a_time", [1, 45, 10**9])
def test_chunks_change_neither_the_bound_nor_its_gradient(at_a_time, model, x, monkeypatch):
    whole = terms_of(7, model, x)
    whole.loss.backward()
    gradient, model.up.grad = model.up.grad, None
    monkeypatch.setattr(iwae, "_AT_A_TIME", at_a_time)
    parts = terms_of(7, model, x)
    parts.loss.backward()
    torch.testing.assert_close(parts, whole)
    torch.testing.assert_close(model.up.grad, gradient)


def test_a_measurement_of_many_pictures_draws_for_some_at_a_time(model, monkeypatch):
    x = torch.rand(400, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    with torch.inference_mode():
        whole = terms_of(20, model, x)
        monkeypatch.setattr(iwae, "_MOST_CODES", 20 * 2 * 30)
        parts = terms_of(20, model, x)
    assert whole.loss != parts.loss  # other noise
    torch.testing.assert_close(
        (parts.loss, parts.reconstruction), (whole.loss, whole.reconstruction), atol=0.03, rtol=0
    )
    torch.testing.assert_close(parts.kl, whole.kl)


def test_an_exact_posterior_gives_the_likelihood_with_any_number_of_samples():
    exact = Exact()
    x = torch.tensor([[[[0.7]]], [[[-1.2]]]], dtype=torch.float64)
    expected = -torch.distributions.Normal(0.0, math.sqrt(2)).log_prob(x).mean()
    for samples in (1, 4):
        loss = Iwae(IwaeOptions(samples=samples), UnitNormal())(exact, x, torch.Generator(), 1.0).loss
        torch.testing.assert_close(loss, expected)


class UnitNormal:
    """x ~ N(z, 1)."""

    def negative_log_prob(self, output, x):
        return -torch.distributions.Normal(output, 1.0).log_prob(x).sum(dim=(1, 2, 3))


class Exact(Linear):
    """z ~ N(0, 1), so that the posterior of x is N(x / 2, 1/2)."""

    def __init__(self):
        super().__init__(torch.zeros(1, 2), torch.zeros(1, 1))

    def encode(self, x):
        mu = x.flatten(1) / 2
        return DiagonalGaussian(mu, torch.full_like(mu, math.log(0.5)))

    def decode(self, z):
        return z.view(-1, 1, 1, 1)
