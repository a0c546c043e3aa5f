"""Priors against each other, against torch.distributions, and against the numbers that the map works with."""

import math

import numpy as np
import pytest
import torch
from torch.distributions import Categorical, Independent, MixtureSameFamily, Normal

from tests.objectives.small_models import Linear
from vae_studio.errors import UsageError
from vae_studio.latent.prior import NORMAL, MixturePrior, SpherePrior
from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.models.priors.catalogue import PRIORS, SpherePriorOptions, VampPriorOptions
from vae_studio.models.priors.sphere import Sphere
from vae_studio.models.priors.standard_normal import StandardNormal
from vae_studio.models.priors.vampprior import Mixture, VampPrior
from vae_studio.models.vae import build_vae
from vae_studio.models.von_mises_fisher import VonMisesFisher
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.objective import build_objective

SHAPE = (4, 5, 1)


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


def gaussians(count, dim, seed=0):
    noise = seeded(seed)
    return DiagonalGaussian(*(torch.randn(count, dim, generator=noise, dtype=torch.float64) for _ in "mv"))


def test_a_vampprior_of_one_pseudo_input_that_is_the_prior_gives_the_kl_of_the_vae():
    one = Mixture(DiagonalGaussian(torch.zeros(1, 3).double(), torch.zeros(1, 3).double()))
    posterior = gaussians(5, 3).repeated(40_000)
    z = posterior.reparameterize(seeded(1))
    torch.testing.assert_close(one.log_prob(z), StandardNormal().log_prob(z))
    sampled = one.kl(posterior, z).view(40_000, 5)
    exact = StandardNormal().kl(posterior, z)[:5]
    assert ((sampled.mean(dim=0) - exact).abs() < 5 * sampled.std(dim=0) / math.sqrt(40_000)).all()
    by_dim = one.kl_per_dim(posterior, z).view(40_000, 5, 3)
    error = 5 * by_dim.std(dim=0) / math.sqrt(40_000)
    assert ((by_dim.mean(dim=0) - posterior.kl_per_dim()[:5]).abs() < error).all()


def test_a_mixture_agrees_with_torch_also_by_parts(monkeypatch):
    components, z = gaussians(7, 3), gaussians(50, 3, seed=2).mu
    normal = Independent(Normal(components.mu, torch.exp(components.log_var / 2)), 1)
    wanted = MixtureSameFamily(Categorical(torch.ones(7).double()), normal).log_prob(z)
    torch.testing.assert_close(Mixture(components).log_prob(z), wanted)
    monkeypatch.setattr("vae_studio.models.priors.vampprior._NUMBERS", 64)
    with torch.no_grad():
        torch.testing.assert_close(Mixture(components).log_prob(z), wanted)


@pytest.mark.parametrize("objective", ["vae", "capacity", "iwae"])
def test_gradients_reach_the_pseudo_inputs_and_are_right(objective):
    x = torch.rand(4, 1, 2, 2, generator=seeded(), dtype=torch.float64)
    loss = build_objective(OBJECTIVES[objective].options(), LIKELIHOODS["bernoulli"].options())
    prior = VampPrior(VampPriorOptions(components=3), (2, 2, 1)).double()
    noise = seeded(2)
    shapes = ((4, 4), (2, 4), (3, 1, 2, 2))
    up, down, logits = (torch.randn(*s, generator=noise, dtype=torch.float64, requires_grad=True) for s in shapes)

    def of(up, down, logits):
        model = Linear(up, down, prior)
        del prior.logits
        prior.logits = logits
        return loss(model, x, seeded(), progress=0.5).loss

    del prior._parameters["logits"]
    prior.logits = logits
    assert torch.autograd.gradcheck(of, (up, down, logits))


def test_pseudo_inputs_begin_as_pictures_or_about_their_mean_and_stay_pictures():
    x = torch.rand(9, 1, 4, 5, generator=seeded())
    for start in ("pictures", "mean"):
        prior = VampPrior(VampPriorOptions(components=6, start=start), SHAPE)
        prior.begin(x, seed=3)
        again = VampPrior(VampPriorOptions(components=6, start=start), SHAPE)
        again.begin(x, seed=3)
        assert torch.equal(prior.logits, again.logits)
        found = prior.pseudo_inputs()
        assert found.shape == (6, 1, 4, 5) and found.min() > 0 and found.max() < 1
        assert len(found.flatten(1).unique(dim=0)) == 6
        away = torch.cdist(found.flatten(1), (x if start == "pictures" else x.mean(dim=0, keepdim=True)).flatten(1))
        assert away.min(dim=1).values.max() < (0.1 if start == "pictures" else 0.6)


@pytest.mark.parametrize("dim", [2, 3, 10])
def test_the_sphere_is_as_large_as_it_is_and_a_uniform_posterior_costs_nothing(dim):
    z = torch.nn.functional.normalize(torch.randn(4, dim, generator=seeded(), dtype=torch.float64))
    surface = {2: 2 * math.pi, 3: 4 * math.pi, 10: math.pi**5 / 12}[dim]
    torch.testing.assert_close(Sphere().log_prob(z), torch.full((4,), -math.log(surface)).double())
    flat = VonMisesFisher(z, torch.full_like(z, torch.inf))
    assert Sphere().kl(flat, z).tolist() == [0, 0, 0, 0]
    torch.testing.assert_close(flat.log_prob(z), Sphere().log_prob(z))


@pytest.mark.parametrize("dim", [2, 5])
def test_the_kl_on_the_sphere_is_the_mean_of_the_log_ratio(dim):
    posterior = VonMisesFisher.of(torch.ones(100_000, dim).double(), torch.full((100_000, dim), -1.5).double())
    z = posterior.reparameterize(seeded())
    ratio = posterior.log_prob(z) - Sphere().log_prob(z)
    assert ratio.mean().item() == pytest.approx(Sphere().kl(posterior, z)[0].item(), abs=5 * ratio.std().item() / 316)


@pytest.mark.parametrize("kind", PRIORS)
def test_the_numbers_of_the_map_are_those_of_the_model(kind):
    options = VampPriorOptions(components=100) if kind == "vampprior" else PRIORS[kind].options()
    model = build_vae(DenseOptions(latent_dim=3, widths=(12,)), SHAPE, 0, options)
    x = torch.rand(40, 1, 4, 5, generator=seeded())
    if kind == "vampprior":
        model.prior_kind.begin(x.repeat(3, 1, 1, 1), seed=0)
    with torch.no_grad():
        posterior, prior = model.encode(x), model.prior()
        many = posterior.repeated(500)
        z = many.reparameterize(seeded())
        wanted = prior.kl(many, z).view(500, 40).mean(dim=0)
        by_dim = prior.kl_per_dim(many, z)
    numbers = {"normal": NORMAL, "sphere": SpherePrior()}.get(kind)
    numbers = numbers or MixturePrior(prior.components.mu.numpy(), prior.components.log_var.numpy())
    mu, log_var = posterior.mu.numpy(), posterior.log_var.numpy()
    assert numbers.name == kind
    assert numbers.kl_of_each(mu, log_var).mean() == pytest.approx(wanted.mean().item(), abs=0.02)
    found = numbers.kl_per_dim(mu, log_var)
    assert len(found) == 0 if by_dim is None else found == pytest.approx(by_dim.mean(dim=0).tolist(), abs=0.02)


def test_draws_come_from_the_prior():
    random = np.random.default_rng(0)
    mixture = MixturePrior(np.float32([[5, 0], [-5, 0]]), np.log(np.float32([[0.01, 1], [0.01, 1]])))
    codes = mixture.sample(4000, 2, random)
    assert np.abs(codes[:, 0]).min() > 4 and codes[:, 1].std() == pytest.approx(1, abs=0.05)
    assert (codes[:, 0] > 0).mean() == pytest.approx(0.5, abs=0.05)
    directions = SpherePrior().sample(4000, 3, random)
    assert np.linalg.norm(directions, axis=1) == pytest.approx(1, abs=1e-6)
    assert directions.mean(axis=0) == pytest.approx(0, abs=0.05)
    assert np.array_equal(
        NORMAL.sample(9, 2, np.random.default_rng(4)), np.random.default_rng(4).standard_normal((9, 2), np.float32)
    )


def test_codes_are_led_onto_the_sphere_and_left_alone_elsewhere():
    z = np.float32([[3, 4], [0, 0], [0, -2]])
    assert SpherePrior().project(z) == pytest.approx(np.float32([[0.6, 0.8], [1, 0], [0, -1]]))
    assert z.tolist() == [[3, 4], [0, 0], [0, -2]]
    assert np.array_equal(NORMAL.project(z), z)


def test_a_picture_decodes_the_same_along_a_ray_of_the_sphere():
    model = build_vae(DenseOptions(latent_dim=3, widths=(12,)), SHAPE, 0, SpherePriorOptions())
    z = torch.randn(5, 3, generator=seeded())
    torch.testing.assert_close(model.decode(z), model.decode(7 * z), atol=1e-5, rtol=1e-5)
    assert not torch.allclose(model.decode(z), model.decode(-z))


def test_a_prior_that_does_not_exist_is_one_sentence():
    with pytest.raises(UsageError, match="There is no prior called 'vamp'; did you mean 'vampprior'"):
        PRIORS["vamp"]
