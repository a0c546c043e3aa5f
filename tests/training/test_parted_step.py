"""A step in parts is the step of the whole batch."""

import pytest
import torch

from tests.small import CPU, pictures, recipe, training, weights
from vae_studio.models.posterior import DiagonalGaussian
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.denoising import Denoising
from vae_studio.objectives.objective import is_per_picture
from vae_studio.runs.run import Run
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.step import EagerStep

PER_PICTURE = ["vae", "beta-vae", "iwae", "autoencoder", "denoising"]
BATCHES = torch.arange(30).split(8)  # the last one is smaller


def learned(kind, *parts, **values):
    """Take some steps without noise, in float32; return the weights and the tally."""
    chosen = {"network__widths": [48], "objective__kind": "autoencoder", "training__precision": "float32"} | values
    made = training(recipe(**chosen))
    step = kind(made.state, made.objective, made.store, *parts)
    for batch in BATCHES:
        step(batch, 1e-3, 0.5)
    return weights(made.state.model), step.tally


@pytest.mark.parametrize("parts", [1, 2, 3, 4])
@pytest.mark.parametrize(
    "values",
    [{"training__optimiser": kind} for kind in ("adamw", "adam", "muon")]
    + [{"training__clipping": 0}, {"training__clipping": 0.1}],
)
def test_parts_add_up(values, parts):
    whole, tally = learned(EagerStep, **values)
    parted, parted_tally = learned(PartedStep, parts, **values)
    for name, weight in whole.items():
        torch.testing.assert_close(parted[name], weight, rtol=1e-4, atol=2e-5, msg=name)
    torch.testing.assert_close(parted_tally, tally, rtol=1e-6, atol=1e-4)


def test_each_weight_moves_in_one_lane():
    made = training(recipe(network__widths=[48, 32]))
    step = PartedStep(made.state, made.objective, made.store, 3)
    assert sorted(place for lane in step.lanes for place in lane) == list(range(len(step.learners)))
    loads = [sum(step.learners[place].numel() for place in lane) for lane in step.lanes]
    largest = max(weight.numel() for weight in step.learners)
    assert max(loads) - min(loads) <= largest


def test_a_step_in_parts_leaves_the_optimiser_as_it_was():
    made = training(recipe(training__optimiser="muon", network__widths=[48]))
    before = [len(group["params"]) for group in made.state.optimiser.param_groups]
    PartedStep(made.state, made.objective, made.store, 2)(torch.arange(8), 1e-3, 0.5)
    assert [len(group["params"]) for group in made.state.optimiser.param_groups] == before
    assert all(weight.grad is None for weight in made.state.model.parameters())


def certain(posterior, generator):
    """Draw codes that are a function of the posterior, whatever batch it is in."""
    return posterior.mu + torch.exp(0.5 * posterior.log_var) * torch.cos(17 * posterior.mu.detach())


@pytest.mark.parametrize(
    ("objective", "prior"),
    [(objective, "normal") for objective in PER_PICTURE]
    + [(objective, "vampprior") for objective in PER_PICTURE if OBJECTIVES[objective].options.any_prior],
)
def test_gradients_of_parts_add_up_for_every_loss_that_is_a_mean_over_pictures(objective, prior, monkeypatch):
    monkeypatch.setattr(DiagonalGaussian, "reparameterize", certain)
    monkeypatch.setattr(Denoising, "spoilt", lambda self, x, generator: x * 0.5)
    chosen = recipe(objective__kind=objective, prior__kind=prior, network__widths=[48], training__precision="float32")
    run = Run(chosen, pictures(), CPU)
    assert is_per_picture(run.objective)
    step, batch = PartedStep(run.state, run.objective, run.store, 3), torch.arange(11)
    whole = step.gradients(batch, 0.7, 1.0, run.state.noise)
    parts = [step.gradients(part, 0.7, len(part) / 11, run.state.noise) for part in torch.chunk(batch, 3)]
    for together, apart in zip(whole, zip(*parts, strict=True), strict=True):
        torch.testing.assert_close(sum(apart), together, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_gradients_of_parts_add_up_for_every_likelihood(likelihood):
    values = {"likelihood__estimate": "gradient"} if likelihood == "sigma-gaussian" else {}
    chosen = recipe(objective__kind="autoencoder", likelihood__kind=likelihood, training__precision="float32", **values)
    run = Run(chosen, pictures(), CPU)
    step, batch = PartedStep(run.state, run.objective, run.store, 2), torch.arange(9)
    whole = step.gradients(batch, 0.7, 1.0, run.state.noise)
    parts = [step.gradients(part, 0.7, len(part) / 9, run.state.noise) for part in torch.chunk(batch, 2)]
    for together, apart in zip(whole, zip(*parts, strict=True), strict=True):
        torch.testing.assert_close(sum(apart), together, rtol=1e-4, atol=1e-3)
