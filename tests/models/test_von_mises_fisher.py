"""The von Mises-Fisher posterior: its density, its draws, its KL and the gradient of what is accepted or rejected."""

import math

import numpy as np
import pytest
import torch
from scipy import stats

from vae_studio.models.bessel_gradient import bessel_ratio
from vae_studio.models.von_mises_fisher import VonMisesFisher, on_sphere
from vae_studio.objectives.one_sample import corrected

DIMS = (2, 3, 5, 40)


def posterior(kappa, dim, count=1):
    """As many alike, in one oblique direction."""
    mu = on_sphere(torch.arange(1.0, dim + 1).double()).expand(count, dim)
    return VonMisesFisher(mu, torch.full((count, dim), -math.log(kappa), dtype=torch.float64))


def seeded(seed=0):
    return torch.Generator().manual_seed(seed)


@pytest.mark.parametrize("dim", DIMS)
def test_the_kl_of_the_uniform_is_nothing(dim):
    flat = VonMisesFisher(on_sphere(torch.ones(1, dim).double()), torch.full((1, dim), torch.inf).double())
    assert flat.kappa.item() == 0
    assert flat.kl_per_dim().sum().item() == 0
    assert posterior(5.0, dim).kl_per_dim().item() > 0.3


@pytest.mark.parametrize("kappa", [0.3, 4.0, 500.0])
def test_the_density_is_one_over_the_circle_and_the_sphere(kappa):
    angles = torch.linspace(0, 2 * math.pi, 20_001, dtype=torch.float64)[:-1]
    around = torch.stack([angles.cos(), angles.sin()], dim=1)
    assert posterior(kappa, 2, 20_000).log_prob(around).exp().mean().item() * 2 * math.pi == pytest.approx(1, abs=1e-9)
    mu = torch.tensor([[0.0, 0.0, 1.0]], dtype=torch.float64).expand(20_000, 3)
    heights = torch.linspace(-1, 1, 20_000, dtype=torch.float64)
    belts = torch.stack([(1 - heights**2).clamp(min=0).sqrt(), torch.zeros_like(heights), heights], dim=1)
    density = VonMisesFisher(mu, torch.full((20_000, 3), -math.log(kappa)).double()).log_prob(belts).exp()
    assert torch.trapezoid(density * 2 * math.pi, heights).item() == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize("dim", DIMS)
@pytest.mark.parametrize("kappa", [0.01, 1.0, 30.0, 1e5])
def test_draws_are_of_length_one_and_lie_along_the_mean_as_they_should(kappa, dim):
    count = 20_000
    spread = posterior(kappa, dim, count)
    z = spread.reparameterize(seeded())
    torch.testing.assert_close(z.norm(dim=1), torch.ones(count).double())
    along = (z * spread.mu).sum(dim=1)
    wanted = bessel_ratio(torch.tensor([kappa], dtype=torch.float64), dim / 2 - 1).item()
    assert along.mean().item() == pytest.approx(wanted, abs=5 * along.std().item() / math.sqrt(count))
    aside = z - along[:, None] * spread.mu
    assert aside.mean(dim=0).abs().max() < 6 * aside.std() / math.sqrt(count)


def test_draws_follow_the_known_distribution_in_three_dimensions():
    kappa, count = 3.0, 20_000
    spread = posterior(kappa, 3, count)
    along = (spread.reparameterize(seeded()) * spread.mu).sum(dim=1).numpy()
    found = stats.kstest(along, lambda w: (np.exp(kappa * w) - np.exp(-kappa)) / (2 * np.sinh(kappa)))
    assert found.pvalue > 1e-3


@pytest.mark.parametrize("dim", DIMS)
def test_gradients_of_density_and_kl_are_right(dim):
    noise = seeded(1)
    raw = torch.randn(3, dim, generator=noise, dtype=torch.float64, requires_grad=True)
    wide = torch.randn(3, dim, generator=noise, dtype=torch.float64, requires_grad=True)
    z = on_sphere(torch.randn(3, dim, generator=noise, dtype=torch.float64))
    assert torch.autograd.gradcheck(lambda mu, width: VonMisesFisher.of(mu, width).log_prob(z), (raw, wide))
    assert torch.autograd.gradcheck(lambda mu, width: VonMisesFisher.of(mu, width).kl_per_dim(), (raw, wide))


@pytest.mark.parametrize("dim", DIMS)
def test_a_draw_of_given_noise_has_the_right_gradient(dim):
    noise = seeded(1)
    raw = torch.randn(3, dim, generator=noise, dtype=torch.float64, requires_grad=True)
    wide = torch.randn(3, dim, generator=noise, dtype=torch.float64, requires_grad=True)

    def drawn(mu, width):
        found = VonMisesFisher.of(mu, width).draw(seeded(2))
        return found.z, found.log_ratio

    assert torch.autograd.gradcheck(drawn, (raw, wide))


@pytest.mark.parametrize(("kappa", "dim"), [(1.5, 2), (4.0, 3), (8.0, 10)])
def test_with_its_correction_the_gradient_of_a_mean_is_that_of_the_mean(kappa, dim):
    """d/dkappa E[w] = 1 - A^2 - (D - 1) A / kappa; what goes through the draws alone is another number."""
    count = 100_000
    width = torch.full((count, 1), -math.log(kappa), dtype=torch.float64, requires_grad=True)
    mu = on_sphere(torch.arange(1.0, dim + 1).double()).expand(count, dim)
    drawn = VonMisesFisher(mu, width.expand(count, dim)).draw(seeded())
    cost = (drawn.z * mu).sum(dim=1)

    def slope(of):
        each = torch.autograd.grad(of.sum(), width, retain_graph=True)[0][:, 0] / -kappa
        return each.mean().item(), each.std().item() / math.sqrt(count)

    ratio = bessel_ratio(torch.tensor([kappa], dtype=torch.float64), dim / 2 - 1).item()
    wanted = 1 - ratio**2 - (dim - 1) * ratio / kappa
    found, error = slope(corrected(cost, drawn.log_ratio))
    assert found == pytest.approx(wanted, abs=5 * error)
    alone, error = slope(cost)
    assert abs(alone - wanted) > 5 * error


def test_the_other_pictures_mean_takes_noise_away_and_not_the_gradient():
    slopes, ratio = torch.tensor([0.5, -0.25, 2.0]), torch.zeros(3, requires_grad=True)
    cost = torch.tensor([90.0, 100.0, 110.0])
    told = corrected(cost, ratio * slopes)
    assert torch.equal(told, cost)
    gradient = torch.autograd.grad(told.sum(), ratio)[0]
    torch.testing.assert_close(gradient, slopes * torch.tensor([-15.0, 0.0, 15.0]))


def test_what_is_no_number_stays_none_and_does_not_wait_for_ever():
    lost = VonMisesFisher.of(torch.full((2, 3), torch.nan), torch.full((2, 3), torch.nan))
    assert torch.isnan(lost.reparameterize(seeded())).all()
    assert torch.isnan(lost.kl_per_dim()).all()


def test_the_middle_goes_to_the_first_axis():
    assert on_sphere(torch.zeros(1, 3)).tolist() == [[1, 0, 0]]
    assert on_sphere(torch.tensor([[3.0, 4.0]])).tolist() == [[pytest.approx(0.6), pytest.approx(0.8)]]


def test_rows_and_repeats_are_of_the_same_pictures():
    spread = VonMisesFisher.of(torch.randn(4, 3, generator=seeded()), torch.randn(4, 3, generator=seeded(1)))
    again = spread.repeated(2)
    assert torch.equal(again.mu[4:], spread.mu) and torch.equal(again.kappa[:4], spread.kappa)
    assert torch.equal(spread.rows(slice(1, 3)).mu, spread.mu[1:3])
