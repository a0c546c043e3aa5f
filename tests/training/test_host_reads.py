"""A step's looks at numbers, without a device: what each part of a recipe may do in a step that is to be recorded."""

import pytest
import torch

from tests.small import CPU, pictures, recipe
from vae_studio.models.priors.catalogue import PRIORS
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.objectives.objective import stage_at
from vae_studio.runs.run import Run
from vae_studio.training.host_reads import HostReads
from vae_studio.training.step import EagerStep

LOOKS = {
    "a number": lambda x: x.sum().item(),
    "a truth": lambda x: bool((x > 0).all()),
    "a count": lambda x: (x > 0).nonzero(),
    "a mask": lambda x: x[x > 0],
    "a mask written to": lambda x: x.clone().index_put_((x > 0,), torch.tensor(1.0)),
    "backward": lambda x: Curious.apply(x.requires_grad_()).sum().backward(),
}
NO_LOOKS = {
    "places": lambda x: x[torch.tensor([0, 2])].sum(),
    "places written to": lambda x: x.index_put_((torch.tensor([0, 2]),), torch.tensor(1.0)),
    "a choice": lambda x: torch.where(x > 0, x, 0.0).mean(),
    "a number written": lambda x: x.fill_(3.0),
    "other precision": lambda x: x.to(torch.bfloat16).float(),
}
FREE = [(objective, "normal") for objective in OBJECTIVES] + [
    (objective, "vampprior") for objective in OBJECTIVES if OBJECTIVES[objective].options.any_prior
]


class Curious(torch.autograd.Function):
    """Looks at a number, but only on the way back."""

    @staticmethod
    def forward(ctx, x):
        return x * 1

    @staticmethod
    def backward(ctx, gradient):
        return gradient * gradient.sum().item()


def reads_of(chosen, progress):
    """Return what a step at `progress` looks at, with the progress in a tensor as it is when a step is recorded."""
    run = Run(chosen, pictures(), CPU)
    step = EagerStep(run.state, stage_at(run.objective, progress), run.store)
    with HostReads() as reads:
        step.learn(torch.arange(8), torch.tensor(progress))
    assert step.tally[3] == 8
    return reads.found


@pytest.mark.parametrize("look", LOOKS)
def test_a_look_is_found(look):
    with HostReads() as reads:
        LOOKS[look](torch.linspace(-1, 1, 5))
    assert reads.found


@pytest.mark.parametrize("work", NO_LOOKS)
def test_work_that_looks_at_nothing_is_let_pass(work):
    with HostReads() as reads:
        NO_LOOKS[work](torch.linspace(-1, 1, 5))
    assert reads.found == []


@pytest.mark.parametrize("progress", [0.1, 0.9])
@pytest.mark.parametrize(("objective", "prior"), FREE)
def test_no_objective_looks_at_a_number_in_any_stage(objective, prior, progress):
    # On a CPU the limit on gradients looks at its number, so it is left out.
    values = {"objective__entries": 16} if objective == "vq-vae" else {}
    chosen = recipe(objective__kind=objective, prior__kind=prior, training__clipping=0, **values)
    assert reads_of(chosen, progress) == []


@pytest.mark.parametrize("greys", ["grey", "static", "dynamic"])
@pytest.mark.parametrize("likelihood", LIKELIHOODS)
def test_no_likelihood_looks_at_a_number(likelihood, greys):
    values = {"likelihood__greys": greys} if likelihood == "bernoulli" else {}
    assert reads_of(recipe(likelihood__kind=likelihood, training__clipping=0, **values), 0.5) == []


@pytest.mark.parametrize("optimiser", ["muon", "adamw", "adam"])
def test_no_optimiser_looks_at_a_number(optimiser):
    chosen = recipe(network__widths=[48], training__optimiser=optimiser, training__clipping=0)
    assert reads_of(chosen, 0.5) == []


def test_what_cannot_be_recorded_is_known_before():
    assert set(PRIORS) == {"normal", "vampprior", "sphere"}
    assert reads_of(recipe(prior__kind="sphere", training__clipping=0), 0.5), "it draws until all are accepted"
    memoriser = {"network__kind": "memoriser", "network__pictures": 37, "data__held_out": 0}
    chosen = recipe(objective__kind="autoencoder", training__clipping=0, **memoriser)
    assert reads_of(chosen, 0.5), "it counts the pictures that it knows"
