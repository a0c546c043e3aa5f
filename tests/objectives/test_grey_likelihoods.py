"""Likelihoods of grey pixels: they integrate or sum to one, agree with references, and stay finite at the edges."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch.distributions import ContinuousBernoulli as TorchContinuousBernoulli
from torch.distributions import Laplace as TorchLaplace
from torch.distributions import Normal

from vae_studio.objectives.catalogue import LIKELIHOODS
from vae_studio.objectives.continuous_bernoulli import ContinuousBernoulli, log_normaliser
from vae_studio.objectives.discretised_logistic import DiscretisedLogistic
from vae_studio.objectives.laplace import Laplace
from vae_studio.objectives.likelihood_options import (
    ContinuousBernoulliOptions,
    DiscretisedLogisticOptions,
    LaplaceOptions,
    SigmaGaussianOptions,
)
from vae_studio.objectives.sigma_gaussian import SigmaGaussian

LEVELS = torch.arange(256, dtype=torch.float64) / 255
AWKWARD = [-1e4, -90.0, -1.0, -0.3, -1e-3, -1e-30, 0.0, 1e-12, 1e-3, 0.29999, 0.3, 1.0, 90.0, 1e4]
logits = st.floats(-60, 60)


def one_pixel(values):
    return torch.as_tensor(values).reshape(-1, 1, 1, 1)


def logistic(scale):
    made = DiscretisedLogistic(DiscretisedLogisticOptions()).double()
    torch.nn.init.constant_(made.log_scale, math.log(scale))
    return made


def test_the_continuous_bernoulli_is_that_of_torch_away_from_one_half():
    noise = torch.Generator().manual_seed(0)
    output = 8 * torch.randn(4, 2, 3, 5, generator=noise, dtype=torch.float64)
    x = torch.rand(4, 2, 3, 5, generator=noise, dtype=torch.float64)
    reference = TorchContinuousBernoulli(logits=output, lims=(0.49999, 0.50001))
    ours = ContinuousBernoulli(ContinuousBernoulliOptions())
    torch.testing.assert_close(
        ours.negative_log_prob(output, x), -reference.log_prob(x).sum(dim=(1, 2, 3)), atol=1e-8, rtol=1e-9
    )
    torch.testing.assert_close(ours.mean(output), reference.mean, atol=1e-8, rtol=1e-8)


@given(logits)
def test_the_continuous_bernoulli_integrates_to_one_at_every_logit(logit):
    x = torch.linspace(0, 1, 20_001, dtype=torch.float64)
    exponent = torch.tensor(logit, dtype=torch.float64) * x - log_normaliser(torch.tensor(logit, dtype=torch.float64))
    weights = torch.tensor([1.0, *[4.0, 2.0] * 9999, 4.0, 1.0], dtype=torch.float64) / 60_000  # Simpson's rule
    assert float(exponent.exp() @ weights) == pytest.approx(1, abs=1e-9)
    mean = ContinuousBernoulli(ContinuousBernoulliOptions()).mean(torch.tensor(logit, dtype=torch.float64))
    assert float(mean) == pytest.approx(float((exponent.exp() * x) @ weights), abs=1e-9)


def test_the_mean_is_the_slope_of_the_normaliser():
    at = torch.tensor(AWKWARD, dtype=torch.float64, requires_grad=True)
    (slope,) = torch.autograd.grad(log_normaliser(at).sum(), at)
    mean = ContinuousBernoulli(ContinuousBernoulliOptions()).mean(at)
    torch.testing.assert_close(slope, mean, atol=1e-11, rtol=1e-11)


def test_single_precision_agrees_with_double_where_greys_are_one_half():
    at = torch.linspace(-2, 2, 4001, dtype=torch.float64)
    torch.testing.assert_close(log_normaliser(at.float()).double(), log_normaliser(at), atol=3e-6, rtol=0)
    likelihood = ContinuousBernoulli(ContinuousBernoulliOptions())
    torch.testing.assert_close(likelihood.mean(at.float()).double(), likelihood.mean(at), atol=3e-6, rtol=0)


@pytest.mark.parametrize("kind", LIKELIHOODS)
@pytest.mark.parametrize("x", [0.0, 0.5, 1.0])
def test_nothing_is_infinite_however_sure_the_decoder(kind, x):
    row = LIKELIHOODS[kind]
    likelihood = row.load()(row.options())
    output = one_pixel(AWKWARD).requires_grad_()
    nats = likelihood.negative_log_prob(output, torch.full_like(output, x))
    nats.sum().backward()
    assert torch.isfinite(nats).all() and torch.isfinite(output.grad).all()
    assert torch.isfinite(likelihood.mean(output)).all()


@given(logits, st.floats(0.001, 10))
def test_the_discretised_logistic_sums_to_one_over_the_levels(logit, scale):
    likelihood = logistic(scale)
    nats = likelihood.negative_log_prob(torch.full((256, 1, 1, 1), logit, dtype=torch.float64), one_pixel(LEVELS))
    assert (nats >= -1e-12).all()
    assert (-nats).exp().sum().item() == pytest.approx(1, abs=1e-9)


def test_the_discretised_logistic_is_the_difference_of_its_distribution():
    likelihood, mu = logistic(0.07), torch.sigmoid(torch.tensor(0.4, dtype=torch.float64))
    upper = torch.sigmoid((LEVELS + 1 / 510 - mu) / 0.07)
    lower = torch.sigmoid((LEVELS - 1 / 510 - mu) / 0.07)
    upper[255], lower[0] = 1, 0
    ours = likelihood.negative_log_prob(torch.full((256, 1, 1, 1), 0.4, dtype=torch.float64), one_pixel(LEVELS))
    torch.testing.assert_close(ours, -(upper - lower).log(), atol=1e-10, rtol=1e-10)


def test_bytes_as_the_store_gives_them_take_the_edges():
    grey = torch.tensor([0, 255], dtype=torch.uint8).float().div_(255)
    nats = logistic(0.001).negative_log_prob(one_pixel([-1e4, 1e4]).double(), one_pixel(grey))
    assert (nats < 0.2).all()  # a level cut in half would cost log 2


@pytest.mark.parametrize("scale", [0.03, 1.0])
def test_laplace_is_a_density_summed_over_pixels_and_channels(scale):
    noise = torch.Generator().manual_seed(0)
    output, x = (torch.rand(5, 3, 4, 6, generator=noise, dtype=torch.float64) for _ in range(2))
    reference = -TorchLaplace(torch.sigmoid(output), scale).log_prob(x).sum(dim=(1, 2, 3))
    ours = Laplace(LaplaceOptions(scale=scale))
    torch.testing.assert_close(ours.negative_log_prob(output, x), reference, atol=1e-10, rtol=1e-12)


@pytest.fixture
def grey():
    noise = torch.Generator().manual_seed(3)
    return [torch.rand(6, 1, 3, 4, generator=noise, dtype=torch.float64) for _ in range(2)]


def reference_nats(output, x, sigma):
    return -Normal(torch.sigmoid(output), sigma).log_prob(x).sum(dim=(1, 2, 3))


def test_a_sigma_that_learns_is_a_weight_with_the_gradient_of_the_density(grey):
    likelihood = SigmaGaussian(SigmaGaussianOptions(estimate="gradient", start=0.2)).double()
    ours = likelihood.negative_log_prob(*grey)
    torch.testing.assert_close(ours, reference_nats(*grey, 0.2), atol=1e-5, rtol=1e-6)
    ours.sum().backward()
    squared = (grey[1] - torch.sigmoid(grey[0])).square()
    expected = (1 - squared / likelihood.log_sigma.exp() ** 2).sum().item()
    assert likelihood.log_sigma.grad.item() == pytest.approx(expected)


def test_the_optimal_sigma_is_the_one_that_makes_the_batch_likeliest(grey):
    likelihood = SigmaGaussian(SigmaGaussianOptions()).double()
    best = likelihood.negative_log_prob(*grey).sum().item()
    sigma = (grey[1] - torch.sigmoid(grey[0])).square().mean().sqrt().item()
    assert best == pytest.approx(reference_nats(*grey, sigma).sum().item())
    for other in (0.97 * sigma, 1.03 * sigma):
        assert reference_nats(*grey, other).sum().item() > best


def test_a_measurement_takes_the_sigma_of_the_training_and_leaves_it(grey):
    likelihood = SigmaGaussian(SigmaGaussianOptions()).double()
    likelihood.negative_log_prob(*grey)
    before = likelihood.error.clone()
    with torch.inference_mode():
        alone = likelihood.negative_log_prob(grey[0][:1], grey[1][:1])
        together = likelihood.negative_log_prob(*grey)
    assert torch.equal(likelihood.error, before)
    torch.testing.assert_close(alone, together[:1])
    torch.testing.assert_close(together, reference_nats(*grey, before.sqrt().item()))


def test_the_optimal_sigma_follows_the_training(grey):
    likelihood = SigmaGaussian(SigmaGaussianOptions()).double()
    for _ in range(400):
        likelihood.negative_log_prob(grey[0], torch.sigmoid(grey[0]) + 0.25)
    assert likelihood.error.item() == pytest.approx(0.0625, rel=1e-2)


def test_a_perfect_picture_costs_no_less_than_half_a_level(grey):
    for estimate in ("optimal", "gradient"):
        likelihood = SigmaGaussian(SigmaGaussianOptions(estimate=estimate, start=0.01)).double()
        for weight in likelihood.parameters():
            torch.nn.init.constant_(weight, -30.0)
        nats = likelihood.negative_log_prob(grey[0], torch.sigmoid(grey[0]))
        assert nats.tolist() == pytest.approx([12 * (math.log(1 / 510) + 0.5 * math.log(2 * math.pi))] * 6)
