"""Muon's matrices on a CPU that has bfloat16: rounded copies compute, the float32 weights add up."""

import pytest
import torch

from tests.small import pictures, recipe, training
from vae_studio.training.rounded import Rounded, rounded_for
from vae_studio.training.step import EagerStep


def parts_of(optimiser="muon", precision="bfloat16"):
    values = {"training__optimiser": optimiser, "training__precision": precision}
    return training(recipe(network__kind="residual", network__width=48, **values), pictures(64))


def test_all_weights_but_the_rounded_ones_are_shared():
    model = parts_of().state.model
    matrices = [weight for weight in model.parameters() if min(weight.shape) >= 32][:2]
    rounded = Rounded(model, matrices)
    pairs = list(zip(model.parameters(), rounded.model.parameters(), strict=True))
    copied = [one for one, other in pairs if one is not other]
    assert {id(weight) for weight in copied} == {id(weight) for weight in matrices}
    assert all(torch.equal(rounded.copies[weight], weight.bfloat16()) for weight in matrices)
    assert rounded.model.companions is model.companions


@pytest.mark.parametrize(("optimiser", "precision"), [("adamw", "bfloat16"), ("muon", "float32")])
def test_other_trainings_compute_with_their_own_weights(optimiser, precision):
    state = parts_of(optimiser, precision).state
    assert rounded_for(state) is None


def test_steps_are_those_of_autocast_and_the_copies_follow(monkeypatch):
    plain, rounded = parts_of(), parts_of()
    steps = [EagerStep(rounded.state, rounded.objective, rounded.store)]
    monkeypatch.setattr("vae_studio.training.step.rounded_for", lambda state: None)
    steps.append(EagerStep(plain.state, plain.objective, plain.store))
    before = [weight.detach().clone() for weight in plain.state.model.parameters()]
    for step in steps:
        for batch in torch.arange(48).split(16):
            step(batch, 1e-3, 0.5)
    masters = [list(one.state.model.parameters()) for one in (plain, rounded)]
    for was, one, other in zip(before, *masters, strict=True):
        assert one.dtype == other.dtype == torch.float32
        moved = (one - was).norm()
        assert moved > 0
        assert (one - other).norm() < 0.25 * moved  # of what is rounded to 8 bits; unlike steps would differ by 1.4
    assert rounded.state.optimiser.copies
    for weight, followed in rounded.state.optimiser.copies.items():
        assert torch.equal(followed, weight.bfloat16())
