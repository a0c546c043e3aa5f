"""Objectives: their terms, their schedule, their gradients."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import nn

from tests.objectives.small_models import Linear
from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.vae import build_vae
from vae_studio.objectives.autoencoder import Autoencoder
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.likelihood_options import BernoulliOptions, GaussianOptions
from vae_studio.objectives.objective import attach, build_objective
from vae_studio.objectives.objective_options import AutoencoderOptions, VaeOptions
from vae_studio.objectives.schedule import kl_weight


@pytest.fixture
def model():
    return build_vae(DenseOptions(latent_dim=3, widths=(12,)), (4, 5, 1), seed=0)


@pytest.fixture
def x():
    return torch.rand(6, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def seeded():
    return torch.Generator().manual_seed(9)


@pytest.mark.parametrize("beta", [0.0, 1.0, 4.0])
def test_the_loss_is_reconstruction_plus_weighted_kl(model, x, beta):
    terms = Elbo(VaeOptions(beta=beta, warmup=0), Bernoulli(BernoulliOptions()))(model, x, seeded(), progress=0.0)
    posterior = model.encode(x)
    output = model.decode(posterior.reparameterize(seeded()))
    per_picture = nn.functional.binary_cross_entropy_with_logits(output, x, reduction="none").sum(dim=(1, 2, 3))
    kl = -0.5 * (1 + posterior.log_var - posterior.mu**2 - posterior.log_var.exp()).sum(dim=1)
    torch.testing.assert_close(terms.reconstruction, per_picture.mean())
    torch.testing.assert_close(terms.kl, kl.mean())
    torch.testing.assert_close(terms.loss, per_picture.mean() + beta * kl.mean())
    assert terms.loss.shape == terms.reconstruction.shape == terms.kl.shape == ()


def test_the_batch_is_averaged_not_summed(model, x, monkeypatch):
    monkeypatch.setattr(DiagonalGaussian, "reparameterize", lambda self, _: self.mu)
    objective = Elbo(VaeOptions(), LIKELIHOODS["gaussian"].load()(GaussianOptions(sigma=1)))
    one = objective(model, x, seeded(), progress=1.0)
    twice = objective(model, torch.cat([x, x]), seeded(), progress=1.0)
    torch.testing.assert_close(one.loss, twice.loss)


def test_the_autoencoder_uses_no_noise_and_no_prior(model, x):
    objective = Autoencoder(AutoencoderOptions(), Bernoulli(BernoulliOptions()))
    first, second = objective(model, x, seeded(), 0.0), objective(model, x, torch.Generator().manual_seed(1), 1.0)
    assert torch.equal(first.loss, second.loss)
    assert first.kl.item() == 0
    assert torch.equal(first.loss, first.reconstruction)
    assert not objective.has_prior


def test_every_pair_of_objective_and_likelihood_can_be_built_and_minimised(x):
    for objective in OBJECTIVES.values():
        for likelihood in LIKELIHOODS.values():
            model = build_vae(DenseOptions(widths=(8,)), (4, 5, 1), seed=0)
            built = build_objective(objective.options(), likelihood.options())
            attach(model, built)
            built(model, x, seeded(), progress=0.5).loss.backward()
            assert all(weight.grad is not None for weight in model.decoder.parameters())
            assert isinstance(built.has_prior, bool)


@given(st.floats(0, 1000), st.floats(0, 1), st.floats(0, 1), st.floats(0, 1))
def test_the_weight_of_the_kl_rises_and_ends_at_beta(beta, warmup, one, two):
    early, late = sorted((one, two))
    assert kl_weight(beta, warmup, early) <= kl_weight(beta, warmup, late) * (1 + 1e-12)
    assert kl_weight(beta, warmup, 1.0) == beta
    assert kl_weight(beta, 0.0, early) == beta


def test_the_weight_starts_at_a_tenth_and_is_half_way_in_the_middle():
    assert kl_weight(2.0, 0.5, 0.0) == pytest.approx(0.2)
    assert kl_weight(2.0, 0.5, 0.25) == pytest.approx(1.1)
    assert kl_weight(2.0, 0.5, 0.5) == 2.0


# A code book's gradients are no slopes, and a discriminator's pull has no value.
SMOOTH = [kind for kind, row in OBJECTIVES.items() if row.options.has_density and kind != "adversarial"]


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("kind", SMOOTH)
def test_gradients_are_right(kind, likelihood):
    x = torch.rand(3, 1, 2, 2, generator=torch.Generator().manual_seed(0), dtype=torch.float64)
    objective = build_objective(OBJECTIVES[kind].options(), LIKELIHOODS[likelihood].options())

    def loss(up, down):
        model = Linear(up, down)
        attach(model, objective)
        model.companions.double()
        return objective(model, x, seeded(), progress=0.5).loss

    noise = torch.Generator().manual_seed(2)
    up = torch.randn(4, 4, generator=noise, dtype=torch.float64, requires_grad=True)
    down = torch.randn(2, 4, generator=noise, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(loss, (up, down))


@pytest.mark.parametrize("kind", [*SMOOTH, "adversarial"])
def test_what_every_objective_tells_is_of_one_kind(kind, model, x):
    """Sums over pixels and dimensions, the KL unweighted, and 0 where there is none."""
    objective = build_objective(OBJECTIVES[kind].options(), BernoulliOptions())
    attach(model, objective)
    terms = objective(model, x, seeded(), 1.0)
    kl = model.encode(x).kl_per_dim().sum(dim=1).mean()
    torch.testing.assert_close(terms.kl, kl if objective.has_prior else torch.zeros(()))
    assert 0.5 * 20 * 0.6 < terms.reconstruction.item() < 2 * 20 * 0.8  # 20 pixels of about log 2 each
    assert terms.loss.shape == terms.reconstruction.shape == terms.kl.shape == ()


@pytest.mark.parametrize("kind", OBJECTIVES)
def test_one_picture_alone_has_a_loss(kind, model, x):
    objective = build_objective(OBJECTIVES[kind].options(), BernoulliOptions())
    attach(model, objective)
    assert torch.isfinite(objective(model, x[:1], seeded(), 0.5).loss)
