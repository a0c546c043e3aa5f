"""The discrepancy between codes and prior, and the two objectives that use it."""

import pytest
import torch

from tests.objectives.small_models import Linear
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.info_vae import InfoVae
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.mmd import gaussian_kernel, imq_kernel, mmd
from vae_studio.objectives.objective_options import InfoVaeOptions, VaeOptions, WaeOptions
from vae_studio.objectives.wae import WaeMmd

KERNELS = [gaussian_kernel, imq_kernel]


def normal(count, dim, seed, dtype=torch.float64):
    return torch.randn(count, dim, generator=torch.Generator().manual_seed(seed), dtype=dtype)


@pytest.mark.parametrize("kernel", KERNELS)
def test_it_is_the_unbiased_estimate_written_out(kernel):
    codes, prior = normal(6, 3, 0) + 1, normal(6, 3, 1)

    def k(a, b):
        return kernel((a - b).square().sum(), 3).item()

    pairs = [(i, j) for i in range(6) for j in range(6) if i != j]
    expected = sum(k(codes[i], codes[j]) + k(prior[i], prior[j]) for i, j in pairs) / 30
    expected -= 2 * sum(k(a, b) for a in codes for b in prior) / 36
    assert mmd(codes, prior, kernel).item() == pytest.approx(expected)


@pytest.mark.parametrize("kernel", KERNELS)
def test_codes_that_follow_the_prior_differ_by_nothing_on_average(kernel):
    values = torch.stack([mmd(normal(50, 4, seed), normal(50, 4, 1000 + seed), kernel) for seed in range(200)])
    assert abs(values.mean()) < 4 * values.std() / 200**0.5
    assert values.min() < 0  # an estimate that never falls below 0 is biased


@pytest.mark.parametrize("kernel", KERNELS)
@pytest.mark.parametrize("spoil", [lambda z: z + 1, lambda z: 0.3 * z, lambda z: 3 * z])
def test_codes_elsewhere_or_of_another_width_are_told_apart(kernel, spoil):
    assert mmd(spoil(normal(300, 4, 0)), normal(300, 4, 1), kernel) > 0.02


@pytest.mark.parametrize("kernel", KERNELS)
def test_single_precision_and_equal_codes_have_a_finite_gradient(kernel):
    codes = torch.full((8, 2), 100.1, requires_grad=True)
    value = mmd(codes, normal(8, 2, 0, torch.float32), kernel)
    value.backward()
    assert torch.isfinite(value) and torch.isfinite(codes.grad).all()


@pytest.fixture
def model():
    return Linear(normal(4, 4, 5).requires_grad_(), normal(2, 4, 6).requires_grad_())


@pytest.fixture
def x():
    return torch.rand(9, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)


def terms_of(objective, options, model, x):
    return objective(options, Bernoulli(BernoulliOptions()))(model, x, torch.Generator().manual_seed(1), 1.0)


def test_the_info_vae_without_its_two_weights_is_the_elbo(model, x):
    ours = terms_of(InfoVae, InfoVaeOptions(alpha=0, mmd_weight=1), model, x)
    torch.testing.assert_close(ours, terms_of(Elbo, VaeOptions(), model, x))


@pytest.mark.parametrize(("alpha", "weight"), [(0.0, 10.0), (0.5, 1.0), (1.0, 100.0)])
def test_the_info_vae_takes_kl_away_and_adds_the_discrepancy(alpha, weight, model, x):
    terms = terms_of(InfoVae, InfoVaeOptions(alpha=alpha, mmd_weight=weight), model, x)
    noise = torch.Generator().manual_seed(1)
    z = model.encode(x).reparameterize(noise)
    discrepancy = mmd(z, torch.empty_like(z).normal_(generator=noise), gaussian_kernel)
    expected = terms.reconstruction + (1 - alpha) * terms.kl + (alpha + weight - 1) * discrepancy
    torch.testing.assert_close(terms.loss, expected)


def test_the_wasserstein_autoencoder_has_points_for_codes_and_no_kl(model, x):
    terms = terms_of(WaeMmd, WaeOptions(mmd_weight=20), model, x)
    z = model.encode_mean(x)
    prior = torch.empty_like(z).normal_(generator=torch.Generator().manual_seed(1))
    reconstruction = Bernoulli(BernoulliOptions()).negative_log_prob(model.decode(z), x).mean()
    torch.testing.assert_close(terms.reconstruction, reconstruction)
    torch.testing.assert_close(terms.loss, reconstruction + 20 * mmd(z, prior, imq_kernel))
    assert terms.kl.item() == 0


def test_samples_mean_something_where_codes_are_led_to_the_prior():
    assert WaeOptions.has_samples and not WaeOptions.has_prior
    assert InfoVaeOptions.has_samples and InfoVaeOptions.has_prior
