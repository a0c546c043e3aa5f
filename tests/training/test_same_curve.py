"""Every faster way of training gives the curve of the plain float32 way."""

import numpy as np
import pytest
import torch

from tests.small import CPU
from tests.training.plain import plain_curve
from vae_studio.data.digits import load_digits
from vae_studio.runs.recipe import Recipe
from vae_studio.runs.run import Run
from vae_studio.training.events import EpochDone

EPOCHS, SEEDS = 4, range(5)


@pytest.fixture(scope="module")
def digits():
    return load_digits()


def run_of(digits, seed, precision, **values):
    usual = {"epochs": EPOCHS, "seed": seed, "precision": precision, "network.kind": "residual", "network.width": 64}
    return Run(Recipe().with_values(usual | values), digits, CPU)


def curve(run):
    return [event.held_out.total for event in run.train() if isinstance(event, EpochDone)]


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_in_float32_it_is_the_plain_curve(digits, optimiser):
    run = run_of(digits, 0, "float32", **{"training.optimiser": optimiser})
    assert curve(run) == pytest.approx(plain_curve(run.recipe, digits), rel=2e-4)


@pytest.mark.parametrize("optimiser", ["adamw", "muon"])
def test_in_bfloat16_it_is_the_plain_curve_within_the_noise_of_the_seeds(digits, optimiser):
    runs = [run_of(digits, seed, "bfloat16", **{"training.optimiser": optimiser}) for seed in SEEDS]
    assert all(run.model.in_bfloat16 for run in runs)
    faster = np.array([curve(run) for run in runs])
    plain = np.array([plain_curve(run.recipe, digits) for run in runs])
    assert not np.allclose(faster, plain, atol=1e-4), "bfloat16 was not computed in"
    error = plain.std(axis=0, ddof=1) / len(SEEDS) ** 0.5
    assert (np.abs((faster - plain).mean(axis=0)) < 2 * error).all()


def test_losses_are_float32_even_when_the_networks_are_not(digits):
    run = run_of(digits, 0, "bfloat16")
    x = run.store.batch(torch.arange(8))
    terms = run.objective(run.model, x, run.state.noise, 0.5)
    assert {terms.loss.dtype, terms.reconstruction.dtype, terms.kl.dtype} == {torch.float32}
