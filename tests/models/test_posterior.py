"""The posterior against closed forms, torch.distributions and integrals."""

import math

import pytest
import torch
from torch.distributions import Independent, Normal, kl_divergence

from vae_studio.models.posterior import DiagonalGaussian, standard_normal_log_prob


@pytest.fixture
def posterior():
    noise = torch.Generator().manual_seed(0)
    mu = torch.randn(7, 3, generator=noise, dtype=torch.float64)
    return DiagonalGaussian(mu, torch.randn(7, 3, generator=noise, dtype=torch.float64))


def as_normal(posterior):
    return Normal(posterior.mu, torch.exp(0.5 * posterior.log_var))


def test_kl_agrees_with_torch(posterior):
    reference = kl_divergence(as_normal(posterior), Normal(torch.zeros(7, 3).double(), torch.ones(7, 3).double()))
    torch.testing.assert_close(posterior.kl_per_dim(), reference, atol=1e-14, rtol=1e-13)


def test_kl_of_the_prior_is_zero_and_of_a_shift_half_its_square():
    zeros = torch.zeros(1, 2, dtype=torch.float64)
    assert DiagonalGaussian(zeros, zeros).kl_per_dim().tolist() == [[0.0, 0.0]]
    assert DiagonalGaussian(zeros + 3, zeros).kl_per_dim().tolist() == [[4.5, 4.5]]


def test_log_prob_agrees_with_torch_and_is_summed_over_dimensions(posterior):
    z = torch.randn(7, 3, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    reference = Independent(as_normal(posterior), 1).log_prob(z)
    torch.testing.assert_close(posterior.log_prob(z), reference, atol=1e-13, rtol=1e-13)


def test_the_prior_agrees_with_torch_for_any_leading_shape():
    z = torch.randn(4, 5, 2, generator=torch.Generator().manual_seed(1), dtype=torch.float64)
    reference = Independent(Normal(torch.zeros_like(z), torch.ones_like(z)), 1).log_prob(z)
    torch.testing.assert_close(standard_normal_log_prob(z), reference, atol=1e-13, rtol=1e-13)
    assert standard_normal_log_prob(torch.zeros(1, 1).double()).item() == pytest.approx(-0.5 * math.log(2 * math.pi))


def test_samples_have_the_mean_and_spread_of_the_posterior():
    mu = torch.tensor([[2.0, -1.0]], dtype=torch.float64).expand(200_000, 2)
    log_var = torch.tensor([[math.log(4.0), math.log(0.25)]], dtype=torch.float64).expand(200_000, 2)
    z = DiagonalGaussian(mu, log_var).reparameterize(torch.Generator().manual_seed(0))
    torch.testing.assert_close(z.mean(0), mu[0], atol=0.02, rtol=0)
    torch.testing.assert_close(z.std(0), torch.tensor([2.0, 0.5]).double(), atol=0.02, rtol=0)
    assert abs(torch.corrcoef(z.T)[0, 1]) < 0.01


def test_gradients_of_samples_are_those_of_reparameterisation(posterior):
    mu, log_var = posterior.mu.requires_grad_(), posterior.log_var.requires_grad_()
    z = DiagonalGaussian(mu, log_var).reparameterize(torch.Generator().manual_seed(0))
    noise = (z - mu) / torch.exp(0.5 * log_var)
    by_mu, by_log_var = torch.autograd.grad(z.sum(), (mu, log_var))
    torch.testing.assert_close(by_mu, torch.ones_like(mu))
    torch.testing.assert_close(by_log_var, (0.5 * torch.exp(0.5 * log_var) * noise))


def test_the_same_generator_gives_the_same_sample_and_the_global_one_is_left_alone(posterior):
    before = torch.random.get_rng_state()
    first, second = (posterior.reparameterize(torch.Generator().manual_seed(4)) for _ in range(2))
    assert torch.equal(first, second)
    assert torch.equal(before, torch.random.get_rng_state())
