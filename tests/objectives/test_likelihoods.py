"""Likelihoods against torch.distributions in float64."""

import pytest
import torch
from torch.distributions import Bernoulli as TorchBernoulli
from torch.distributions import Normal

from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.catalogue import LIKELIHOODS
from vae_studio.objectives.gaussian import Gaussian
from vae_studio.objectives.likelihood import output_drawing
from vae_studio.objectives.likelihood_options import BernoulliOptions, GaussianOptions


@pytest.fixture
def output():
    return torch.randn(5, 3, 4, 6, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


@pytest.fixture
def x():
    return torch.rand(5, 3, 4, 6, generator=torch.Generator().manual_seed(1), dtype=torch.float64)


def test_bernoulli_is_the_log_probability_summed_over_pixels_and_channels(output, x):
    binary = (x > 0.5).double()
    reference = -TorchBernoulli(logits=output).log_prob(binary).sum(dim=(1, 2, 3))
    ours = Bernoulli(BernoulliOptions()).negative_log_prob(output, binary)
    assert ours.shape == (5,)
    torch.testing.assert_close(ours, reference, atol=1e-12, rtol=1e-13)


def test_grey_targets_give_the_cross_entropy(output, x):
    p = torch.sigmoid(output)
    reference = -(x * p.log() + (1 - x) * (1 - p).log()).sum(dim=(1, 2, 3))
    ours = Bernoulli(BernoulliOptions()).negative_log_prob(output, x)
    torch.testing.assert_close(ours, reference, atol=1e-11, rtol=1e-12)


@pytest.mark.parametrize("logit", [-1e4, 1e4])
def test_bernoulli_stays_finite_where_the_decoder_is_sure(logit):
    ours = Bernoulli(BernoulliOptions()).negative_log_prob(
        torch.full((1, 1, 2, 2), logit), torch.full((1, 1, 2, 2), 0.5)
    )
    assert ours.item() == pytest.approx(4 * 0.5 * 1e4)


@pytest.mark.parametrize("sigma", [0.05, 0.1, 1.0, 7.0])
def test_gaussian_is_a_density_summed_over_pixels_and_channels(output, x, sigma):
    likelihood = Gaussian(GaussianOptions(sigma=sigma))
    reference = -Normal(torch.sigmoid(output), sigma).log_prob(x).sum(dim=(1, 2, 3))
    torch.testing.assert_close(likelihood.negative_log_prob(output, x), reference, atol=1e-10, rtol=1e-12)


@pytest.mark.parametrize("kind", LIKELIHOODS)
def test_means_are_grey_values(kind, output):
    row = LIKELIHOODS[kind]
    mean = row.load()(row.options()).mean(output)
    assert mean.shape == output.shape
    assert 0 <= mean.min() <= mean.max() <= 1


@pytest.mark.parametrize("kind", LIKELIHOODS)
def test_gradients_are_right(kind):
    row = LIKELIHOODS[kind]
    likelihood = row.load()(row.options())
    noise = torch.Generator().manual_seed(0)
    output = torch.randn(2, 1, 3, 3, generator=noise, dtype=torch.float64, requires_grad=True)
    x = torch.rand(2, 1, 3, 3, generator=noise, dtype=torch.float64)
    assert torch.autograd.gradcheck(lambda given: likelihood.negative_log_prob(given, x), (output,))


@pytest.mark.parametrize("kind", list(LIKELIHOODS))
def test_the_output_that_draws_a_picture_is_found_whatever_the_likelihood(kind, x):
    row = LIKELIHOODS[kind]
    likelihood = row.load()(row.options())
    x[0, 0, 0, :2] = torch.tensor([0.0, 1.0])
    drawn = likelihood.mean(output_drawing(likelihood, x))
    torch.testing.assert_close(drawn, x, atol=2e-4 if kind == "continuous-bernoulli" else 1e-6, rtol=0)
