"""The FactorVAE: two losses in one step that do not touch each other's weights, and a ratio that is right."""

import math

import pytest
import torch

from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.vae import build_vae
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.factor_vae import FactorVae, _judged
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective import attach
from vae_studio.objectives.objective_options import FactorVaeOptions, VaeOptions

LIKELIHOOD = Bernoulli(BernoulliOptions())


@pytest.fixture
def x():
    return torch.rand(9, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def made(**options):
    model = build_vae(DenseOptions(latent_dim=3, widths=(12,)), (4, 5, 1), seed=0)
    objective = FactorVae(FactorVaeOptions(warmup=0, **options), LIKELIHOOD)
    attach(model, objective)
    return model, objective


def seeded():
    return torch.Generator().manual_seed(3)


def gradients(module):
    return [None if weight.grad is None else weight.grad.clone() for weight in module.parameters()]


def test_the_loss_is_the_elbo_and_the_mean_logit(x):
    model, objective = made(gamma=5)
    bound = Elbo(VaeOptions(), LIKELIHOOD)(model, x, seeded(), 1.0)
    logits = model.companions["discriminator"](model.encode(x).reparameterize(seeded()))
    terms = objective(model, x, seeded(), 1.0)
    torch.testing.assert_close(terms.loss, bound.loss + 5 * logits.mean())
    torch.testing.assert_close((terms.reconstruction, terms.kl), (bound.reconstruction, bound.kl))
    with torch.no_grad():
        torch.testing.assert_close(objective(model, x, seeded(), 1.0).loss, terms.loss)  # measured as trained


def test_without_its_weight_the_networks_learn_as_a_vae_does(x):
    model, objective = made(gamma=0)
    objective(model, x, seeded(), 1.0).loss.backward()
    ours = gradients(model.encoder) + gradients(model.decoder)
    model.zero_grad()
    Elbo(VaeOptions(), LIKELIHOOD)(model, x, seeded(), 1.0).loss.backward()
    torch.testing.assert_close(ours, gradients(model.encoder) + gradients(model.decoder))


def test_the_discriminator_learns_from_its_own_loss_alone(x):
    found = []
    for gamma in (0, 50):
        model, objective = made(gamma=gamma)
        objective(model, x, seeded(), 1.0).loss.backward()
        found.append(gradients(model.companions))
    torch.testing.assert_close(found[0], found[1])
    noise, model = seeded(), made()[0]
    z = model.encode(x).reparameterize(noise).detach()
    _judged(model.companions["discriminator"], z, noise).backward()
    torch.testing.assert_close(gradients(model.companions), found[0])
    assert all(gradient is None for gradient in gradients(model.encoder))


def test_a_trained_discriminator_knows_the_total_correlation():
    model = build_vae(DenseOptions(latent_dim=2, widths=(12,)), (4, 5, 1), seed=0)
    attach(model, FactorVae(FactorVaeOptions(hidden=32), LIKELIHOOD))
    judge = model.companions["discriminator"]
    optimiser, noise, rho = torch.optim.Adam(judge.parameters(), 3e-3), seeded(), 0.8

    def codes(count):
        first, other = torch.randn(2, count, generator=noise)
        return torch.stack([first, rho * first + math.sqrt(1 - rho**2) * other], dim=1)

    for _ in range(150):
        optimiser.zero_grad()
        _judged(judge, codes(512), noise).backward()
        optimiser.step()
    with torch.no_grad():
        assert judge(codes(20_000)).mean().item() == pytest.approx(-0.5 * math.log(1 - rho**2), abs=0.15)


def test_the_discriminator_is_the_same_at_each_start_and_leaves_the_global_noise():
    before = torch.get_rng_state()
    first, second = made()[0].companions.state_dict(), made()[0].companions.state_dict()
    assert first and all(torch.equal(first[name], second[name]) for name in first)
    assert torch.equal(torch.get_rng_state(), before)
