"""The VQ-VAE: its terms, whose gradients go where, and what it reduces to."""

import math

import numpy as np
import pytest
import torch

from tests.small import CPU
from vae_studio.data.digits import load_digits
from vae_studio.models.catalogue import DenseOptions, GridOptions
from vae_studio.models.vae import build_vae
from vae_studio.objectives.autoencoder import Autoencoder
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective import attach
from vae_studio.objectives.objective_options import AutoencoderOptions
from vae_studio.objectives.vq_vae import VqVae
from vae_studio.objectives.vq_vae_options import VqVaeOptions
from vae_studio.runs.codes_file import codes_bytes, read_codes
from vae_studio.runs.health import curve_of, learns_bound
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone, Losses, Progress
from vae_studio.training.history import History

LIKELIHOOD = Bernoulli(BernoulliOptions())


@pytest.fixture
def x():
    return torch.rand(9, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def made(network=None, **options):
    model = build_vae(network or DenseOptions(latent_dim=4, widths=(12,)), (4, 5, 1), seed=0)
    objective = VqVae(VqVaeOptions(**{"entries": 6, "places": 2, "hidden": 8} | options), LIKELIHOOD)
    attach(model, objective)
    with torch.no_grad():
        model.codebook.entries.mul_(0.3)
    return model, objective


def seeded():
    return torch.Generator().manual_seed(3)


def gradients(module):
    return [None if weight.grad is None else weight.grad.clone() for weight in module.parameters()]


def test_the_terms_are_reconstruction_and_what_codes_cost(x):
    model, objective = made(commitment=0.5)
    with torch.no_grad():
        z = model.encode(x).mu
        indices = model.codebook.indices(z)
        chosen = model.codebook.lookup(indices)
        terms = objective(model, x, seeded(), 1.0)
        wanted = LIKELIHOOD.negative_log_prob(model.decoder(chosen), x).mean()
        cost = -model.companions["index_prior"].log_prob(indices).mean()
    torch.testing.assert_close((terms.reconstruction, terms.kl), (wanted, cost))
    torch.testing.assert_close(terms.loss, wanted + 0.5 * (z - chosen).square().sum(dim=1).mean())
    assert torch.equal(model.encode_mean(x), model.codebook.snap(z))


def test_gradients_in_float64_are_those_of_the_decoder_and_the_commitment(x, monkeypatch):
    model, objective = made(commitment=0.7, restart=False)
    model.double()
    monkeypatch.setattr(torch.Tensor, "float", torch.Tensor.double)
    monkeypatch.setattr(type(model.codebook), "follow", lambda *_: None)
    z = model.encode(x.double()).mu.detach().requires_grad_()
    monkeypatch.setattr(model, "encode", lambda _: type("At", (), {"mu": z})())
    objective(model, x.double(), seeded(), 1.0).loss.backward()
    at = model.codebook.snap(z).detach().requires_grad_()

    def cost(code):
        return LIKELIHOOD.negative_log_prob(model.decoder(code), x.double()).mean()

    assert torch.autograd.gradcheck(cost, (at,))
    (slope,) = torch.autograd.grad(cost(at), at)
    torch.testing.assert_close(z.grad, slope + 2 * 0.7 * (z - at).detach() / len(x))


def test_the_prior_learns_and_the_networks_do_not_see_it(x):
    found = []
    for hidden in (8, 16):
        model, objective = made(hidden=hidden)
        objective(model, x, seeded(), 1.0).loss.backward()
        found.append(gradients(model.encoder) + gradients(model.decoder))
        prior = gradients(model.companions["index_prior"])
        assert all(gradient is not None for gradient in prior) and any(gradient.any() for gradient in prior)
    torch.testing.assert_close(found[0], found[1])


def test_with_one_entry_a_code_costs_nothing_and_is_the_same_for_all(x):
    model, objective = made(entries=1, commitment=0)
    with torch.no_grad():
        terms = objective(model, x, seeded(), 1.0)
        alone = LIKELIHOOD.negative_log_prob(model.decode(torch.zeros(1, 4)).expand(len(x), -1, -1, -1), x).mean()
    assert terms.kl == 0
    torch.testing.assert_close(terms.loss, alone)


def test_with_an_entry_for_each_picture_it_is_the_autoencoder(x):
    model, objective = made(entries=9, places=1, commitment=0)
    with torch.no_grad():
        model.codebook.entries.copy_(model.encode(x).mu)
        terms = objective(model, x, seeded(), 1.0)
        plain = Autoencoder(AutoencoderOptions(), LIKELIHOOD)(model, x, seeded(), 1.0)
    torch.testing.assert_close((terms.loss, terms.reconstruction), (plain.loss, plain.reconstruction))


def test_by_gradient_the_entries_move_towards_their_vectors(x):
    model, objective = made(update="gradient", restart=False, commitment=0)
    objective(model, x, seeded(), 1.0).loss.backward()
    with torch.no_grad():
        z = model.encode(x).mu
        indices = model.codebook.indices(z)
        wanted = torch.zeros_like(model.codebook.entries)
        away = 2 * (model.codebook.lookup(indices) - z).view(-1, 2) / len(x)
        wanted.index_add_(0, indices.flatten(), away)
    torch.testing.assert_close(model.codebook.entries.grad, wanted)


def test_nothing_moves_where_nothing_is_trained(x):
    model, objective = made()
    before = {name: value.clone() for name, value in model.state_dict().items()}
    with torch.no_grad():
        objective(model, x, seeded(), 1.0)
    assert all(torch.equal(value, before[name]) for name, value in model.state_dict().items())


def test_a_grid_has_a_place_in_every_cell():
    model, _ = made(GridOptions(latent_dim=2, width=8, blocks=0), places=1)
    prior = model.companions["index_prior"]
    assert model.codebook.places == 2 * 3 == prior.rows * prior.columns
    assert model.codebook.entries.shape == (6, 2)


def test_it_learns_digits_uses_its_book_and_samples_cost_what_codes_cost():
    values = {
        "objective.kind": "vq-vae", "network.kind": "dense", "network.widths": [96], "network.latent_dim": 16,
        "objective.places": 4, "objective.entries": 32, "training.epochs": 12, "training.batch_size": 64,
        "objective.hidden": 32,
    }  # fmt: skip
    run = Run(Recipe().with_values(values), load_digits(), CPU)
    before = run.evaluate()
    list(run.train())
    after = run.evaluate()
    assert after.reconstruction < 0.6 * before.reconstruction
    assert after.negative_elbo == pytest.approx(after.reconstruction + after.kl)
    assert after.nll is None and after.kl_per_dim == ()
    use = after.code_book
    assert (use.entries, use.places) == (32, 4)
    assert use.used >= 20 and use.perplexity > 8
    assert use.bits_per_picture == pytest.approx(after.kl / math.log(2))
    assert after.kl < 0.95 * 4 * math.log(32)  # the prior knows more than nothing
    snapshot = run.snapshot()
    drawn = snapshot.prior.sample(400, 16, np.random.default_rng(1))
    assert snapshot.prior.kl_of_each(drawn, drawn).mean() == pytest.approx(after.kl, rel=0.25)
    codes = snapshot.encode(run.images.pictures[run.split.held_out])
    assert codes.prior.kl_of_each(codes.mu, codes.log_var).mean() == pytest.approx(after.kl, rel=1e-4)
    again, _ = read_codes(codes_bytes(codes, None))
    assert np.array_equal(again.prior.book.entries, snapshot.book.entries) and again.prior.book.places == 4


def test_codes_that_grow_dearer_are_no_overfitting():
    """The networks do not see what their codes cost, so only the reconstruction tells of their health."""
    recipe = Recipe().with_values({"objective.kind": "vq-vae"})
    assert not learns_bound(recipe)
    rows = [Losses(0.0, 50.0 - epoch, 10.0 * epoch) for epoch in range(1, 7)]
    history = History()
    for epoch, losses in enumerate(rows, start=1):
        history.add(EpochDone(Progress(epoch, 6, epoch, 1.0), losses, losses))
    curve = curve_of(history, learns_bound(recipe))
    assert curve.held_out.tolist() == [row.reconstruction for row in rows]
    assert curve.best == 5
