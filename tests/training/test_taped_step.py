"""Steps by a program are steps in parts to the last bit, and what has none is trained all the same."""

import logging

import pytest
import torch

from tests.small import CPU, assert_same, pictures, recipe, weights
from vae_studio.objectives.catalogue import LIKELIHOODS, OBJECTIVES
from vae_studio.runs.run import Run
from vae_studio.training import taped_step as module
from vae_studio.training.loop import step_for, train
from vae_studio.training.parted_step import PartedStep
from vae_studio.training.program import Program
from vae_studio.training.step import EagerStep
from vae_studio.training.taped_step import TapedStep

of_two_cores = module._parts
STEPS, SIZE = 9, 12
PER_PICTURE = ["vae", "beta-vae", "iwae", "autoencoder", "denoising"]
CASES = [
    *({"objective__kind": objective} for objective in PER_PICTURE),
    {"objective__kind": "denoising", "objective__corruption": "masking"},
    *({"likelihood__kind": likelihood} for likelihood in LIKELIHOODS),
    *({"training__optimiser": optimiser} for optimiser in ("adam", "muon")),
    {"training__optimiser": "muon", "training__precision": "bfloat16"},
    {"training__clipping": 0},
    {"prior__kind": "vampprior"},
    {"likelihood__greys": "static"},
    {"likelihood__greys": "dynamic"},
    {"objective__annealing": "cyclical"},
    {"network__condition": "label"},
    {"network__kind": "conv"},
    {"network__kind": "residual", "network__width": 64, "training__optimiser": "muon"},
    {"network__kind": "residual", "network__width": 64, "training__precision": "bfloat16"},
    {"network__kind": "pyramid", "network__width": 8, "network__hidden": 32},
]
NOT_PER_PICTURE = sorted(set(OBJECTIVES) - set(PER_PICTURE))


def run_of(values, images=None):
    chosen = {"network__widths": [48]} | values if values.get("network__kind", "dense") == "dense" else values
    return Run(
        recipe(**{"training__precision": "float32", "training__batch_size": SIZE} | chosen), images or pictures(), CPU
    )


def taken(values, parted=False):
    """Take steps over the whole of a training's progress, the last with fewer pictures; return all they leave."""
    run = run_of(values)
    step = PartedStep(run.state, run.objective, run.store, 2)
    taking = step if parted else TapedStep(step, SIZE)
    for number in range(STEPS):
        batch = torch.from_numpy(run.split.train).roll(5 * number)[: SIZE if number < STEPS - 1 else 7]
        taking(batch, 1e-3 * (1 + number), torch.tensor(number / STEPS) if parted else number / STEPS)
    assert parted or taking.written
    return weights(run.model) | run.state.to_tensors() | {"tally": taking.tally}


@pytest.mark.parametrize("values", CASES, ids=str)
def test_a_program_leaves_the_same_numbers(values):
    if values == {"likelihood__kind": "sigma-gaussian"}:
        values = values | {"likelihood__estimate": "gradient"}
    assert_same(taken(values), taken(values, parted=True))


def enough(monkeypatch):
    """Have the smallest training be worth a program on two cores."""
    monkeypatch.setattr(module, "_LEAST_STEPS", 1)
    monkeypatch.setattr(module, "_LEAST_PART", 2)
    monkeypatch.setattr(module, "_parts", lambda size, cores: of_two_cores(size, 2))


def chosen_for(values):
    run = run_of(values)
    return step_for(run.state, run.objective, run.store, run.recipe.training)


@pytest.mark.parametrize("objective", PER_PICTURE)
def test_programs_are_for_losses_that_are_means_over_pictures(objective, monkeypatch):
    enough(monkeypatch)
    assert isinstance(chosen_for({"objective__kind": objective}), TapedStep)


@pytest.mark.parametrize("objective", NOT_PER_PICTURE)
def test_losses_that_know_the_whole_batch_are_not_taken_apart(objective, monkeypatch):
    enough(monkeypatch)
    values = {"objective__entries": 16} if objective == "vq-vae" else {}
    assert type(chosen_for({"objective__kind": objective} | values)) is EagerStep


@pytest.mark.parametrize(
    "values",
    [
        {"objective__free_bits": 0.5},
        {"likelihood__kind": "sigma-gaussian"},
        {"prior__kind": "sphere"},
        {"training__batch_size": 3},
        {"training__batch_size": 7},
        {
            "network__kind": "memoriser",
            "network__pictures": 37,
            "data__held_out": 0,
            "objective__kind": "autoencoder",
        },
    ],
    ids=str,
)
def test_what_cannot_be_taken_apart_or_written_down_is_not(values, monkeypatch):
    enough(monkeypatch)
    assert type(chosen_for(values)) is EagerStep


def test_a_short_training_and_one_core_do_without(monkeypatch):
    assert type(chosen_for({})) is EagerStep
    monkeypatch.setattr(module, "_LEAST_STEPS", 1)
    monkeypatch.setattr(module, "_LEAST_PART", 2)
    assert type(chosen_for({})) is EagerStep, "the tests have one core"


def test_a_training_by_a_program_goes_on_exactly_where_it_stopped(monkeypatch, tmp_path):
    enough(monkeypatch)
    straight, halted = (run_of({"training__epochs": 4, "training__optimiser": "muon"}) for _ in range(2))
    list(train(*parts_of(straight)))
    events = train(*parts_of(halted), should_stop=lambda: halted.state.position.step >= 5)
    list(events)
    kept, place = halted.state.to_tensors(), halted.state.position_json()
    resumed = run_of({"training__epochs": 4, "training__optimiser": "muon"})
    resumed.model.load_state_dict(halted.model.state_dict())
    resumed.state.restore(kept, place)
    list(train(*parts_of(resumed)))
    assert_same(
        weights(resumed.model) | resumed.state.to_tensors(), weights(straight.model) | straight.state.to_tensors()
    )


def parts_of(run):
    return run.state, run.objective, run.store, run.split, run.recipe.training


def test_a_program_that_goes_wrong_is_given_up_and_nothing_is_lost(monkeypatch, caplog):
    values = {"training__optimiser": "muon", "objective__kind": "autoencoder"}
    right = taken(values, parted=True)
    run_right = Program.run

    def wrong(program, batch, progress, noise):
        run_right(program, batch.flip(0), progress, noise)

    monkeypatch.setattr(Program, "run", wrong)
    run = run_of(values)
    step = TapedStep(PartedStep(run.state, run.objective, run.store, 2), SIZE)
    with caplog.at_level(logging.INFO, "vae_studio"):
        for number in range(STEPS):
            batch = torch.from_numpy(run.split.train).roll(5 * number)[: SIZE if number < STEPS - 1 else 7]
            step(batch, 1e-3 * (1 + number), number / STEPS)
    assert not step.written
    assert [record.getMessage() for record in caplog.records] == [
        "Steps are taken one by one: the program leaves other numbers behind."
    ]
    for name, value in (weights(run.model)).items():
        torch.testing.assert_close(value, right[name], rtol=1e-3, atol=1e-3)
    assert step.tally[3] == right["tally"][3]


def test_writing_that_breaks_off_half_way_takes_the_step_once(monkeypatch, caplog):
    run, other = (run_of({"objective__kind": "autoencoder"}) for _ in range(2))
    parted = PartedStep(run.state, run.objective, run.store, 2)
    step = TapedStep(parted, SIZE)
    batch = torch.from_numpy(run.split.train)[:SIZE]
    step(batch, 1e-3, 0.5)
    before = weights(run.model)
    moves = []

    def move(lane, gradients, excess):
        moves.append(lane)
        if len(moves) == 2:  # one lane has moved already
            raise RuntimeError("no memory")
        PartedStep.move(parted, lane, gradients, excess)

    monkeypatch.setattr(parted, "move", move)
    with caplog.at_level(logging.INFO, "vae_studio"):
        step(batch, 1e-3, 0.5)
    assert "no memory" in caplog.text
    step_by_step = EagerStep(other.state, other.objective, other.store)
    for _ in range(2):
        step_by_step(batch, 1e-3, 0.5)
    assert step.tally[3] == step_by_step.tally[3] == 2 * SIZE
    assert any(not torch.equal(before[name], value) for name, value in weights(run.model).items())
    for name, value in weights(other.model).items():
        torch.testing.assert_close(weights(run.model)[name], value, rtol=1e-3, atol=1e-3)
