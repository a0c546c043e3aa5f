"""The KL weight and its target over the training, and free bits."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.vae import build_vae
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.capacity import Capacity
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective_options import BetaVaeOptions, CapacityOptions, VaeOptions
from vae_studio.objectives.schedule import annealed_weight, capacity_at, cyclical_weight

share = st.just(0.0) | st.floats(1e-9, 1)


@pytest.fixture
def model():
    return build_vae(DenseOptions(latent_dim=3, widths=(12,)), (4, 5, 1), seed=0)


@pytest.fixture
def x():
    return torch.rand(6, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def terms_of(objective, options, model, x, progress=1.0):
    built = objective(options, Bernoulli(BernoulliOptions()))
    return built(model, x, torch.Generator().manual_seed(9), progress)


@given(st.floats(0, 1000), st.floats(0.01, 1), st.integers(1, 9), share)
def test_a_cyclical_weight_stays_in_its_range_and_ends_at_beta(beta, rise, cycles, progress):
    assert 0 <= cyclical_weight(beta, rise, cycles, progress) <= beta
    assert cyclical_weight(beta, rise, cycles, 1.0) == beta


@given(st.floats(0.01, 1), st.integers(2, 9), st.floats(0, 0.999))
def test_every_cycle_is_like_the_first(rise, cycles, within):
    first, *others = [cyclical_weight(1.0, rise, cycles, (n + within) / cycles) for n in range(cycles)]
    near_a_jump = min(abs(within - rise), within, 1 - within) < 1e-9
    assert near_a_jump or others == pytest.approx([first] * (cycles - 1), abs=1e-9)


def test_a_cycle_rises_over_its_share_and_starts_anew():
    weights = [cyclical_weight(2.0, 0.5, 4, progress) for progress in (0, 1 / 16, 1 / 8, 0.2, 0.25, 5 / 16, 1)]
    assert weights == pytest.approx([0, 1, 2, 2, 0, 1, 2])


@given(share)
def test_a_constant_weight_is_beta_from_the_start(progress):
    assert annealed_weight(VaeOptions(beta=3, annealing="constant"), progress) == 3


@pytest.mark.parametrize(
    ("annealing", "expected"), [("linear", 4 * (0.1 + 0.9 / 2)), ("cyclical", 4 * 0.8), ("constant", 4)]
)
def test_the_objective_follows_the_chosen_annealing(annealing, expected, model, x):
    options = BetaVaeOptions(annealing=annealing, warmup=0.5, cycles=2)
    terms = terms_of(Elbo, options, model, x, {"linear": 0.25, "cyclical": 0.2, "constant": 0.0}[annealing])
    torch.testing.assert_close(terms.loss, terms.reconstruction + expected * terms.kl)


@given(st.floats(0, 100), share, share, share)
def test_the_capacity_rises_straight_to_its_full_size(capacity, rise, one, two):
    early, late = sorted((one, two))
    assert 0 <= capacity_at(capacity, rise, early) <= capacity_at(capacity, rise, late) * (1 + 1e-12) + 1e-300
    assert capacity_at(capacity, rise, 1.0) == capacity
    assert capacity_at(capacity, rise, rise / 2) == pytest.approx(capacity / 2 if rise > 0 else capacity)


@given(share, share, st.sampled_from(["linear", "cyclical", "constant"]))
def test_a_progress_on_the_device_gives_the_same_weights(progress, rise, annealing):
    on_device = torch.tensor(progress, dtype=torch.float64)
    options = BetaVaeOptions(annealing=annealing, warmup=rise, cycles=2)
    assert float(annealed_weight(options, on_device)) == pytest.approx(annealed_weight(options, progress))
    assert float(capacity_at(8, rise, on_device)) == pytest.approx(capacity_at(8, rise, progress))


@pytest.mark.parametrize(("capacity", "progress", "target"), [(8.0, 1.0, 8.0), (8.0, 0.25, 4.0), (0.0, 1.0, 0.0)])
def test_the_kl_is_led_to_the_capacity(capacity, progress, target, model, x):
    terms = terms_of(Capacity, CapacityOptions(capacity=capacity, gamma=7, rise=0.5), model, x, progress)
    torch.testing.assert_close(terms.loss, terms.reconstruction + 7 * (terms.kl - target).abs())


def test_no_capacity_and_one_gamma_are_the_elbo(model, x):
    bound = terms_of(Elbo, VaeOptions(), model, x)
    torch.testing.assert_close(terms_of(Capacity, CapacityOptions(capacity=0, gamma=1), model, x), bound)


def test_free_bits_are_nats_of_each_dimension_that_cost_the_same_anyway(model, x):
    per_dim = model.encode(x).kl_per_dim().mean(dim=0)
    between = per_dim.sort().values[:2].mean().item()  # one dimension lies below, two above
    terms = terms_of(Elbo, VaeOptions(free_bits=between), model, x)
    expected = per_dim.sum() - per_dim.min() + between
    torch.testing.assert_close(terms.loss, terms.reconstruction + expected)
    torch.testing.assert_close(terms.kl, per_dim.sum())  # what is told is the true KL
    below = terms_of(Elbo, VaeOptions(free_bits=per_dim.min().item() / 2), model, x)
    torch.testing.assert_close(below.loss, below.reconstruction + below.kl)


def test_a_dimension_below_its_free_bits_feels_no_pull(model, x):
    terms = terms_of(Elbo, VaeOptions(free_bits=50), model, x)
    (terms.loss - terms.reconstruction).backward()
    assert all(weight.grad.abs().max() == 0 for weight in model.encoder.parameters())
