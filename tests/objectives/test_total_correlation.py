"""The KL in three parts: they sum to it, and are what they are for codes whose parts are known."""

import math

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.objectives.small_models import Linear
from vae_studio.models.posterior import DiagonalGaussian, standard_normal_log_prob
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.beta_tcvae import BetaTcVae
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective_options import BetaTcVaeOptions, VaeOptions
from vae_studio.objectives.total_correlation import decompose

ONES = {"tc_weight": 1, "mi_weight": 1, "dim_weight": 1}


def drawn(count, dim, seed, spread=1.0, log_var=-1.0):
    noise = torch.Generator().manual_seed(seed)
    posterior = DiagonalGaussian(
        spread * torch.randn(count, dim, generator=noise, dtype=torch.float64),
        log_var + torch.randn(count, dim, generator=noise, dtype=torch.float64),
    )
    return posterior, posterior.reparameterize(noise)


@given(st.integers(1, 20), st.integers(1, 19), st.integers(0, 99), st.floats(0, 4))
def test_the_three_parts_sum_to_the_estimate_of_the_kl(count, dim, seed, spread):
    posterior, z = drawn(count, dim, seed, spread)
    parts = decompose(posterior, z)
    total = parts.mutual_information + parts.total_correlation + parts.dimension_wise_kl
    torch.testing.assert_close(total, (posterior.log_prob(z) - standard_normal_log_prob(z)).mean())


def test_the_parts_are_those_of_the_mixture_written_out():
    posterior, z = drawn(5, 3, seed=1)
    log_q = torch.zeros(5, 5, 3, dtype=torch.float64)
    for i in range(5):
        for j in range(5):
            for d in range(3):
                sigma = math.exp(0.5 * posterior.log_var[j, d])
                log_q[i, j, d] = torch.distributions.Normal(posterior.mu[j, d], sigma).log_prob(z[i, d])
    aggregate = log_q.sum(dim=2).exp().mean(dim=1).log()
    marginals = log_q.exp().mean(dim=1).log().sum(dim=1)
    parts = decompose(posterior, z)
    torch.testing.assert_close(parts.total_correlation, (aggregate - marginals).mean())
    torch.testing.assert_close(parts.mutual_information, (posterior.log_prob(z) - aggregate).mean())


def test_one_dimension_has_no_total_correlation_and_equal_codes_no_information():
    posterior, z = drawn(30, 1, seed=2)
    assert decompose(posterior, z).total_correlation.item() == pytest.approx(0, abs=1e-12)
    same = DiagonalGaussian(torch.ones(30, 4).double(), torch.zeros(30, 4).double())
    assert decompose(same, same.reparameterize(None)).mutual_information.item() == pytest.approx(0, abs=1e-12)


def test_the_total_correlation_of_a_gaussian_is_the_known_one():
    noise, rho = torch.Generator().manual_seed(0), 0.9
    first = torch.randn(1500, generator=noise, dtype=torch.float64)
    second = rho * first + math.sqrt(1 - rho**2) * torch.randn(1500, generator=noise, dtype=torch.float64)
    for mu, expected in ((torch.stack([first, second], 1), -0.5 * math.log(1 - rho**2)), (None, 0.0)):
        means = torch.stack([first, second[torch.randperm(1500, generator=noise)]], 1) if mu is None else mu
        posterior = DiagonalGaussian(means, torch.full_like(means, math.log(0.15**2)))
        found = decompose(posterior, posterior.reparameterize(noise)).total_correlation.item()
        assert found == pytest.approx(expected, abs=0.1)


@pytest.fixture
def model():
    noise = torch.Generator().manual_seed(4)
    up, down = torch.randn(4, 6, generator=noise).double(), torch.randn(3, 4, generator=noise).double()
    return Linear(up.requires_grad_(), down.requires_grad_())


def terms_of(objective, options, model):
    x = torch.rand(7, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    return objective(options, Bernoulli(BernoulliOptions()))(model, x, torch.Generator().manual_seed(1), 1.0)


def test_with_three_ones_it_is_the_elbo(model):
    torch.testing.assert_close(
        terms_of(BetaTcVae, BetaTcVaeOptions(**ONES), model), terms_of(Elbo, VaeOptions(), model)
    )


@pytest.mark.parametrize("name", ONES)
def test_each_weight_adds_its_part(name, model):
    plain, more = (
        terms_of(BetaTcVae, BetaTcVaeOptions(**ONES | {name: weight}), model).loss.item() for weight in (1, 4)
    )
    noise = torch.Generator().manual_seed(1)
    x = torch.rand(7, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    posterior = model.encode(x)
    parts = decompose(posterior, posterior.reparameterize(noise))
    part = {
        "mi_weight": parts.mutual_information,
        "tc_weight": parts.total_correlation,
        "dim_weight": parts.dimension_wise_kl,
    }[name]
    assert more - plain == pytest.approx(3 * part.item())


def test_the_warm_up_scales_everything_but_the_reconstruction(model):
    x = torch.rand(7, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    objective = BetaTcVae(BetaTcVaeOptions(warmup=0.5), Bernoulli(BernoulliOptions()))
    first, last = (objective(model, x, torch.Generator().manual_seed(1), progress) for progress in (0.0, 1.0))
    torch.testing.assert_close(10 * (first.loss - first.reconstruction), last.loss - last.reconstruction)
