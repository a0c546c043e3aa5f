"""A step in parts is the step of the whole batch."""

import pytest
import torch

from tests.small import recipe, training, weights
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.step import EagerStep

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
    assert torch.get_num_threads() == 1  # as all tests have it
