"""The optimisers and the learning rate over time."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.small import recipe, training, weights
from vae_studio.training.optimiser import build_optimiser, learning_rate, weights_of
from vae_studio.training.options import TrainingOptions
from vae_studio.training.step import EagerStep

CYCLE = TrainingOptions(learning_rate=0.01)


def test_one_cycle_starts_low_peaks_at_a_fifth_and_ends_at_next_to_nothing():
    assert learning_rate(CYCLE, 0.0) == pytest.approx(0.01 / 25)
    assert learning_rate(CYCLE, 0.1) == pytest.approx((0.01 + 0.01 / 25) / 2)
    assert learning_rate(CYCLE, 0.2) == pytest.approx(0.01)
    assert learning_rate(CYCLE, 0.6) == pytest.approx(0.005, rel=1e-3)
    assert learning_rate(CYCLE, 1.0) == pytest.approx(0.01 / 25e4)


def test_muons_rate_peaks_at_a_tenth():
    cycle = CYCLE.model_copy(update={"optimiser": "muon"})
    assert learning_rate(cycle, 0.1) == pytest.approx(0.01)
    assert learning_rate(cycle, 0.2) < 0.01


def test_one_cycle_is_torchs_own():
    weight = torch.nn.Parameter(torch.zeros(1))
    optimiser = torch.optim.AdamW([weight])
    schedule = torch.optim.lr_scheduler.OneCycleLR(
        optimiser, 0.01, total_steps=101, pct_start=0.2, cycle_momentum=False
    )
    theirs = []
    for _ in range(100):
        theirs.append(schedule.get_last_lr()[0])
        optimiser.step()
        schedule.step()
    ours = [learning_rate(CYCLE, step / 100) for step in range(100)]
    assert ours == pytest.approx(theirs, rel=0.08)  # torch puts its peak one step earlier


@given(st.floats(0, 1))
def test_the_rate_is_positive_and_never_above_the_highest(progress):
    assert 0 < learning_rate(CYCLE, progress) <= 0.01
    assert learning_rate(TrainingOptions(schedule="constant"), progress) == 3e-3


def test_the_optimisers_are_set_as_they_say():
    model = torch.nn.Linear(2, 2)
    adam = build_optimiser(model, TrainingOptions(optimiser="adam"))
    assert type(adam) is torch.optim.Adam
    assert adam.defaults["eps"] == 1e-7, "as in Keras"
    adamw = build_optimiser(model, TrainingOptions(weight_decay=0.02))
    assert type(adamw) is torch.optim.AdamW
    assert adamw.defaults["weight_decay"] == 0.02
    assert len(adamw.param_groups[0]["params"]) == 2


@pytest.mark.parametrize("optimiser", ["muon", "adamw", "adam"])
def test_what_has_a_pace_of_its_own_keeps_it(optimiser):
    values = {"objective__kind": "factor-vae", "objective__discriminator_rate": 1e-5, "objective__hidden": 40}
    parts = training(recipe(network__widths=[48], training__optimiser=optimiser, **values))
    model = parts.state.model
    judge = model.companions["discriminator"]
    assert {id(weight) for weight in weights_of(parts.state.optimiser)} == {id(weight) for weight in model.parameters()}
    assert len(weights_of(parts.state.optimiser)) == len(list(model.parameters()))
    made = weights(model)
    EagerStep(parts.state, parts.objective, parts.store)(torch.arange(8), 1e-2, 0.5)
    moved = {name: (weight - made[name]).abs().max().item() for name, weight in weights(model).items()}
    own = [far for name, far in moved.items() if "discriminator" in name]
    assert own == pytest.approx([1e-5] * len(own), rel=0.05), "Adam's first step is as long as its rate"
    assert min(far for name, far in moved.items() if "discriminator" not in name) > 1e-3
    (group,) = [group for group in parts.state.optimiser.param_groups if group.get("own_pace")]
    assert group["betas"] == (0.5, 0.9) and group["weight_decay"] == 0
    assert len(group["params"]) == len(list(judge.parameters()))
