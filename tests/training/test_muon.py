"""Muon: orthogonal steps for hidden matrices, AdamW for all else."""

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from tests.small import pictures, recipe, training, weights
from vae_studio.export.script.optimiser import write_optimiser
from vae_studio.training.events import EpochDone
from vae_studio.training.loop import train
from vae_studio.training.muon import Muon
from vae_studio.training.optimiser import weights_of
from vae_studio.training.options import TrainingOptions
from vae_studio.training.orthogonal import orthogonalised

SIDE = st.integers(2, 160)


def normal(*shape, seed=0):
    return torch.randn(*shape, generator=torch.Generator().manual_seed(seed))


@given(SIDE, SIDE, st.integers(0, 99))
def test_directions_are_nearly_orthogonal_in_every_block(rows, columns, seed):
    matrix = normal(rows, columns, seed=seed)
    ((found,),) = orthogonalised([matrix[None]], [1.0])
    size = next((size for size in range(min(64, columns), 15, -1) if rows % size == 0), rows)
    for block, was in zip(found.split(size), matrix.split(size), strict=True):
        left, values, right = torch.linalg.svd(was, full_matrices=False)
        strong = values > 0.05 * values.norm()  # three rounds lift no smaller ones
        drawn = (left.T @ block @ right.T).diagonal()[strong]
        assert ((drawn > 0.5) & (drawn < 1.35)).all(), "the same singular vectors, and values near 1"


def test_matrices_of_many_shapes_keep_their_places():
    matrices = [normal(2, 40, 60), normal(1, 60, 40, seed=1), normal(3, 20, 60, seed=2)]
    alone = [orthogonalised([matrix], [1.0])[0] for matrix in matrices]
    for one, together in zip(alone, orthogonalised(matrices, [1.0] * len(matrices)), strict=True):
        torch.testing.assert_close(one, together)


def test_a_gradient_of_nothing_moves_nothing():
    weight = torch.nn.Parameter(normal(40, 40))
    weight.grad = torch.zeros_like(weight)
    before = weight.detach().clone()
    Muon([weight], [], 0.1, (0.9, 0.99), 0.0).step()
    assert torch.equal(weight, before)


def test_what_is_no_matrix_takes_adamw():
    shapes, steps = [(5,), (3, 4, 3, 3)], 4
    ours, theirs = ([torch.nn.Parameter(normal(*shape)) for shape in shapes] for _ in range(2))
    muon = Muon([], ours, 1e-2, (0.9, 0.99), 0.1)
    adamw = torch.optim.AdamW(theirs, lr=1e-2, betas=(0.9, 0.99), weight_decay=0.1)
    for step in range(steps):
        for optimiser, parts in ((muon, ours), (adamw, theirs)):
            for part in parts:
                part.grad = normal(*part.shape, seed=step)
            optimiser.step()
    for one, other in zip(ours, theirs, strict=True):
        torch.testing.assert_close(one, other)


def test_layers_to_and_from_the_code_are_left_to_adamw():
    parts = training(recipe(network__kind="residual", network__width=48, training__optimiser="muon"))
    others, matrices = parts.state.optimiser.param_groups
    assert {tuple(weight.shape) for weight in matrices["params"]} == {(48, 64), (48, 48), (64, 48)}
    assert len(weights_of(parts.state.optimiser)) == len(list(parts.state.model.parameters()))
    assert all(weight.ndim < 2 or 2 in weight.shape or 4 in weight.shape for weight in others["params"])


@pytest.mark.parametrize("precision", ["float32", "bfloat16"])
def test_it_learns_as_well_as_adamw_on_a_few_pictures(precision):
    muon, adamw = (curve(optimiser, precision) for optimiser in ("muon", "adamw"))
    assert muon[-1] < muon[0] - 5
    assert muon[-1] < adamw[-1] + 1


def curve(optimiser, precision):
    values = {"training__optimiser": optimiser, "training__precision": precision, "training__epochs": 8}
    parts = training(recipe(network__kind="residual", network__width=64, **values), pictures(200))
    return [event.held_out.total for event in train(*parts.parts) if isinstance(event, EpochDone)]


@pytest.mark.parametrize("optimiser", ["muon", "adamw"])
def test_the_memory_of_one_optimiser_does_not_fit_the_other(optimiser):
    from vae_studio.errors import RunError

    first, second = (
        training(recipe(network__kind="residual", network__width=48, training__epochs=1, training__optimiser=name))
        for name in ("muon", "adamw")
    )
    if optimiser == "adamw":
        first, second = second, first
    list(train(*first.parts))
    before = weights(second.state.model)
    with pytest.raises(RunError, match="does not fit"):
        second.state.restore(first.state.to_tensors(), first.state.position_json())
    assert all(torch.equal(before[name], value) for name, value in second.state.model.state_dict().items())


def test_a_scripts_muon_takes_the_same_steps():
    defined, expression = write_optimiser(TrainingOptions(optimiser="muon", weight_decay=0.1))
    names = {"torch": torch, "nn": torch.nn, "RATE": 1e-2, "DECAY": 0.1}
    exec(defined, names)
    values = {"network__kind": "residual", "network__width": 64, "training__weight_decay": 0.1}
    ours, theirs = (
        training(recipe(training__optimiser="muon", training__learning_rate=1e-2, **values)).state for _ in range(2)
    )
    script = eval(expression, names | {"model": theirs.model})
    for step in range(3):
        for model in (ours.model, theirs.model):
            for place, weight in enumerate(model.parameters()):
                weight.grad = normal(*weight.shape, seed=100 * step + place)
        ours.set_learning_rate(1e-2)
        ours.optimiser.step()
        script.step()
    torch.testing.assert_close(weights(ours.model), weights(theirs.model), rtol=1e-3, atol=1e-4)
