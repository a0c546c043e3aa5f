"""Stopping at any batch and going on from a saved state, bit by bit."""

import json

import pytest
import safetensors.torch
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.small import assert_same, recipe, training, weights
from vae_studio.errors import RunError
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.tensors import load_model, model_bytes
from vae_studio.training.events import EpochDone
from vae_studio.training.loop import train

STEPS = 8  # 30 pictures in batches of 8, twice
NETWORKS = {
    "dense": {},
    "residual": {"network__width": 8},
    "conv": {"network__channels": [3, 4], "network__hidden": 4},
    "pyramid": {"network__width": 4, "network__hidden": 8},
}
_uninterrupted = {}


def chosen(network="dense", precision="float32", **values):
    return recipe(network__kind=network, training__precision=precision, **NETWORKS[network], **values)


def stopped_at(step, made, parts=None):
    parts = parts or training(made)
    list(train(*parts.parts, should_stop=lambda: parts.state.position.step >= step))
    assert parts.state.position.step == step
    return parts


def reloaded(parts, made):
    """Return fresh objects that know nothing but the saved bytes."""
    model = model_bytes(parts.state.model)
    tensors = safetensors.torch.save(parts.state.to_tensors())
    position = parts.state.position_json()
    fresh = training(made)
    fresh.state.model.apply(lambda module: [torch.nn.init.constant_(w, 7.0) for w in module.parameters(False)])
    fresh.state.noise.manual_seed(99)
    load_model(fresh.state.model, model)
    fresh.state.restore(safetensors.torch.load(tensors), position)
    return fresh


def held_out(events):
    return [event.held_out for event in events if isinstance(event, EpochDone)]


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("network", NETWORKS)
def test_a_resumed_training_ends_with_the_very_same_weights(network, precision):
    made = chosen(network, precision)
    whole = training(made)
    last_of_whole = held_out(train(*whole.parts))[-1]
    # Every batch where moments are laid out differently; elsewhere the edges of an epoch.
    for step in range(STEPS) if network == "conv" else (0, 1, 3, 4, STEPS - 1):
        resumed = reloaded(stopped_at(step, made), made)
        last = held_out(train(*resumed.parts))[-1]
        assert_same(weights(whole.state.model), weights(resumed.state.model))
        assert_same(whole.state.to_tensors(), resumed.state.to_tensors())
        assert last == last_of_whole


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
@pytest.mark.parametrize("network", ["residual", "dense"])
def test_muon_goes_on_as_if_it_had_never_stopped(network, precision):
    size = {"network__width": 48} if network == "residual" else {"network__widths": [48, 40]}
    made = recipe(network__kind=network, training__optimiser="muon", training__precision=precision, **size)
    whole = training(made)
    list(train(*whole.parts))
    for step in (1, 4):
        resumed = reloaded(stopped_at(step, made), made)
        list(train(*resumed.parts))
        assert_same(weights(whole.state.model), weights(resumed.state.model))
        assert_same(whole.state.to_tensors(), resumed.state.to_tensors())


@pytest.mark.parametrize("likelihood", LIKELIHOODS)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_every_objective_and_likelihood_resumes_bit_by_bit(objective, likelihood):
    made = chosen(objective__kind=objective, likelihood__kind=likelihood)
    whole = training(made)
    last_of_whole = held_out(train(*whole.parts))[-1]
    resumed = reloaded(stopped_at(5, made), made)
    assert held_out(train(*resumed.parts))[-1] == last_of_whole
    assert_same(weights(whole.state.model), weights(resumed.state.model))
    assert_same(whole.state.to_tensors(), resumed.state.to_tensors())


def test_a_discriminator_that_still_waits_has_nothing_to_remember():
    made = chosen(objective__kind="adversarial", objective__start=0.9)
    whole = training(made)
    list(train(*whole.parts))
    resumed = reloaded(stopped_at(1, made), made)
    list(train(*resumed.parts))
    assert_same(weights(whole.state.model), weights(resumed.state.model))


@pytest.mark.parametrize(
    "values",
    [
        {"likelihood__greys": "dynamic"},
        {"likelihood__greys": "static"},
        {"likelihood__kind": "sigma-gaussian", "likelihood__estimate": "gradient"},
        {
            "likelihood__kind": "sigma-gaussian",
            "likelihood__estimate": "gradient",
            "objective__kind": "factor-vae",
            "objective__discriminator_rate": 1e-3,
        },
    ],
)
def test_drawn_pixels_a_learned_sigma_and_a_pace_of_its_own_resume_bit_by_bit(values):
    made = chosen(**values)
    whole = training(made)
    list(train(*whole.parts))
    for step in (1, 4, 6):
        resumed = reloaded(stopped_at(step, made), made)
        list(train(*resumed.parts))
        assert_same(weights(whole.state.model), weights(resumed.state.model))


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(0, STEPS - 1), max_size=4, unique=True), st.sampled_from(["adam", "adamw"]))
def test_any_number_of_stops_makes_no_difference(steps, optimiser):
    made = chosen(training__optimiser=optimiser)
    if optimiser not in _uninterrupted:
        whole = training(made)
        list(train(*whole.parts))
        _uninterrupted[optimiser] = weights(whole.state.model)
    parts = training(made)
    for step in sorted(steps):
        parts = reloaded(stopped_at(step, made, parts), made)
    list(train(*parts.parts))
    assert_same(_uninterrupted[optimiser], weights(parts.state.model))


def test_the_epoch_mean_counts_what_was_trained_before_the_stop():
    made = chosen()
    whole = [event.training for event in train(*training(made).parts) if isinstance(event, EpochDone)]
    resumed = reloaded(stopped_at(6, made), made)
    (second,) = [event.training for event in train(*resumed.parts) if isinstance(event, EpochDone)]
    assert second.loss == pytest.approx(whole[1].loss, rel=1e-12)


def test_the_moments_keep_the_memory_order_of_their_weights():
    made = chosen("conv")
    resumed = reloaded(stopped_at(2, made), made)
    for weight, moments in resumed.state.optimiser.state.items():
        assert moments["exp_avg"].stride() == moments["exp_avg_sq"].stride() == weight.stride()


def test_adding_epochs_goes_on_from_the_end_with_a_new_cycle():
    parts = training(chosen())
    list(train(*parts.parts))
    parts.state.position.leg_start, parts.state.position.legs = parts.state.position.step, 1
    parts.options = parts.options.model_copy(update={"epochs": 4})
    rates = []
    step = parts.state.optimiser.step

    def noting(*args, **kwargs):
        rates.append(parts.state.optimiser.param_groups[0]["lr"])
        return step(*args, **kwargs)

    parts.state.optimiser.step = noting
    list(train(*parts.parts))
    assert parts.state.position.epoch == 4
    assert len(rates) == STEPS
    assert rates[0] == pytest.approx(parts.options.learning_rate / 25)
    assert max(rates) > 10 * rates[0]
    assert rates[-1] < rates[-2] < max(rates)


@pytest.mark.parametrize(
    "spoil",
    [
        lambda tensors, position: tensors.pop("noise"),
        lambda tensors, position: tensors.update(noise=torch.zeros(3, dtype=torch.uint8)),
        lambda tensors, position: tensors.pop("optimiser.0.exp_avg"),
        lambda tensors, position: tensors.pop("optimiser.0.step"),
        lambda tensors, position: tensors.update({"optimiser.0.exp_avg_sq": torch.zeros(2)}),
        lambda tensors, position: tensors.update({"optimiser.99.exp_avg": torch.zeros(2)}),
        lambda tensors, position: tensors.update({"optimiser.x.exp_avg": torch.zeros(2)}),
        lambda tensors, position: position.update(epoch="two"),
        lambda tensors, position: position.update(pictures=-1),
        lambda tensors, position: position.update(sums=[1.0]),
        lambda tensors, position: position.update(more=1),
    ],
)
def test_a_state_that_does_not_fit_is_refused_and_changes_nothing(spoil):
    made = chosen()
    parts = stopped_at(3, made)
    tensors, position = parts.state.to_tensors(), json.loads(parts.state.position_json())
    spoil(tensors, position)
    fresh = training(made)
    with pytest.raises(RunError, match="does not fit"):
        fresh.state.restore(tensors, json.dumps(position))
    assert fresh.state.position.step == 0
    assert not fresh.state.optimiser.state
    assert torch.equal(fresh.state.noise.get_state(), training(made).state.noise.get_state())


def test_a_saved_state_is_a_copy():
    parts = stopped_at(2, chosen())
    tensors = parts.state.to_tensors()
    kept = {name: tensor.clone() for name, tensor in tensors.items()}
    list(train(*parts.parts))
    assert_same(kept, tensors)
