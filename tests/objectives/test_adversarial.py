"""The adversarially sharpened VAE: what it pulls at, whose gradients go where, and that without it it is the VAE."""

import numpy as np
import pytest
import torch

from tests.small import CPU, assert_same, pictures, weights
from vae_studio.data.digits import load_digits
from vae_studio.models.catalogue import DenseOptions
from vae_studio.models.vae import build_vae
from vae_studio.objectives.adversarial import Adversarial, _judged, discriminator
from vae_studio.objectives.adversarial_options import AdversarialOptions
from vae_studio.objectives.bernoulli import Bernoulli
from vae_studio.objectives.elbo import Elbo
from vae_studio.objectives.likelihood_options import BernoulliOptions
from vae_studio.objectives.objective import attach, stage_at
from vae_studio.objectives.objective_options import VaeOptions
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run

LIKELIHOOD = Bernoulli(BernoulliOptions())


@pytest.fixture
def x():
    return torch.rand(9, 1, 4, 5, generator=torch.Generator().manual_seed(1))


def made(**options):
    model = build_vae(DenseOptions(latent_dim=3, widths=(12,)), (4, 5, 1), seed=0)
    objective = Adversarial(AdversarialOptions(**{"width": 4} | options), LIKELIHOOD)
    attach(model, objective)
    return model, objective


def seeded():
    return torch.Generator().manual_seed(3)


def gradients(module):
    return [None if weight.grad is None else weight.grad.clone() for weight in module.parameters()]


def of_networks(model):
    return gradients(model.encoder) + gradients(model.decoder)


@pytest.mark.parametrize(("options", "progress"), [({"sharpness": 0}, 1.0), ({"start": 0.5}, 0.4)])
def test_without_a_pull_or_before_it_starts_it_is_the_vae(x, options, progress):
    model, objective = made(**options)
    terms = objective(model, x, seeded(), progress)
    terms.loss.backward()
    ours = of_networks(model)
    model.zero_grad()
    bound = Elbo(VaeOptions(), LIKELIHOOD)(model, x, seeded(), progress)
    bound.loss.backward()
    assert torch.equal(terms.loss, bound.loss)
    assert all(torch.equal(one, two) for one, two in zip(ours, of_networks(model), strict=True))


def test_a_whole_training_without_a_pull_ends_with_the_weights_of_the_vae():
    small = {"network.kind": "dense", "network.widths": [16], "training.epochs": 2, "training.batch_size": 8}
    runs = []
    for kind in ({"objective.kind": "vae"}, {"objective.kind": "adversarial", "objective.sharpness": 0}):
        run = Run(Recipe().with_values(small | kind), pictures(), CPU)
        list(run.train())
        runs.append(weights(run.model))
    assert_same(*runs)


def test_what_is_told_is_the_bound_of_a_vae(x):
    model, objective = made(sharpness=5)
    terms, bound = objective(model, x, seeded(), 1.0), Elbo(VaeOptions(), LIKELIHOOD)(model, x, seeded(), 1.0)
    torch.testing.assert_close(terms, bound)
    with torch.no_grad():
        torch.testing.assert_close(objective(model, x, seeded(), 1.0), bound)


class Canvas(torch.nn.Module):
    """A decoder that draws its own weights whatever the code is, so that their gradient is the slope at its output."""

    def __init__(self):
        super().__init__()
        self.drawn = torch.nn.Parameter(torch.randn(9, 1, 4, 5, generator=seeded()))

    def forward(self, _z):
        return self.drawn * 1


def test_the_pull_at_a_picture_is_the_wanted_share_of_the_reconstructions(x):
    found = {}
    for sharpness in (0, 0.5):
        model, objective = made(sharpness=sharpness)
        model.decoder = Canvas()
        objective(model, x, seeded(), 1.0).loss.backward()
        found[sharpness] = model.decoder.drawn.grad
    pull = found[0.5] - found[0]
    assert pull.norm().item() == pytest.approx(0.5 * found[0].norm().item(), rel=1e-4)


def test_the_discriminator_learns_from_its_own_loss_alone(x):
    found = []
    for sharpness in (0.1, 5):
        model, objective = made(sharpness=sharpness)
        objective(model, x, seeded(), 1.0).loss.backward()
        found.append(gradients(model.companions))
    torch.testing.assert_close(found[0], found[1])
    model, _ = made()
    drawn = LIKELIHOOD.mean(model.decode(model.encode(x).reparameterize(seeded()))).detach()
    _judged(model.companions["discriminator"], x, drawn).backward()
    torch.testing.assert_close(gradients(model.companions), found[0])


def test_a_recorded_step_waits_for_its_start_as_others_do(x):
    model, objective = made(start=0.5)
    for progress in (0.2, 0.5, 0.8):
        found = []
        for share in (progress, torch.tensor(progress)):
            model.zero_grad()
            stage_at(objective, progress)(model, x, seeded(), share).loss.backward()
            found.append(gradients(model))
        torch.testing.assert_close(found[0], found[1])
        assert (found[0][-1] is None) == (progress < 0.5), "the discriminator, which comes last, does not learn before"


def test_it_has_two_stages_each_of_them_one_object():
    objective = made(start=0.5)[1]
    before, after = stage_at(objective, 0.0), stage_at(objective, 0.5)
    assert before is stage_at(objective, 0.49) and before is not objective
    assert after is stage_at(objective, 1.0) and after is objective
    without = made(sharpness=0)[1]
    assert stage_at(without, 0.0) is stage_at(without, 1.0)


def test_before_its_start_the_discriminator_stays_as_it_was_made_and_the_optimiser_remembers_nothing_of_it():
    small = {
        "network.kind": "dense", "network.widths": [16], "objective.kind": "adversarial", "objective.width": 4,
        "objective.start": 0.75, "training.epochs": 4, "training.batch_size": 8,
    }  # fmt: skip
    run = Run(Recipe().with_values(small), pictures(), CPU)
    judge = run.model.companions["discriminator"]
    made = weights(judge)
    for _ in run.train(lambda: run.state.position.epoch == 3):
        pass
    assert_same(made, weights(judge))
    assert not any(weight in run.state.optimiser.state for weight in judge.parameters())
    list(run.train())
    assert all(
        not torch.equal(before, after) for before, after in zip(made.values(), weights(judge).values(), strict=True)
    )


@pytest.mark.parametrize("shape", [(1, 1, 1), (1, 5, 3), (3, 8, 8), (3, 28, 28), (3, 65, 40)])
def test_pictures_of_any_size_are_judged_by_patches_and_its_slopes_are_right(shape):
    judge = discriminator(shape[0], max(shape[1:]), 4).double()
    x = torch.rand(2, *shape, dtype=torch.float64, generator=seeded(), requires_grad=True)
    assert judge(x).shape[:2] == (2, 1)
    if x.numel() < 500:
        y = torch.rand(2, *shape, dtype=torch.float64)
        assert torch.autograd.gradcheck(lambda real: _judged(judge, real, y), (x,))


def test_pictures_come_back_with_sharper_edges():
    def edges(shown):
        bright = shown.astype(float) / 255
        return np.abs(np.diff(bright, axis=1)).mean() + np.abs(np.diff(bright, axis=2)).mean()

    small = {
        "network.kind": "dense", "network.widths": [64], "objective.kind": "adversarial", "objective.start": 0.2,
        "objective.width": 8, "training.epochs": 8, "training.batch_size": 64, "training.learning_rate": 2e-3,
    }  # fmt: skip
    found = []
    for sharpness in (0, 1):
        run = Run(Recipe().with_values(small | {"objective.sharpness": sharpness}), load_digits(), CPU)
        list(run.train())
        report = run.evaluate()
        shown = run.snapshot().reconstruct(run.images.pictures[run.split.held_out])
        found.append((edges(shown), report.negative_elbo))
        assert report.negative_elbo == pytest.approx(report.reconstruction + report.kl)
    (blurred, bound), (sharp, worse) = found
    assert sharp > 1.1 * blurred
    assert bound < worse < bound + 12
